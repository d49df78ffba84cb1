"""Walks for as long as one likes: `make walk STEPS=2000 SEEDS=5`; what is found is shrunk and written down.

`make walk SEED=…` takes a seed that was printed, `make walk REPEAT=file` shrinks a walk that is written
down already.
"""

from __future__ import annotations

import argparse
import re
import secrets
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from tests.browser.visits import open_browser
from tests.browser.walk.actions import Action
from tests.browser.walk.shrink import shrink
from tests.browser.walk.walk import Walk, Walked, draw_walk, repeat_walk

KEPT: Final = Path(__file__).parent / "kept"
"""Where walks lie that once led to a finding; a test repeats each of them."""

CHAPTER: Final = 100
"""Steps after which a walk goes on with a server, browsers and a start of its own: what is found must
be short enough to be repeated a few dozen times."""

EVERY: Final = 10.0
"""Seconds between two lines that say how far it is."""


@dataclass
class Progress:
    """Says how far the walks are.

    Args:
        total: steps of all of them.
    """

    total: int
    done: int = 0
    _begun: float = field(default_factory=time.monotonic)
    _told: float = 0.0

    def step(self, _number: int, action: Action) -> None:
        """Count a step; now and then say so."""
        self.done += 1
        now = time.monotonic()
        if now - self._told < EVERY:
            return
        self._told = now
        rate = self.done / max(now - self._begun, 0.1)
        left = (self.total - self.done) / rate
        say(
            f"  {self.done} of {self.total} steps, {rate:.1f} a second, about {left / 60:.0f} min "
            f"left: {action}"
        )


def main() -> int:
    """Walk, and return 1 if anything was found."""
    options = _options()
    with sync_playwright() as playwright, open_browser(playwright) as browser:
        if options.repeat is not None:
            walked = repeat_walk(browser, Walk.from_file(options.repeat))
            say(f"{options.repeat}: {dict(walked.found) or 'nothing found'}")
            return int(bool(walked.found) and _write_down(browser, walked))
        seeds = options.seed or [secrets.token_hex(4) for _ in range(options.seeds)]
        progress = Progress(options.steps * len(seeds))
        found = sum(_walk_seed(browser, seed, options.steps, progress) for seed in seeds)
    say(f"{progress.done} steps with the seeds {' '.join(seeds)}: {found or 'no'} findings.")
    return int(found > 0)


def _walk_seed(browser: Browser, seed: str, steps: int, progress: Progress) -> int:
    """Walk in chapters and return how many of them ended with a finding."""
    say(f"seed {seed}: {steps} steps")
    count = 0
    for chapter, begin in enumerate(range(0, steps, CHAPTER)):
        length = min(CHAPTER, steps - begin)
        walked = draw_walk(browser, f"{seed}/{chapter}", length, progress.step)
        if walked.found:
            count += 1
            say(f"seed {seed}/{chapter}: {walked}")
            _write_down(browser, walked)
            progress.done = progress.done // length * length  # what was not walked is left out
    return count


def _write_down(browser: Browser, walked: Walked) -> bool:
    """Shrink a walk that led to a finding and keep it, whole if it does not lead there again."""
    (name, *_) = walked.found
    whole = walked.walk

    def fails(actions: list[Action]) -> bool:
        again = repeat_walk(browser, Walk(whole.start, tuple(actions)))
        say(f"  shrinking: {len(actions)} actions, {', '.join(again.found) or 'nothing found'}")
        return name in again.found

    actions = shrink(whole.actions, fails) if fails(list(whole.actions)) else whole.actions
    walk = Walk(whole.start, tuple(actions))
    words = re.sub(r"[^a-z0-9]+", "-", str(walk.actions[-1:] and walk.actions[-1]).lower())
    file = KEPT / f"{name}-{words[:50].strip('-')}-{secrets.token_hex(2)}.json"
    text = walk.to_json(invariant=name, found=walked.found[name][:600])
    file.write_text(text, encoding="utf-8")
    say(f"{name}: {len(actions)} of {len(whole.actions)} actions, kept in {file}:\n{text}")
    return True


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make walk", description=__doc__)
    parser.add_argument("--steps", type=int, default=2000, help="of each seed")
    parser.add_argument("--seeds", type=int, default=5, help="how many, drawn by the machine")
    parser.add_argument("--seed", action="append", help="one that was printed, instead")
    parser.add_argument("--repeat", type=Path, help="a walk that is written down, to be shrunk")
    return parser.parse_args()


def say(text: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""Walks for as long as one likes: `make walk STEPS=2000 SEEDS=5`; what is found is shrunk and written down.

`make walk SEED=…` takes a seed that was printed, `make walk REPEAT=file` shrinks a walk that is written
down already.
"""

from __future__ import annotations

import argparse
import re
import secrets
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from benchmarks.progress import Progress
from tests.browser.visits import open_browser
from tests.browser.walk.actions import Action
from tests.browser.walk.shrink import shrink
from tests.browser.walk.walk import Walk, Walked, draw_walk, repeat_walk

KEPT: Final = Path(__file__).parent / "kept"
"""Where walks lie that once led to a finding; a test repeats each of them."""

CHAPTER: Final = 100
"""Steps after which a walk goes on with a server, browsers and a start of its own: what is found must
be short enough to be repeated a few dozen times."""


def main() -> int:
    """Walk, and return 1 if anything was found."""
    options = _options()
    with sync_playwright() as playwright, open_browser(playwright) as browser:
        if options.repeat is not None:
            walked = repeat_walk(browser, Walk.from_file(options.repeat))
            say(f"{options.repeat}: {dict(walked.found) or 'nothing found'}")
            return int(bool(walked.found) and _write_down(browser, walked))
        seeds = options.seed or [secrets.token_hex(4) for _ in range(options.seeds)]
        progress = Progress("walking", options.steps * len(seeds))
        found = sum(_walk_seed(browser, seed, options.steps, progress) for seed in seeds)
        progress.end()
    say(f"{options.steps} steps with each of {' '.join(seeds)}: {found or 'no'} findings.")
    return int(found > 0)


def _walk_seed(browser: Browser, seed: str, steps: int, progress: Progress) -> int:
    """Walk in chapters and return how many of them ended with a finding."""
    say(f"seed {seed}: {steps} steps")
    findings = 0
    for chapter, begin in enumerate(range(0, steps, CHAPTER)):
        taken, length = 0, min(CHAPTER, steps - begin)

        def tell(number: int, action: Action) -> None:
            nonlocal taken
            taken = number
            progress.step(str(action))

        walked = draw_walk(browser, f"{seed}/{chapter}", length, tell)
        if walked.found:
            findings += 1
            say(f"seed {seed}/{chapter}, {taken} of {length} steps: {walked}")
            _write_down(browser, walked)
    return findings


def _write_down(browser: Browser, walked: Walked) -> bool:
    """Shrink a walk that led to a finding and keep it, whole if it does not lead there again."""
    (name, *_) = walked.found
    whole = walked.walk

    def fails(actions: list[Action]) -> bool:
        again = repeat_walk(browser, Walk(whole.start, tuple(actions)))
        say(f"  shrinking: {len(actions)} actions, {', '.join(again.found) or 'nothing found'}")
        return again.found.keys() == walked.found.keys()

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

"""Run the walk-through's steps in every language and record what they print, for the page to show.

`python -m reproduction.walkthrough` writes `playground/lessons/content/0-walkthrough/step-*.txt`; with
`--check` it writes nothing, and fails where the code prints something else than what is recorded.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playground.lessons import CONTENT, load_walkthrough, recorded_output
from reproduction.scripts import fill_keras_home, run_scripts

FOLDER: Final = CONTENT / "0-walkthrough"

TOLERANCE: Final = 0.03
"""How far a loss or an accuracy may lie from the recorded one: another machine rounds otherwise."""

_TIME: Final = re.compile(r"\d+s - \d+[mu]?s/step")
_FIGURE: Final = re.compile(r"\d+(?:\.\d+)?")


def main() -> None:
    """Run the steps, and record or check what they print.

    Raises:
        SystemExit: what is recorded is not what the code prints.
    """
    walkthrough = load_walkthrough()
    scripts = {
        code: [step.code for step in walkthrough.steps[code]]
        for code in sorted(walkthrough.written_in)
    }
    with TemporaryDirectory() as home:
        fill_keras_home(Path(home))
        printed = run_scripts(scripts, Path(home))
    stale = []
    for code, texts in printed.items():
        for number, text in enumerate(texts):
            file = recorded_output(FOLDER, f"step-{number}", code)
            if "--check" not in sys.argv:
                file.write_text(text, encoding="utf-8")
            elif not agree(walkthrough.steps[code][number].printed, text, within=TOLERANCE):
                stale.append(file.name)
    if stale:
        raise SystemExit(f"The code prints something else than {', '.join(stale)}: make baseline")
    print(f"{FOLDER.name}: {sum(map(len, printed.values()))} steps have been run.")


def agree(recorded: str, printed: str, *, within: float) -> bool:
    """Return whether two outputs have the same words, and figures that lie so near to each other.

    How long something took does not count.
    """
    texts = [_TIME.sub("", text) for text in (recorded, printed)]
    words, others = (_FIGURE.sub("#", text) for text in texts)
    figures = [[float(figure) for figure in _FIGURE.findall(text)] for text in texts]
    return words == others and all(
        abs(one - other) <= within for one, other in zip(*figures, strict=True)
    )


if __name__ == "__main__":
    main()

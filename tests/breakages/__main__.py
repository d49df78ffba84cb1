"""Breaks the app in one way after the other, and sees that tests fail each time: `make breakages`.

`make breakages NAMES="one another"` takes some. Each breakage is made in a copy of the project, where only
the tests run that have to notice it, two at a time; before that they have to pass in a copy that is whole.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from benchmarks.progress import duration
from tests.breakages.breakage import Breakage, BreakageError
from tests.breakages.project import PASSED, ProjectCopy, Verdict
from tests.breakages.table import BREAKAGES

ROOT: Final = Path(__file__).parents[2]
PROCESSES: Final = 2

ALL_KILLED, SOME_LEFT, NOT_TRIED = 0, 1, 2
"""What the command ends with."""


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Try breakages out; return 1 if any was not killed, 2 if they could not be tried.

    Args:
        arguments: of the command; those that it was called with, if left out.
        root: the project's folder.
    """
    names = _options(arguments)
    return try_out([it for it in BREAKAGES if not names or it.name in names], root)


def try_out(breakages: Sequence[Breakage], root: Path) -> int:
    """Try breakages out in copies of the project in `root`, and return what the command ends with."""
    try:
        for breakage in breakages:
            breakage.broken(root)
    except BreakageError as error:
        say(str(error))
        return NOT_TRIED
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="breakages-") as folder:
        copies = [ProjectCopy(root, Path(folder) / str(number)) for number in range(PROCESSES)]
        with ThreadPoolExecutor(PROCESSES) as threads:
            if not _pass_unbroken(threads, copies, breakages):
                return NOT_TRIED
            verdicts = _verdicts(threads, copies, breakages)
    taken = duration(time.monotonic() - began)
    left = [it.name for it, verdict in verdicts.items() if verdict is not Verdict.KILLED]
    say(f"{len(verdicts) - len(left)} of {len(verdicts)} breakages killed in {taken}.")
    if left:
        say(f"Left: {' '.join(left)}")
    return SOME_LEFT if left else ALL_KILLED


def _pass_unbroken(
    threads: ThreadPoolExecutor, copies: Sequence[ProjectCopy], breakages: Sequence[Breakage]
) -> bool:
    """Return whether all their tests pass as long as nothing is broken."""
    tests = list(dict.fromkeys(test for it in breakages for test in it.tests))
    files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
    say(f"{len(tests)} tests with nothing broken …")
    parts = [
        [test for test in tests if test.partition("::")[0] in files[number :: len(copies)]]
        for number in range(len(copies))
    ]
    results = threads.map(lambda copy, part: copy.run(part) if part else None, copies, parts)
    unsound = [it for it in results if it is not None and it.exit_status != PASSED]
    for result in unsound:
        say(f"With nothing broken, tests do not pass:\n{result.said}")
    return not unsound


def _verdicts(
    threads: ThreadPoolExecutor, copies: Sequence[ProjectCopy], breakages: Sequence[Breakage]
) -> dict[Breakage, Verdict]:
    free: SimpleQueue[ProjectCopy] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def judge(breakage: Breakage) -> Verdict:
        copy, began = free.get(), time.monotonic()
        try:
            verdict, why = copy.try_out(breakage)
        finally:
            free.put(copy)
        say(f"{verdict.value:<9}{breakage.name} ({duration(time.monotonic() - began)})")
        if verdict is not Verdict.KILLED:
            say(f"         {why}")
        return verdict

    return dict(zip(breakages, threads.map(judge, breakages), strict=True))


def _options(arguments: Sequence[str] | None) -> frozenset[str]:
    parser = argparse.ArgumentParser(prog="make breakages", description=__doc__)
    parser.add_argument("names", nargs="*", help="breakages by name; all if none is named")
    names = frozenset(parser.parse_args(arguments).names)
    known = [breakage.name for breakage in BREAKAGES]
    if unknown := sorted(names.difference(known)):
        parser.error(f"received {', '.join(unknown)}, expected some of: {', '.join(known)}")
    return names


def say(text: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""Train every run of the notebooks again and set their figures beside ours: half of `make reproduce`.

Prints the comparison and, unless only some runs are asked for, writes `docs/reproduction.md`. Ends
with an error only if a run cannot be trained: that figures differ is a result.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from playground.core.errors import PlaygroundError
from reproduction import ONE_THREAD
from reproduction.comparison import document
from reproduction.editions import ERRORS, RUNS
from reproduction.page import today, versions_here, write_page


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, compare, print, write."""
    ids = [run.id for run in RUNS] + [error.id for error in ERRORS]
    parser = argparse.ArgumentParser(prog="python -m reproduction.notebooks", description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="how many seeds, from 0 (3)")
    parser.add_argument("--only", nargs="+", choices=ids, metavar="ID", help=", ".join(ids))
    options = parser.parse_args(arguments)
    if options.seeds < 1:
        parser.error(f"--seeds: received {options.seeds}, expected 1 or more")

    os.environ.update(ONE_THREAD)
    try:
        page = reproduce(options.only or ids, options.seeds)
    except PlaygroundError as error:
        raise SystemExit(str(error)) from error
    print(page, end="")
    if options.only is None:
        write_page("reproduction.md", page)


def reproduce(ids: Sequence[str], seeds: int) -> str:
    """Return the comparison of the runs called `ids`, trained now.

    Raises:
        DataError: a dataset's file is missing or not the one expected.
        EngineError: a run ended before the epoch whose figures are wanted.
    """
    # TensorFlow is imported here, once `main` has said with how many threads.
    from reproduction.repeat import provoke, repeat_runs

    runs = [run for run in RUNS if run.id in ids]
    ours = repeat_runs(runs, range(seeds))
    return document(
        [(run, ours[run.id]) for run in runs],
        [(error, provoke(error)) for error in ERRORS if error.id in ids],
        seeds=seeds,
        date=today(),
        versions=versions_here(),
    )


if __name__ == "__main__":
    main()

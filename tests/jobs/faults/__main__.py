"""`make faults`: two hundred runs under two hundred faults; fails if anything was lost."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.progress import Progress
from tests.jobs.faults.trial import Trial


def main(arguments: Sequence[str] | None = None) -> None:
    """Try, print, and fail if anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.jobs.faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder), options.runs, options.faults, options.seed)
        progress = Progress("faults", options.faults)
        progress.step("each experiment is trained once without a fault", 0)
        report = trial.run(progress.step)
        progress.end()
    print("\n".join(["", *report.lines()]))
    if report.violations:
        raise SystemExit(1)


if __name__ == "__main__":
    main()

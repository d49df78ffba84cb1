"""Says on the screen what a long command does, how far it is, and how long the rest will take."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Final, TextIO

from playground.core.experiment import Experiment
from playground.core.network import Network

LINE_PAUSE: Final = 5.0
"""Seconds between two lines, at least, where lines stay: in a log, thousands would bury the tables."""


class Progress:
    """A line before each step; on a terminal it takes the place of the one before.

    The rest is estimated from what has been done so far.

    Args:
        title: what all steps are together.
        total: the sizes of all steps added up: their number, or any measure of their work.
        out: where the lines go; standard error, so that the tables can be written to a file.
        clock: returns seconds.
    """

    def __init__(
        self,
        title: str,
        total: float,
        out: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._title = title
        self._total = total
        self._out = sys.stderr if out is None else out
        self._clock = clock
        self._begun = clock()
        self._done = 0.0
        self._size = 0.0
        self._shown = float("-inf")

    def step(self, what: str, size: float = 1.0) -> None:
        """Say that a step of this size begins; the one before is done."""
        self._done += self._size
        self._size = size
        now = self._clock()
        if not self._out.isatty() and now - self._shown < LINE_PAUSE:
            return
        self._shown = now
        self._write(f"{self._title}, {self._share()}: {what} ({self._time(now - self._begun)})")

    def end(self) -> None:
        """Leave an empty line behind on a terminal, for what comes next."""
        if self._out.isatty():
            self._write("")

    def _share(self) -> str:
        return f"{100 * min(1.0, self._done / self._total):.0f} %"

    def _time(self, taken: float) -> str:
        so_far = f"{duration(taken)} so far"
        if not self._done or not taken:
            return so_far
        left = taken / self._done * max(0.0, self._total - self._done)
        return f"{so_far}, about {duration(left)} left"

    def _write(self, line: str) -> None:
        if self._out.isatty():
            self._out.write(f"\r\x1b[K{line}")
        else:
            self._out.write(f"{line}\n")
        self._out.flush()


def duration(seconds: float) -> str:
    """Return a time as people say it: 40 s, 12 min, 1.5 h."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    if seconds < 99.5 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def work(experiment: Experiment) -> float:
    """Return how much there is to train, in any unit: what two trainings' times are like."""
    return float(experiment.epochs * experiment.train_size * Network.of(experiment).multiplications)

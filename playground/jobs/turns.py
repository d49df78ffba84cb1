"""Whose turn it is, who has had his slice, and how long the others will wait; it hands nothing to anyone."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Final

from playground.core.experiment import Experiment
from playground.core.run import RunView
from playground.jobs.archive import Archive
from playground.jobs.forecast import Forecast
from playground.jobs.queue import FairQueue
from playground.jobs.record import RunRecord
from playground.jobs.slices import MOST_IN_MEMORY, bytes_in_memory, is_due, waits

FRESH: Final = 1.0
"""Seconds for which an expectation of all waits holds: everyone who waits asks, at every change."""


class Turns:
    """The queue, and what is expected of the runs in it and of those that train.

    Used under the service's lock.

    Args:
        archive: has the runs.
    """

    def __init__(self, archive: Archive) -> None:
        self.queue = FairQueue()
        self._archive = archive
        self._forecast = Forecast()
        self._waits: dict[str, float] = {}
        self._waits_of: tuple[list[str], int] | None = None
        self._waits_until = 0.0

    @property
    def training(self) -> list[RunRecord]:
        """The runs that a worker has."""
        return [record for record in self._archive.active if record.worker is not None]

    def seconds(self, experiment: Experiment) -> float:
        """Return for how long an experiment is expected to train."""
        return self._forecast.seconds(experiment, experiment.epochs)

    def seconds_left(self, record: RunRecord) -> float:
        """Return for how long a run is expected to train on."""
        if record.requested == "stop":
            return 0.0
        position, seconds = record.position, record.seconds
        epochs = max(0.0, record.experiment.epochs - position)
        if position > 0.5 and seconds > 0:
            return seconds / position * epochs
        return self._forecast.seconds(record.experiment, epochs)

    def learn(self, view: RunView) -> None:
        """Take note of how long a run has really taken."""
        self._forecast.learn(view)

    def wait(self, run: str, workers: int) -> float:
        """Return the seconds after which a waiting run is expected to start."""
        order, now = self.queue.in_order(), time.monotonic()
        if self._waits_of != (order, workers) or now > self._waits_until:
            found, training = map(self._archive.get, order), self.training
            waiting = [record for record in found if record is not None]
            left = {it.id: self.seconds_left(it) for it in (*waiting, *training)}
            self._waits = waits(waiting, training, workers, left)
            self._waits_of, self._waits_until = (order, workers), now + FRESH
        return self._waits[run]

    def overdue(self, free: Collection[str]) -> list[RunRecord]:
        """Return the runs that have to give way now to others that wait.

        Args:
            free: workers that have no run.
        """
        if not self.queue or free:
            return []
        training = self.training
        leaving = sum(record.gives_way for record in training)
        due = [record for record in training if is_due(record, self.seconds_left(record))]
        # First whoever has most workers, then whoever has had one longest.
        due.sort(key=lambda it: (self.queue.share(it.id), it.seconds_in_segment), reverse=True)
        found: list[RunRecord] = []
        for record in due:
            if self.queue.before(record.id) > leaving + len(found):
                found.append(record)
        if found and bytes_in_memory(self._archive.in_memory) > MOST_IN_MEMORY:
            return []
        return found

"""How long a run has its worker while others wait, and where it goes on: arithmetic on records.

A run that has trained for a slice gives way to those who have less (`queue.py`), as a pause would,
and goes on in its turn. One that will be over within another slice is left to end: two short runs
that took turns would both be over later. Each slice is training time, so every turn brings a run on.

Such a break is not worth a database's time each time: a large network's checkpoint takes 50 MB. The
process keeps it in memory, and writes it down now and then; should the process be lost, the run goes
on from the latest that was written.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from playground.jobs.record import RunRecord

SLICE: Final = 10.0
"""Seconds of training after which a run gives way."""

WRITTEN_EVERY: Final = 300.0
"""Seconds of training after which a checkpoint is written down: what a lost process may cost a run
that gives way again and again."""

IN_MEMORY: Final = 300e6
"""Bytes of checkpoints and weights that are kept in memory only; what is more is written down at once."""

MOST_IN_MEMORY: Final = 600e6
"""Bytes of checkpoints in memory, also those that could not be written yet, beyond which no run gives
way: without a store, and with a disk that is full."""


def is_due(record: RunRecord, seconds_left: float) -> bool:
    """Return whether a run that trains has had its slice and needs another one.

    A run that pauses by itself after some chunks has no need to give way, and one that somebody wants
    to pause or stop is about to.

    Args:
        record: the run.
        seconds_left: for how long it is expected to train on.
    """
    is_free = record.chunks is None and record.requested is None and not record.gives_way
    return is_free and record.seconds_in_segment >= SLICE and seconds_left > SLICE


def bytes_in_memory(records: Iterable[RunRecord]) -> int:
    """Return how much memory is taken by where runs stand: checkpoints and weights."""
    return sum(record.held_size for record in records)


def is_to_be_written(record: RunRecord, in_memory: int) -> bool:
    """Return whether the checkpoint with which a run gives way goes to the store.

    Args:
        record: the run as it is now.
        in_memory: bytes of all checkpoints in memory, this one's included.
    """
    return record.seconds - record.stored_seconds >= WRITTEN_EVERY or in_memory > IN_MEMORY


def waits(
    order: Sequence[RunRecord],
    training: Sequence[RunRecord],
    workers: int,
    seconds_left: Mapping[str, float],
) -> dict[str, float]:
    """Return the seconds after which each waiting run is expected to start, by id.

    Args:
        order: the runs that wait, the next one first.
        training: those that train.
        workers: how many there are.
        seconds_left: by id, for how long each of both is expected to train on.
    """
    contended = len({record.person for record in (*order, *training)}) > workers
    begins_after: dict[tuple[str, str], float] = {}
    free = [0.0] * max(workers - len(training), not training)
    for record in training:
        left = seconds_left[record.id]
        free.append(_stay(record, left) if contended else left)
        begins_after[record.person] = min(left, begins_after.get(record.person, left))
    heapq.heapify(free)
    expected = {}
    for record in order:
        begins, left = heapq.heappop(free), seconds_left[record.id]
        heapq.heappush(free, begins + (_stay(record, left) if contended else left))
        # Where others wait, a person's next run comes when the one before is over, however often
        # that one gives way.
        before = begins_after.get(record.person, 0.0) if contended else 0.0
        expected[record.id] = max(begins, before)
        begins_after[record.person] = before + left
    return expected


def _stay(record: RunRecord, left: float) -> float:
    """Return for how long a run has a worker until it is over or has to give way."""
    had = record.seconds_in_segment if record.worker is not None else 0.0
    slice_ = max(0.0, SLICE - had)
    return left if left <= slice_ + SLICE else slice_

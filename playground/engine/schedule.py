"""Which pictures are trained in which order, cut into chunks. Plain NumPy; trains nothing.

An epoch is a permutation of the training pictures, decided by the seed and the epoch's number
alone, so that a run can be taken up again anywhere. It is cut into batches, as Keras does, and the
batches into chunks: blocks that one compiled call trains.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from playground.core.experiment import Experiment
from playground.core.network import Network

CHUNKS_PER_EPOCH: Final = 15
"""Points on a live curve per epoch, at least (fewer only if an epoch has fewer steps)."""

CHUNK_BUDGET: Final = 8e9
"""Floating-point operations in a chunk, at most: about a tenth of a second on one core, so that a
large network too answers Stop at once."""

OPERATIONS: Final = 6
"""For each product of an answer: it and its addition, forward, back to the weights, back to the layer below."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How an epoch is cut.

    Args:
        pictures: training pictures in use.
        batch_size: pictures per weight update.
        chunk_steps: batches per chunk.
        most_steps: batches per chunk if all training pictures were in use: what a program has room
            for, so that fewer pictures need no other one.
        seed: decides the order.
    """

    pictures: int
    batch_size: int
    chunk_steps: int
    most_steps: int
    seed: int

    @property
    def full_batches(self) -> int:
        """Batches of `batch_size` pictures in an epoch."""
        return self.pictures // self.batch_size

    @property
    def steps(self) -> int:
        """Batches in an epoch, the smaller last one included."""
        return -(-self.pictures // self.batch_size)

    @property
    def has_remainder(self) -> bool:
        """Whether an epoch ends with a smaller batch."""
        return self.pictures % self.batch_size != 0

    @property
    def chunks_per_epoch(self) -> int:
        """Chunks in an epoch.

        The last one takes a smaller last batch along: as a point of its own, a few pictures' loss
        would make the curve jump.
        """
        return max(1, -(-self.full_batches // self.chunk_steps))

    def steps_after(self, chunks: int) -> int:
        """Return how many batches the first `chunks` chunks of an epoch hold."""
        return self.steps if chunks >= self.chunks_per_epoch else chunks * self.chunk_steps

    def chunks(self, epoch: int) -> Iterator[NDArray[np.int32]]:
        """Yield the chunks of `epoch` (from 0), each int32 (pictures,): rows of the training set."""
        order = self.order(epoch)
        for chunk in range(self.chunks_per_epoch):
            begin, end = self.steps_after(chunk), self.steps_after(chunk + 1)
            yield order[self.pictures_in(begin) : self.pictures_in(end)]

    def pictures_in(self, step: int) -> int:
        """Return how many pictures the first `step` batches of an epoch hold."""
        return min(step * self.batch_size, self.pictures)

    def order(self, epoch: int) -> NDArray[np.int32]:
        """Return the order of the pictures in `epoch`, int32 (pictures,)."""
        generator = np.random.Generator(np.random.PCG64([self.seed, epoch]))
        return generator.permutation(self.pictures).astype(np.int32)


def build_schedule(experiment: Experiment) -> Schedule:
    """Return the schedule of `experiment`: a function of the experiment alone, not of the machine."""
    multiplications = Network.of(experiment).multiplications
    operations_per_step = OPERATIONS * multiplications * experiment.batch_size
    affordable = max(1, int(CHUNK_BUDGET / operations_per_step))

    def steps(pictures: int) -> int:
        return min(affordable, max(1, pictures // experiment.batch_size // CHUNKS_PER_EPOCH))

    return Schedule(
        pictures=experiment.train_size,
        batch_size=experiment.batch_size,
        chunk_steps=steps(experiment.train_size),
        most_steps=steps(experiment.data.train_images),
        seed=experiment.seed,
    )

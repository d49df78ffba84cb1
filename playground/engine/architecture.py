"""What a compiled network depends on; known without TensorFlow, so that the queue can ask for it too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self

from playground.core.experiment import CHOICES, Experiment
from playground.engine.schedule import build_schedule

WARM_NETWORKS: Final = 6
"""Compiled networks that a worker keeps; the one used longest ago goes first."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """What decides the compiled program: experiments that share it share a warm network.

    Args:
        settings: the values of all choices that do not say that they are none of its business, by key:
            one that is new is a part of it as long as nobody says otherwise.
        schedule_shape: how pictures come in: of a batch, batches of a chunk, whether a smaller one ends it.
    """

    settings: tuple[tuple[str, Any], ...]
    schedule_shape: tuple[int, int, bool]

    @classmethod
    def of(cls, experiment: Experiment) -> Self:
        """Return the architecture of `experiment`."""
        schedule, values = build_schedule(experiment), experiment.values()
        settings = ((it.key, values[it.key]) for it in CHOICES if it.is_compiled)
        shape = (schedule.batch_size, schedule.most_steps, schedule.has_remainder)
        return cls(tuple(settings), shape)

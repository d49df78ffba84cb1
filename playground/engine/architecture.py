"""What a compiled network depends on; known without TensorFlow, so that the queue can ask for it too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from playground.core.experiment import Experiment
from playground.engine.schedule import build_schedule

WARM_NETWORKS: Final = 6
"""Compiled networks that a worker keeps; the one used longest ago goes first."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """What decides the compiled program: experiments that share it share a warm network."""

    dataset: str
    hidden: tuple[int, ...]
    activation: str
    dropout: float
    l2: float
    optimizer: str
    schedule_shape: tuple[int, int, bool]

    @classmethod
    def of(cls, experiment: Experiment) -> Self:
        """Return the architecture of `experiment`."""
        schedule = build_schedule(experiment)
        return cls(
            dataset=experiment.dataset,
            hidden=experiment.hidden,
            activation=experiment.activation,
            dropout=experiment.dropout,
            l2=experiment.l2,
            optimizer=experiment.optimizer,
            schedule_shape=(schedule.batch_size, schedule.most_steps, schedule.has_remainder),
        )

"""How long training will take: arithmetic on a network's size, set right by what runs really took."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from playground.core.experiment import Experiment
from playground.core.network import Network
from playground.core.run import RunView

MULTIPLICATIONS: Final = 1 / 8e9
"""Seconds of a multiplication with its addition. For each of an answer's a training picture takes three:
forward, back to the weights, back to the layer below. A test picture takes one."""

UPDATE: Final = 1.2e-9
"""Seconds in which an optimiser changes one parameter, once a batch."""

BATCH: Final = 40e-6
"""Seconds of a batch whatever its size."""

EPOCH: Final = 0.1
"""Seconds at the end of an epoch whatever the network."""

FRESHNESS: Final = 0.3
"""Weight of the latest run against all before it."""

ENOUGH: Final = 5.0
"""Expected seconds from which a run has that weight; a shorter one has less, for in a moment's work
it is chance that counts."""


class Forecast:
    """Knows how fast this server's workers are; `learn` from every run, ask for the next."""

    def __init__(self) -> None:
        self._pace = 1.0

    def seconds(self, experiment: Experiment, epochs: float) -> float:
        """Return how many seconds `epochs` of `experiment` will take on one worker."""
        return self._pace * epochs * _epoch(experiment)

    def learn(self, view: RunView) -> None:
        """Compare a run with what was expected of it."""
        expected = view.position * _epoch(view.experiment)
        if expected > 0 and view.seconds > 0:
            weight = FRESHNESS * min(1.0, expected / ENOUGH)
            self._pace += weight * (view.seconds / expected - self._pace)


@lru_cache(maxsize=1024)
def _epoch(experiment: Experiment) -> float:
    """Return the seconds of one epoch at pace 1."""
    network = Network.of(experiment)
    data = experiment.data
    watched = (
        data.validation_images + data.test_images if experiment.validates else data.test_images
    )
    answers = 3 * experiment.train_size + watched
    pictures = network.multiplications * MULTIPLICATIONS * answers
    return EPOCH + pictures + experiment.steps_per_epoch * (BATCH + network.parameters * UPDATE)

"""Two one-thread workers against one: how many epochs a second they train together.

Through a real service with a real engine, so with everything that a run does besides training: looks
at the test pictures, events, and the checkpoint at its end.
"""

from __future__ import annotations

import asyncio
import os
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest import mock

from benchmarks.progress import Progress
from benchmarks.table import Part, cells, format_table, spread
from playground.core.experiment import Experiment
from playground.core.run import RunView
from playground.jobs import TrainingService

SILENCE = 1.0
"""Seconds after which a wait looks again by itself."""


def run(rounds: int, epochs: int) -> Part:
    """Measure and return what one and two workers train.

    Args:
        rounds: how often each is measured.
        epochs: of each run, from 2.
    """
    progress = Progress("workers", 2 * rounds + 1)
    progress.step("two workers start and compile the network")
    with service_with(2) as service:
        asyncio.run(train_together(service, 2, epochs=2, seed=900))  # each compiles the network
        one, two = [], []
        for number in range(rounds):
            progress.step(f"one worker, round {number + 1} of {rounds}")
            one += asyncio.run(train_together(service, 1, epochs=epochs, seed=10 * number))
            progress.step(f"two workers, round {number + 1} of {rounds}")
            two.append(
                sum(asyncio.run(train_together(service, 2, epochs=epochs, seed=10 * number + 1)))
            )
    progress.end()
    return report(one, two)


def report(one: Sequence[float], two: Sequence[float]) -> Part:
    """Return the table of the rates, epochs a second, and the ratio of their medians."""
    ratio = statistics.median(two) / statistics.median(one)
    rates = {"one worker": spread(one), "two workers together": spread(two)}
    rows = [[name, *cells(rate, "median", "least", "most")] for name, rate in rates.items()]
    title = "Epochs a second, 128 hidden units"
    text = format_table(title, ("median", "least", "most"), rows)
    text += f"\nTwo workers train {ratio:.2f} times what one trains."
    return Part(text, {"epochs_per_second": rates, "ratio": ratio})


async def train_together(
    service: TrainingService, runs: int, *, epochs: int, seed: int
) -> list[float]:
    """Train so many runs at once and return the rate of each, epochs a second."""
    experiment = Experiment(epochs=epochs)
    ids = [service.begin(experiment.with_(seed=seed + number)) for number in range(runs)]
    return [rate(view) for view in await asyncio.gather(*(until_over(service, it) for it in ids))]


async def until_over(service: TrainingService, run: str) -> RunView:
    """Return a run when it is over."""
    async for view in service.follow(run, SILENCE):
        if view.state.is_over:
            return view
    raise RuntimeError(f"the run {run} was followed to its end and is not over")


def rate(view: RunView) -> float:
    """Return the epochs a second of a run, from its untrained network to its last epoch."""
    first, last = view.epochs[0], view.epochs[-1]
    return (last.epoch - first.epoch) / (last.seconds - first.seconds)


@contextmanager
def service_with(workers: int) -> Iterator[TrainingService]:
    """Yield a service of so many workers, and end it."""
    service = TrainingService()
    with mock.patch.dict(os.environ, {"PLAYGROUND_WORKERS": str(workers)}):
        try:
            service.start()
            yield service
        finally:
            service.close()

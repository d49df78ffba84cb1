"""Events from a worker to the service: how many a second get through, and how late they are.

A worker and the service share the machine's clock, so an event carries when it was told. What
listens is the service's own link to an engine (`playground.jobs.engine.Engine`).
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from unittest import mock

from benchmarks.progress import Progress
from benchmarks.table import Part, format_table, spread
from benchmarks.worker_tasks import burst, quiet, training
from playground.jobs.contact import OwnProcess
from playground.jobs.engine import Engine

BURST: Final = 20_000
"""Events told as fast as a worker can."""

QUIET: Final = 300
"""Events told with a pause after each."""

PAUSE: Final = 0.02
"""Seconds; a small network tells of a chunk about as often."""

LIMIT: Final = 120.0
"""Seconds after which a wait is given up."""


class Ear:
    """Hears events and notes when each arrived and when it was told."""

    def __init__(self) -> None:
        self.arrived: list[float] = []
        self.told: list[float] = []
        self._wanted = 0
        self._all_there = threading.Event()

    def hear(self, part: str, event: Mapping[str, Any]) -> None:
        """Take an event; called in the client's thread."""
        if event["kind"] == "look":
            return
        self.arrived.append(time.time())
        self.told.append(event["told"])
        if len(self.arrived) >= self._wanted > 0:
            self._all_there.set()

    def expect(self, count: int) -> None:
        """Wait until so many events have come since the last `clear`.

        Raises:
            TimeoutError: they did not come within two minutes.
        """
        self._wanted = count
        if len(self.arrived) < count and not self._all_there.wait(LIMIT):
            raise TimeoutError(f"{len(self.arrived)} of {count} events came")

    def clear(self) -> None:
        """Forget all that was heard."""
        self._wanted = 0
        self.arrived.clear()
        self.told.clear()
        self._all_there.clear()

    @property
    def delays(self) -> list[float]:
        """How late each event was, milliseconds."""
        return [1000 * (came - told) for came, told in zip(self.arrived, self.told, strict=True)]


def run(count: int = BURST, few: int = QUIET, epochs: int = 10) -> Part:
    """Measure and return how events get through.

    Args:
        count: events told without a pause.
        few: events told one by one.
        epochs: of the training that tells its own.
    """
    ear = Ear()
    progress = Progress("events", 4)
    progress.step("an engine with one worker starts")
    with engine_heard_by(ear) as ask:
        ask(training, 1)  # warm
        ear.clear()
        delays = {}
        progress.step(f"{few} events of a worker that does nothing else")
        ear.expect(ask(quiet, few, PAUSE))
        delays["a worker that does nothing else"] = spread(ear.delays)
        ear.clear()
        progress.step("the events of a worker that trains")
        ear.expect(ask(training, epochs))
        delays["a worker that trains 128 units"] = spread(ear.delays)
        ear.clear()
        progress.step(f"{count:,} events as fast as they come")
        ear.expect(ask(burst, count))
        rate = len(ear.arrived) / (max(ear.arrived) - min(ear.told))
    progress.end()
    return report(rate, delays)


def report(rate: float, delays: Mapping[str, Mapping[str, float]]) -> Part:
    """Return the table of the delays, in milliseconds, and the rate."""
    columns = ("p50", "p95", "most", "events")
    rows = [
        [name, *(f"{it[key]:.1f}" for key in ("median", "p95", "most")), f"{it['count']}"]
        for name, it in delays.items()
    ]
    text = format_table("Delay of an event on its way to the service, ms, from", columns, rows)
    text += f"\n{rate:,.0f} events a second get through from one worker."
    return Part(text, {"events_per_second": rate, "delay_ms": dict(delays)})


@contextmanager
def engine_heard_by(ear: Ear) -> Iterator[Callable[..., int]]:
    """Yield a function that has an engine's only worker call something and returns its answer."""
    there = threading.Event()
    with mock.patch.dict(os.environ, {"PLAYGROUND_WORKERS": "1"}):
        engine = Engine(OwnProcess(), ear.hear, there.set)

    def ask(task: Callable[..., int], *arguments: float) -> int:
        client = engine._client  # noqa: SLF001 - the service asks workers for nothing but training
        if client is None:
            raise RuntimeError("the engine is not there")
        future = client.submit(task, engine._topic, *arguments, pure=False)  # noqa: SLF001
        answer: int = future.result(timeout=LIMIT)
        return answer

    try:
        engine.open()
        if not there.wait(LIMIT):
            raise TimeoutError("no worker came")
        yield ask
    finally:
        engine.close()

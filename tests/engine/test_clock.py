"""What dask sends arrives also when the computer's clock is set back, and still a few at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from distributed import batched, comm
from tornado import locks
from tornado.ioloop import IOLoop

from playground.engine.dask_private import measure_steadily

PATIENCE = 60.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return by how much the time of day is wrong; dask and Tornado read it anew each time."""
    offset, real = [0.0], time.time

    def told() -> float:
        return real() + offset[0]

    monkeypatch.setattr(time, "time", told)
    monkeypatch.setattr(batched, "time", told)
    monkeypatch.setattr(batched, "locks", locks)
    monkeypatch.setattr(IOLoop, "time", lambda _loop: told())
    return offset


@asynccontextmanager
async def stream() -> AsyncIterator[tuple[Any, asyncio.Queue[Any]]]:
    """Yield a stream of dask's and what comes out at its other end, one entry a batch."""
    arrived: asyncio.Queue[Any] = asyncio.Queue()

    async def take(end: Any) -> None:  # noqa: ANN401 - none of dask's is typed
        while True:
            await arrived.put(await end.read())

    dasks: Any = comm
    async with dasks.listen("inproc://", take) as listener:
        sender: Any = batched.BatchedSend(interval="100ms", loop=IOLoop.current())  # type: ignore[no-untyped-call]
        sender.start(await dasks.connect(listener.contact_address))
        yield sender, arrived
        sender.abort()


@pytest.mark.parametrize("jump", [timedelta(days=-2), timedelta(0), timedelta(days=2)])
def test_a_stream_goes_on_whatever_the_time_of_day(clock: list[float], jump: timedelta) -> None:
    measure_steadily()

    async def send() -> list[Any]:
        async with asyncio.timeout(PATIENCE), stream() as (sender, arrived):
            sender.send("before")
            batches = [await arrived.get()]
            clock[0] = jump.total_seconds()
            sender.send("one")
            sender.send("two")
            return [*batches, await arrived.get()]

    assert asyncio.run(send()) == [["before"], ["one", "two"]]

"""What a tab hears of a run, from the app's own routes on a real port, by both ways."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest
import uvicorn
from starlette.applications import Starlette

from benchmarks.followers import followed
from benchmarks.live import Message, hear, is_over
from benchmarks.served import Served
from benchmarks.visitor import Visitor
from playground.core.recording import recorded_id
from playground.jobs import TrainingService
from playground.ui.live import routes

RUN = recorded_id("fashion")

PATIENCE = 60.0
"""Seconds; ends only what would wait for ever."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainingService]:
    service = TrainingService()
    monkeypatch.setattr(routes, "training_service", lambda: service)
    yield service
    service.close()


@asynccontextmanager
async def served() -> AsyncIterator[str]:
    """Yield the address at which the routes are served."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # who comes before the server has begun waits for it
        app = Starlette(routes=routes.live_routes())
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="websockets-sansio"))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            async with asyncio.timeout(PATIENCE):
                yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


async def hear_to_the_end(*, is_older: bool) -> list[Message]:
    async with served() as url:
        heard = []
        told = hear(url, RUN, "", is_older=is_older)
        async with aclosing(told):
            async for message in told:
                heard.append(message)
                if is_over(message):
                    break
        return heard


@pytest.mark.parametrize("is_older", [False, True])
def test_a_run_is_heard_from_its_first_event_to_its_end(
    service: TrainingService, is_older: bool
) -> None:
    heard = asyncio.run(hear_to_the_end(is_older=is_older))
    events = [message["seq"] for message in heard if "seq" in message]
    assert events == [event.seq for event in service.view(RUN).events]
    assert heard[-1]["state"] == "finished"


@pytest.mark.usefixtures("service")
def test_an_older_server_refuses_a_run_that_it_does_not_have() -> None:
    async def listen() -> None:
        async with served() as url:
            async for _ in hear(url, "nothing", "", is_older=True):
                pass

    with pytest.raises(ConnectionError, match=r"^HTTP/1.1 404 Not Found"):
        asyncio.run(listen())


def test_a_message_says_that_a_run_is_over() -> None:
    assert is_over({"kind": "state", "state": "diverged"})
    assert is_over({"kind": "gone"})
    assert not is_over({"kind": "state", "state": "paused"})
    assert not is_over({"kind": "epoch", "seq": 1})


def connections(service: TrainingService) -> int:
    return sum(map(len, service._notifier._listeners.values()))


def test_tabs_follow_over_a_connection_each_and_leave(service: TrainingService) -> None:
    async def follow() -> tuple[Any, int, int]:
        async with served() as url:
            app = cast(Served, SimpleNamespace(url=url, is_older=False))
            async with followed(app, [RUN, recorded_id("mnist")], ["", "", ""]) as crowd:
                await crowd.all_listen.wait()
                await crowd.all_over.wait()
                most = connections(service)
        return crowd, most, connections(service)

    crowd, during, after = asyncio.run(follow())
    assert crowd.listening == crowd.over == {0, 1, 2}
    events = [len(service.view(recorded_id(name)).events) for name in ("fashion", "mnist")]
    assert crowd.messages >= 2 * events[0] + events[1]
    assert (during, after) == (3, 0)


def states(run: str) -> list[str]:
    """Return the states in which a visitor's page is drawn anew."""

    async def watch() -> list[str]:
        async with served() as url:
            return [state async for state in Visitor(url, f"run={run}").watch()]

    return asyncio.run(watch())


@pytest.mark.usefixtures("service")
def test_a_visitor_who_comes_when_a_run_is_over_sees_that_at_once() -> None:
    assert states(RUN) == ["finished"]


@pytest.mark.usefixtures("service")
def test_a_visitor_does_not_wait_for_a_run_that_is_gone() -> None:
    with pytest.raises(ConnectionError) as caught:
        states("nothing")
    assert str(caught.value) == "no more is told of the run nothing, last unknown"

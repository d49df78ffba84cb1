"""How many may come, from one address and in all."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.ui.address import neighbourhood
from playground.ui.guard import connections
from playground.ui.guard.connections import Connections
from playground.ui.guard.rates import Rate
from tests.ui.guard.asking import ask, ask_async, behind, scope_of


async def wait_for_the_end(_scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "websocket.accept"})
    await receive()


async def crowd(guard: ASGIApp, clients: list[str]) -> list[int]:
    """Return the statuses of clients who come one after the other and stay."""
    leave = asyncio.Event()
    answers: list[list[Message]] = []

    async def receive() -> Message:
        await leave.wait()
        return {"type": "websocket.disconnect"}

    async with asyncio.TaskGroup() as group:
        for client in clients:
            answer: list[Message] = []

            async def send(message: Message, answer: list[Message] = answer) -> None:
                answer.append(message)

            answers.append(answer)
            scope = scope_of(kind="websocket", client=client)
            group.create_task(guard(scope, receive, send))  # type: ignore[arg-type]
            await asyncio.sleep(0)
        leave.set()
    return [101 if answer[0]["type"] == "websocket.accept" else 403 for answer in answers]


def test_so_many_may_be_there_and_others_come_when_they_have_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "MOST_OPEN", {"websocket": (2, 3), "http": (9, 9)})
    guard = Connections(wait_for_the_end)
    clients = ["10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.3"]
    for _ in range(2):
        assert asyncio.run(crowd(guard, clients)) == [101, 101, 403, 101, 403]
    assert not guard._open


def test_pages_are_opened_at_a_bounded_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "ARRIVALS", Rate(each_second=1e-6, at_once=2))
    guard = Connections(behind)

    async def arrive() -> list[int]:
        scopes = [scope_of(kind="websocket", client=f"10.0.0.{it}") for it in (1, 1, 1, 2)]
        return [(await ask_async(guard, scope)).status for scope in scopes]

    assert asyncio.run(arrive()) == [101, 101, 403, 101]
    assert ask(guard, scope_of(client="10.0.0.1")).status == 200  # what a page loads is not counted


def test_who_comes_when_there_is_no_room_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_OPEN", {"websocket": (1, 1), "http": (1, 0)})
    asked = ask(Connections(behind), scope_of())
    assert (asked.status, asked.headers("retry-after")) == (503, ["10"])


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("testclient", "testclient", True),
        ("fe80::1%eth0", "fe80::2%eth0", True),
    ],
)
def test_an_ipv6_network_is_one_place(one: str, other: str, is_same: bool) -> None:
    assert (neighbourhood(one) == neighbourhood(other)) is is_same

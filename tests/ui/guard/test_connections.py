"""How many may come, and what may come through a websocket."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileURLsRequest

from playground.ui.guard import connections
from playground.ui.guard.connections import Connections, Messages, neighbourhood
from playground.ui.guard.rates import Rate
from tests.ui.guard.asking import Asked, ask, ask_async, behind, scope_of

RERUN = BackMsg(rerun_script=ClientState(query_string="seed=3")).SerializeToString()


def sent(*frames: bytes | str) -> Asked:
    """Return what comes of frames on a websocket."""
    messages: Iterator[Message] = (
        {"type": "websocket.receive", "bytes" if isinstance(it, bytes) else "text": it}
        for it in frames
    )
    return ask(Messages(behind), scope_of(kind="websocket"), messages)


def test_a_page_is_heard() -> None:
    heartbeat = BackMsg(app_heartbeat=True).SerializeToString()
    through = [message["bytes"] for message in sent(RERUN, heartbeat, RERUN).received]
    assert through == [RERUN, heartbeat, RERUN]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"\x08", 1002),  # ends amid a field
        (b"", 1002),
        (b"\xff" * 50, 1002),
        ("a text", 1002),
        (BackMsg(rerun_script=ClientState(query_string="x" * 130_000)).SerializeToString(), 1009),
    ],
    ids=["half", "nothing", "noise", "text", "large"],
)
def test_what_no_page_sends_ends_the_connection(frame: bytes | str, code: int) -> None:
    asked = sent(RERUN, frame, RERUN)
    assert len(asked.received) == 1
    assert asked.sent[-1] == {"type": "websocket.close", "code": code}


@pytest.mark.parametrize(
    "message",
    [
        BackMsg(clear_cache=True),
        BackMsg(load_git_info=True),
        BackMsg(set_run_on_save=True),
        BackMsg(file_urls_request=FileURLsRequest(file_names=["a"] * 1000)),
        BackMsg(backend_operation_request=BackendOperationRequest(request_id="1")),
    ],
    ids=lambda it: it.WhichOneof("type"),
)
def test_what_a_page_needs_not_is_left_out(message: BackMsg) -> None:
    asked = sent(message.SerializeToString(), RERUN)
    assert [it["bytes"] for it in asked.received] == [RERUN]


def test_who_sends_too_fast_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("playground.ui.guard.connections.asyncio.sleep", note)
    monkeypatch.setattr(connections, "MESSAGES", Rate(each_second=1e-3, at_once=2))
    assert len(sent(*5 * [RERUN]).received) == 5
    assert waits == pytest.approx([1e3, 2e3, 3e3], rel=0.01)
    waits.clear()
    monkeypatch.setattr(connections, "MESSAGES", Rate(each_second=1, at_once=100))
    monkeypatch.setattr(connections, "BYTES", Rate(each_second=1e-3, at_once=3 * len(RERUN)))
    assert len(sent(*5 * [RERUN]).received) == 5
    assert waits == pytest.approx([1e3 * len(RERUN), 2e3 * len(RERUN)], rel=0.01)


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
    ],
)
def test_an_ipv6_network_is_one_place(one: str, other: str, is_same: bool) -> None:
    assert (neighbourhood(one) == neighbourhood(other)) is is_same

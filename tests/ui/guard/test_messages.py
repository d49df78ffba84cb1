"""What may come through a websocket, and that what comes too fast waits."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileURLsRequest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from playground.ui.guard import messages as guard_messages
from playground.ui.guard.messages import (
    AT_ONCE,
    AT_ONCE_OF_MANY,
    EACH,
    ENDLESS,
    MANY,
    Messages,
)
from playground.ui.guard.rates import Rate
from playground.ui.visitor import cookie_name, cookie_value
from tests.ui.guard.asking import Obtained, ask, behind, scope_of

RERUN = BackMsg(rerun_script=ClientState(query_string="seed=3")).SerializeToString()


def sent(*frames: bytes | str) -> Obtained:
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

    monkeypatch.setattr("playground.ui.guard.messages.asyncio.sleep", note)
    monkeypatch.setattr(guard_messages, "MESSAGES", Rate(each_second=1e-3, at_once=2))
    assert len(sent(*5 * [RERUN]).received) == 5
    assert waits == pytest.approx([1e3, 2e3, 3e3], rel=0.01)
    waits.clear()
    monkeypatch.setattr(guard_messages, "MESSAGES", Rate(each_second=1, at_once=100))
    monkeypatch.setattr(guard_messages, "BYTES", Rate(each_second=1e-3, at_once=3 * len(RERUN)))
    assert len(sent(*5 * [RERUN]).received) == 5
    assert waits == pytest.approx([1e3 * len(RERUN), 2e3 * len(RERUN)], rel=0.01)


def test_who_sends_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_messages, "MESSAGES", Rate(each_second=1e9, at_once=1e9))
    asked = sent(*(ENDLESS + 50) * [RERUN])
    assert len(asked.received) == ENDLESS
    assert asked.sent[-1] == {"type": "websocket.close", "code": 1008}


DRAWN = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY).SerializeToString()


@pytest.mark.parametrize(
    ("before", "people", "at_once"),
    [(0, 9, AT_ONCE), (0, 1, EACH), (MANY + 1, 9, AT_ONCE_OF_MANY)],
    ids=["of many people", "of who has no cookie", "of pages that asked for a lot"],
)
def test_so_many_pages_are_drawn_at_once(before: int, people: int, at_once: int) -> None:
    drawing = most = done = 0

    async def draw(_scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal drawing, most, done
        for _ in range(before):
            await receive()
            await send({"type": "websocket.send", "bytes": DRAWN})
        await receive()
        drawing += 1
        most = max(most, drawing)
        for _ in range(50):
            await asyncio.sleep(0)
        drawing -= 1
        await send({"type": "websocket.send", "bytes": DRAWN})
        done += 1

    async def receive() -> Message:
        return {"type": "websocket.receive", "bytes": RERUN}

    async def send(_message: Message) -> None:
        """Take whatever comes."""

    async def crowd() -> None:
        guard = Messages(draw)
        async with asyncio.TaskGroup() as group:
            for number in range(9):
                cookie = f"{cookie_name()}={cookie_value(f'{number:032x}')}" if people > 1 else ""
                scope = scope_of(kind="websocket", headers={"cookie": cookie})
                group.create_task(guard(scope, receive, send))

    asyncio.run(crowd())
    assert (most, done) == (at_once, 9)


def test_a_browser_that_has_gone_is_told_nothing_and_breaks_nothing() -> None:
    told = 0

    async def talk(_scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal told
        await send({"type": "websocket.send", "bytes": b""})
        assert (await receive())["type"] == "websocket.disconnect"
        await send({"type": "websocket.send", "bytes": b""})
        told += 1

    async def gone(_message: Message) -> None:
        raise ConnectionError  # uvicorn's is one, too

    async def receive() -> Message:
        return {"type": "websocket.disconnect"}

    asyncio.run(Messages(talk)(scope_of(kind="websocket"), receive, gone))
    assert told == 1


def test_after_the_end_nothing_is_sent() -> None:
    async def talk(_scope: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["type"] == "websocket.disconnect"
        await send({"type": "websocket.send", "bytes": b"late"})

    noise: Message = {"type": "websocket.receive", "bytes": b"\xff"}
    asked = ask(Messages(talk), scope_of(kind="websocket"), [noise])
    assert asked.sent == [{"type": "websocket.close", "code": 1002}]

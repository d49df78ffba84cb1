"""What comes through a page's websocket: its size, its rate, its kind, and whose turn it is.

What comes too fast waits; uvicorn meanwhile reads no more of that connection, so that nothing piles up
here. What cannot come from a page of ours closes the connection.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.ui.address import neighbourhood
from playground.ui.guard.answers import MESSAGE_TOO_BIG, POLICY_VIOLATION, PROTOCOL_ERROR
from playground.ui.guard.connections import LIVE
from playground.ui.guard.rates import Bucket, Rate
from playground.ui.guard.turns import Turns
from playground.ui.streamlit_private import RERUN, bound_messages, ends_a_drawing, kind_of_message
from playground.ui.visitor import visitor_of

MOST_MESSAGE: Final = 128_000
"""Bytes of one message. The largest of an honest page, all settings and lessons, has three thousand."""

MESSAGES: Final = Rate(each_second=5, at_once=60)
"""Messages of one page: a slider that is dragged sends five a second."""

BYTES: Final = Rate(each_second=64_000, at_once=1_000_000)
"""Of all messages of one page."""

KINDS: Final = frozenset({RERUN, "stop_script", "app_heartbeat"})
"""What a page of ours asks for. The rest would empty everybody's caches, run git in the event loop,
install files, or announce uploads; a browser sends some of it by itself, so it is left out silently."""

PAUSE: Final = 0.02
"""Seconds within which a message comes that was sent before the one before it had been dealt with."""

MANY: Final = 10
"""Messages without a pause after which a page counts as one that asks without end."""

ENDLESS: Final = 200
"""Messages without a pause after which the connection is closed: else all that has been sent would be
dealt with for minutes after whoever sent it has gone. A page of ours would connect again by itself."""

AT_ONCE: Final = 3
"""Pages that are drawn at once. They share one Python, but now and then each waits for something else."""

EACH: Final = 2
"""Of them, of one person; those without our cookie, which every browser has, are one at each address."""

AT_ONCE_OF_MANY: Final = 2
"""Of the pages that ask without end, beside the others: so they cannot hold those up, however many."""


class Messages:
    """Passes on what pages ask for, each in its turn.

    Args:
        app: gets the messages that are left.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._turns = Turns(AT_ONCE, EACH), Turns(AT_ONCE_OF_MANY, AT_ONCE_OF_MANY)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, a websocket with its messages looked at."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        bound_messages(receive, MOST_MESSAGE)
        if scope["path"].endswith(LIVE):  # it looks at its messages itself
            await self._app(scope, receive, send)
            return
        page = _Page(receive, send, _person(scope), *self._turns)
        try:
            await self._app(scope, page.receive, page.send)
        finally:
            page.end_turn()


def _person(scope: Scope) -> tuple[str, str]:
    """Return who is at a page: a visitor's name, or an address for all there who have none."""
    name = visitor_of(cookie_parser(Headers(scope=scope).get("cookie", "")))
    return (name, "") if name else ("", neighbourhood((scope.get("client") or ("",))[0]))


class _Page:
    """One websocket, with what it has used of late."""

    def __init__(
        self,
        receive: Receive,
        send: Send,
        person: tuple[str, str],
        turns: Turns,
        turns_of_many: Turns,
    ) -> None:
        self._receive = receive
        self._send = send
        self._person = person
        self._turns = turns
        self._turns_of_many = turns_of_many
        self._messages = Bucket(MESSAGES)
        self._bytes = Bucket(BYTES)
        self._in_a_row = 0
        self._is_over = False

    async def receive(self) -> Message:
        """Return the next message that is for Streamlit."""
        while (message := await self._next())["type"] == "websocket.receive":
            data: bytes = message.get("bytes") or b""
            if self._in_a_row > ENDLESS:
                return await self._end(POLICY_VIOLATION)
            if len(data) > MOST_MESSAGE:
                return await self._end(MESSAGE_TOO_BIG)
            kind = kind_of_message(data)
            if kind is None:
                return await self._end(PROTOCOL_ERROR)
            if wait := max(self._messages.take(), self._bytes.take(len(data))):
                await asyncio.sleep(wait)
            if kind == RERUN:
                turns = self._turns if self._in_a_row <= MANY else self._turns_of_many
                await turns.take(self, self._person)
            if kind in KINDS:
                break
        return message

    async def _next(self) -> Message:
        """Return the next message, and note whether it was there already."""
        clock = asyncio.get_running_loop().time
        ready = clock()
        message = await self._receive()
        self._in_a_row = self._in_a_row + 1 if clock() - ready < PAUSE else 0
        return message

    async def send(self, message: Message) -> None:
        """Pass on what Streamlit says, and note when it has drawn.

        What comes for a browser that has gone is dropped: that it has gone is the next thing to be
        received, and Streamlit makes tracebacks of an error here.
        """
        if self._is_over:
            return
        with suppress(OSError):
            await self._send(message)
        if ends_a_drawing(message.get("bytes") or b""):
            self.end_turn()

    def end_turn(self) -> None:
        """Let others have their turn."""
        self._turns.end(self)
        self._turns_of_many.end(self)

    async def _end(self, code: int) -> Message:
        self._is_over = True
        await self._send({"type": "websocket.close", "code": code})
        return {"type": "websocket.disconnect", "code": code}

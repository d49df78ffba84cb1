"""Asks a guard as uvicorn would, and tells what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass
class Obtained:
    """What was answered, and what came through to the app behind the guard."""

    sent: list[Message] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    received: list[Message] = field(default_factory=list)

    @property
    def status(self) -> int:
        """Of the answer; 403 is what uvicorn makes of a websocket that is closed before it opened."""
        first = self.sent[0]
        return 403 if first["type"] == "websocket.close" else int(first.get("status", 101))

    @property
    def text(self) -> str:
        """The answer's body."""
        return b"".join(message.get("body", b"") for message in self.sent).decode()

    def headers(self, name: str) -> list[str]:
        """Return the answer's headers of that name."""
        found = self.sent[0]["headers"]
        return [value.decode() for key, value in found if key.decode().lower() == name.lower()]


def scope_of(
    path: str = "/",
    *,
    kind: str = "http",
    method: str = "GET",
    query: bytes = b"",
    headers: Mapping[str, str] | None = None,
    client: str = "127.0.0.1",
    scheme: str = "http",
) -> Scope:
    """Return what uvicorn says of a request."""
    raw = [(name.lower().encode(), text.encode()) for name, text in (headers or {}).items()]
    scope: Scope = {
        "type": kind,
        "path": path,
        "query_string": query,
        "headers": raw,
        "client": (client, 50000),
        "scheme": scheme,
    }
    return scope if kind == "websocket" else {**scope, "method": method}


async def _behind(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request, or take all that comes through a websocket."""
    asked: Obtained = scope["asked"]
    asked.scopes.append(scope)
    if scope["type"] == "http":
        while (message := await receive()).get("more_body"):
            asked.received.append(message)
        asked.received.append(message)
        await PlainTextResponse("fine")(scope, receive, send)
        return
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] != "websocket.disconnect":
        asked.received.append(message)


async def ask_async(guard: ASGIApp, scope: Scope, messages: Iterable[Message] = ()) -> Obtained:
    """Return what a guard with `behind` behind it makes of a request and its messages."""
    asked = Obtained()
    over = {"http": "http.request", "websocket": "websocket.disconnect"}[scope["type"]]
    left = iter((*messages, {"type": over}))

    async def receive() -> Message:
        return next(left)

    async def send(message: Message) -> None:
        asked.sent.append(message)

    await guard({**scope, "asked": asked}, receive, send)
    return asked


behind: ASGIApp = _behind
"""The app behind a guard."""


def ask(guard: ASGIApp, scope: Scope, messages: Iterable[Message] = ()) -> Obtained:
    """Return what a guard makes of a request."""
    return asyncio.run(ask_async(guard, scope, messages))

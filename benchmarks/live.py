"""What a tab hears of the run that it shows: over a websocket, as the page's own script hears it."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import Any, Final, TypeAlias

from benchmarks.connection import get, open_websocket

OVER: Final = ("finished", "stopped", "diverged", "failed")

Message: TypeAlias = dict[str, Any]
"""Its `kind` and its values: an event of the run, "state", "snapshot", "restart", "changed" or "gone"."""


def hear(
    url: str, run: str, cookie: str, *, is_older: bool = False
) -> AsyncGenerator[Message, None]:
    """Yield what is told of a run from its first event on; close it when it has been heard enough.

    Args:
        url: the server's address, without a slash at the end.
        run: its id.
        cookie: by which the visitor is known.
        is_older: whether the server is of a version whose pages had no websocket for their runs: they
            took server-sent events, over a connection for each run.

    Raises:
        ConnectionError: the server does not tell of this run.
    """
    return (_hear_events if is_older else _hear_by_websocket)(url, run, cookie)


async def _hear_by_websocket(url: str, run: str, cookie: str) -> AsyncGenerator[Message, None]:
    async with await open_websocket(url, "live", cookie) as socket:
        await socket.send(json.dumps({"follow": {run: [0, 0, 1]}}))
        async for text in socket:
            for _, message in json.loads(text):
                yield message


async def _hear_events(url: str, run: str, cookie: str) -> AsyncGenerator[Message, None]:
    async with get(url, f"live/{run}?after=0", "text/event-stream", cookie) as reader:
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.partition(b"\r\n")[0]:
            raise ConnectionError(head.decode())
        kind = ""
        while not reader.at_eof():
            name, _, value = (await reader.readline()).decode().rstrip("\r\n").partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                yield {"kind": kind, **json.loads(value)}


def is_over(message: Message) -> bool:
    """Return whether a message says that the run has ended, or that nothing more can be told of it."""
    return message["kind"] == "gone" or (message["kind"] == "state" and message["state"] in OVER)

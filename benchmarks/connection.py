"""The connections that a browser has to the app: requests, websockets, and the cookie by which it is known."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect

LIMIT: Final = 180.0
"""Seconds after which a wait for the server is given up."""


async def open_websocket(url: str, path: str, cookie: str) -> ClientConnection:
    """Return a websocket to a path below the server's address; whoever asks closes it."""
    return await connect(
        f"{url.replace('http', 'ws', 1)}/{path}",
        additional_headers={"Cookie": cookie},
        max_size=None,
        open_timeout=LIMIT,
        ping_timeout=None,
    )


@asynccontextmanager
async def get(
    url: str, path: str, accepted: str = "*/*", cookie: str = ""
) -> AsyncIterator[asyncio.StreamReader]:
    """Yield what the server answers to a request for a path below its address."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        lines = (
            f"GET {address.path}/{path} HTTP/1.1",
            f"Host: {address.netloc}",
            f"Accept: {accepted}",
            "Connection: close",
            *([f"Cookie: {cookie}"] if cookie else []),
        )
        writer.write("".join(f"{line}\r\n" for line in (*lines, "")).encode())
        yield reader
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def new_cookie(url: str, *, is_older: bool = False) -> str:
    """Return the cookie by which the server will know a browser that has none.

    Args:
        url: the server's address, without a slash at the end.
        is_older: whether it is of a version whose pages gave themselves a name.

    Raises:
        ConnectionError: the server gave none.
    """
    if is_older:
        return f"playground_visitor={secrets.token_hex(16)}"
    async with get(url, "", "text/html") as reader:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    found = re.search(r"^set-cookie: ([^;\r]*)", head, re.IGNORECASE | re.MULTILINE)
    if found is None:
        raise ConnectionError(f"the server gave no cookie:\n{head}")
    return found[1]

"""A visitor without a browser: speaks Streamlit's websocket protocol and keeps the time of reruns.

Streamlit 1.67 sends `ForwardMsg` and takes `BackMsg`, both protobuf. A rerun is a `BackMsg` with the
link and the widgets that were touched; it is over when `script_finished` comes. The stream of a
run's events, which the page's curves read, is plain HTTP.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final, Self
from urllib.parse import parse_qs, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

LIMIT: Final = 180.0
"""Seconds after which a wait for the server is given up."""

FINISHED: Final = (
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
)

OVER: Final = ("finished", "stopped", "diverged", "failed")


class Visitor:
    """One tab of one browser.

    Args:
        url: the server's address, without a slash at the end.
        link: the page's parameters, as in "seed=3&epochs=1".
        cookie: by which the visitor is known, as `new_cookie` returns it; a new visitor's by default.
        page: the path of the page that is opened.
    """

    def __init__(self, url: str, link: str, cookie: str = "", page: str = "") -> None:
        self.url = url
        self.link = link
        self.cookie = cookie
        self.buttons: dict[str, str] = {}
        """The identity of each button by its key."""
        self._path = page
        self._page = ""
        self._socket: ClientConnection | None = None
        self._finished = asyncio.Event()
        self._looked = asyncio.Event()
        self._broken: str | None = None
        self._one_at_a_time = asyncio.Lock()
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Connect; the page is drawn by the first `rerun`."""
        self.cookie = self.cookie or await new_cookie(self.url)
        address = self.url.replace("http", "ws", 1) + "/_stcore/stream"
        self._socket = await connect(
            address,
            additional_headers={"Cookie": self.cookie},
            max_size=None,
            open_timeout=LIMIT,
            ping_timeout=None,
        )
        self._reader = asyncio.create_task(self._read(self._socket))
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leave."""
        if self._reader is not None:
            self._reader.cancel()
            with suppress(asyncio.CancelledError):
                await self._reader
        if self._socket is not None:
            await self._socket.close()

    @property
    def run(self) -> str:
        """The run that the page shows, by its link; empty for the recorded one."""
        return parse_qs(self.link).get("run", [""])[0]

    async def rerun(self, pressed: str = "") -> float:
        """Have the page drawn again and return the seconds until it was.

        Args:
            pressed: the key of the button that was pressed, if any.

        Raises:
            ConnectionError: the server closed the connection.
            TimeoutError: the page was not drawn in three minutes.
        """
        async with self._one_at_a_time:
            return await self._rerun(pressed)

    async def _rerun(self, pressed: str) -> float:
        if self._socket is None:
            raise ConnectionError("not connected")
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.link
        state.page_script_hash = self._page
        if not self._page:
            state.page_name = self._path
        state.context_info.timezone = "UTC"
        state.context_info.locale = "en-US"
        state.context_info.url = f"{self.url}/"
        if pressed:
            widget = state.widget_states.widgets.add()
            widget.id = self.buttons[pressed]
            widget.trigger_value = True
        self._finished.clear()
        begin = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        async with asyncio.timeout(LIMIT):
            await self._finished.wait()
        if self._broken is not None:
            raise ConnectionError(self._broken)
        return time.perf_counter() - begin

    async def _read(self, socket: ClientConnection) -> None:
        """Take what the server sends, until it closes the connection."""
        try:
            async for data in socket:
                if isinstance(data, bytes):
                    self.take(ForwardMsg.FromString(data))
        except Exception as error:  # noqa: BLE001 - whoever waits for a rerun has to know
            self._broken = f"the connection broke: {error!r}"
        else:
            self._broken = "the server closed the connection"
        self._finished.set()

    def take(self, message: ForwardMsg) -> None:
        """Take note of one message: the page, its link, its buttons, the end of a rerun."""
        match message.WhichOneof("type"):
            case "new_session":
                self._page = message.new_session.page_script_hash
            case "page_info_changed":
                self.link = message.page_info_changed.query_string
            case "delta":
                element = message.delta.new_element
                if element.WhichOneof("type") == "button":
                    # "$$ID-<hash>-<key>"; a key may hold hyphens, the hash does not.
                    self.buttons[element.button.id.split("-", 2)[-1]] = element.button.id
            case "script_finished":
                if message.script_finished in FINISHED:
                    self._finished.set()

    async def watch(self) -> AsyncIterator[str]:
        """Yield the shown run's state whenever the page has to be drawn anew, to the run's end.

        Read as the curves read it; meanwhile the network's newest answer is asked for, as the picture
        asks.

        Raises:
            ConnectionError: an answer did not come.
        """
        asking = asyncio.create_task(self._ask_again_and_again())
        try:
            path = f"live/{self.run}?after=0"
            async with get(self.url, path, "text/event-stream") as reader:
                event, state = "", ""
                while not reader.at_eof():
                    line = (await reader.readline()).decode().rstrip("\r\n")
                    name, _, value = line.partition(": ")
                    if name == "event":
                        event = value
                    elif name == "data" and event == "look":
                        self._looked.set()
                    elif name == "data" and event == "state":
                        opened, state = not state, json.loads(value)["state"]
                        if opened and state in OVER:  # before this was open
                            yield state
                            return
                    elif name == "data" and event == "changed":
                        yield state
                        if state in OVER:
                            return
                    if asking.done():
                        asking.result()
        finally:
            asking.cancel()

    async def _ask_again_and_again(self) -> None:
        """Ask what the network says of a picture, each time that it has looked at all of them."""
        while True:
            await self._looked.wait()
            self._looked.clear()
            path = f"live/{self.run}/answers/0"
            async with get(self.url, path, "application/json") as reader:
                answer = await reader.read()
            if not answer.startswith(b"HTTP/1.1 200"):
                raise ConnectionError(answer.decode())


async def new_cookie(url: str) -> str:
    """Return the cookie that the server gives to a browser that has none."""
    async with get(url, "", "text/html") as reader:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    found = re.search(r"^set-cookie: ([^;\r]*)", head, re.IGNORECASE | re.MULTILINE)
    if found is None:
        raise ConnectionError(f"the server gave no cookie:\n{head}")
    return found[1]


@asynccontextmanager
async def get(url: str, path: str, accepted: str) -> AsyncIterator[asyncio.StreamReader]:
    """Yield what a server answers to a request for a path below its address."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        lines = (
            f"GET {address.path}/{path} HTTP/1.1",
            f"Host: {address.netloc}",
            f"Accept: {accepted}",
            "Connection: close",
        )
        writer.write("".join(f"{line}\r\n" for line in (*lines, "")).encode())
        yield reader
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

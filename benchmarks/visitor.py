"""A visitor without a browser: speaks Streamlit's websocket protocol and keeps the time of reruns.

Streamlit 1.67 sends `ForwardMsg` and takes `BackMsg`, both protobuf. A rerun is a `BackMsg` with the
link and the widgets that were touched; it is over when `script_finished` comes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from typing import Final, Self
from urllib.parse import parse_qs

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection

from benchmarks.connection import LIMIT, get, new_cookie, open_websocket
from benchmarks.live import OVER, hear

FINISHED: Final = (
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
)


class Visitor:
    """One tab of one browser.

    Args:
        url: the server's address, without a slash at the end.
        link: the page's parameters, as in "seed=3&epochs=1".
        cookie: by which the visitor is known, as `new_cookie` returns it; a new visitor's by default.
        page: the path of the page that is opened.
        is_older: whether the server is of a version whose pages had no websocket for their runs.
    """

    def __init__(
        self, url: str, link: str, cookie: str = "", page: str = "", *, is_older: bool = False
    ) -> None:
        self.url = url
        self.link = link
        self.cookie = cookie
        self.buttons: dict[str, str] = {}
        """The identity of each button by its key."""
        self._is_older = is_older
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
        self.cookie = self.cookie or await new_cookie(self.url, is_older=self._is_older)
        self._socket = await open_websocket(self.url, "_stcore/stream", self.cookie)
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

        Heard as the page hears it; meanwhile the network's newest answer is asked for, as the picture
        asks.

        Raises:
            ConnectionError: an answer did not come, or no more was told of the run before its end.
        """
        asking = asyncio.create_task(self._ask_again_and_again())
        told = hear(self.url, self.run, self.cookie, is_older=self._is_older)
        try:
            async with aclosing(told):
                state = ""
                async for message in told:
                    match message["kind"]:
                        case "snapshot":
                            self._looked.set()
                        case "state":
                            opened, state = not state, message["state"]
                            if opened and state in OVER:  # before this was open
                                yield state
                                return
                        case "changed":
                            yield state
                            if state in OVER:
                                return
                        case "gone":
                            break
                    if asking.done():
                        asking.result()
        finally:
            asking.cancel()
        raise ConnectionError(f"no more is told of the run {self.run}, last {state or 'unknown'}")

    async def _ask_again_and_again(self) -> None:
        """Ask what the network says of a picture, each time that it has looked at all of them."""
        while True:
            await self._looked.wait()
            self._looked.clear()
            path = f"live/{self.run}/answers/0"
            async with get(self.url, path, "application/json", self.cookie) as reader:
                answer = await reader.read()
            if not answer.startswith(b"HTTP/1.1 200"):
                raise ConnectionError(answer.decode())

"""What a request may be: its method, its path, and the size of its head and its body.

The app takes nothing from a browser but what comes through the websocket, so nothing has a body, and
of Streamlit's own routes those that no page of ours needs are closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.ui.guard.answers import refuse
from playground.ui.streamlit_private import CORE, ROUTES, STREAM

BODIES: Final[Mapping[str, int]] = {}
"""The paths, below the app's, that take a body, each with the bytes that it may have at most.

This is where an upload is opened: `"_stcore/upload_file/": 1_000_000` for Streamlit's own.
"""

MOST_PATH: Final = 2_048
"""Bytes of a path."""

MOST_QUERY: Final = 16_384
"""Bytes of a query: a link that carries a drawing needs two thousand; what is too long for a link is
still said by the page."""

MOST_HEADERS: Final = 32_768
"""Bytes of all headers; uvicorn itself stops reading at 64 kB."""

CLOSED: Final = ("auth/", "oauth2callback", "component/")
"""Streamlit's routes for logging in and for elements of an older form."""

OPEN: Final = (f"{CORE}/health", f"{CORE}/host-config", STREAM, f"{CORE}/bidi-components/")
"""What is open of the routes with which Streamlit serves itself; all others below that path are closed."""

_METHODS: Final = ("GET", "HEAD")


class TooMuchError(Exception):
    """A body went on beyond what its path may take."""


class Requests:
    """Refuses requests that are larger than any of ours, or ask for what is closed.

    Args:
        app: what is asked when nothing is wrong.
        base: the path under which the app is served: "" or "/name".
        bodies: the paths below it that take a body, with the most bytes of each.
    """

    def __init__(self, app: ASGIApp, base: str, bodies: Mapping[str, int] = BODIES) -> None:
        self._app = app
        self._base = f"{base}/"
        self._bodies = bodies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with the body counted."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path: str = scope["path"].removeprefix(self._base)
        most = next((size for start, size in self._bodies.items() if path.startswith(start)), 0)
        if refusal := _refusal(scope, path, most):
            status, reason = refusal
            await refuse(scope, receive, send, status, reason)
            return
        await self._app(scope, _counted(receive, most) if most else receive, send)


def _refusal(scope: Scope, path: str, most: int) -> tuple[int, str] | None:
    """Return the status and the reason of a refusal, None if there is none."""
    query = len(scope["query_string"])
    head = sum(len(name) + len(value) for name, value in scope["headers"])
    if len(path) > MOST_PATH or query > MOST_QUERY:
        return 414, (
            f"received a path of {len(path)} characters and a query of {query} bytes, expected at "
            f"most {MOST_PATH} and {MOST_QUERY}."
        )
    if head > MOST_HEADERS:
        return 431, f"received headers of {head} bytes, expected at most {MOST_HEADERS}."
    if _is_closed(path) and not most:
        return 404, "received a path that is not served here."
    if scope["type"] == "websocket":
        return None
    return _body_refusal(scope, most)


def _is_closed(path: str) -> bool:
    if path.startswith(CLOSED):
        return True
    # Where it is not known which are needed, pages could not be opened.
    return ROUTES.is_as_known() and path.startswith(f"{CORE}/") and not path.startswith(OPEN)


def _body_refusal(scope: Scope, most: int) -> tuple[int, str] | None:
    method, headers = scope["method"], Headers(scope=scope)
    length = headers.get("content-length", "0")
    if not most and method not in _METHODS:
        return 405, f"received {method[:20]}, expected GET or HEAD."
    if not (length.isascii() and length.isdigit()):
        return 400, f"received a length of {length[:20]!r}, expected a number of bytes."
    if int(length[:20]) > most or (not most and "transfer-encoding" in headers):
        return 413, f"received a body, expected one of at most {most} bytes."
    return None


def _counted(receive: Receive, most: int) -> Receive:
    """Return `receive` for a body that may have `most` bytes, whatever was said of it before."""
    left = most

    async def count() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise TooMuchError
        return message

    return count

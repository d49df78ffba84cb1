"""Files that the playground itself serves to the browser; it draws nothing and knows no page.

Plotly's JavaScript is among them, so that a page asks no other host: its basic bundle (`plotly/`), with
lines and bars and no maps. Of the whole one a browser reads four times as much, for a second longer.
"""

from __future__ import annotations

import threading
import zlib
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PLOTLY: Final = Path(__file__).parent / "plotly" / "plotly-basic.min.js"

_PLOTLY_PATH: Final = f"assets/{PLOTLY.name}"
_PLOTLY_VERSION: Final = sha256(PLOTLY.read_bytes()).hexdigest()[:12]
_PLOTLY_ETAG: Final = f'"{_PLOTLY_VERSION}"'
_BLOCK: Final = 1 << 16
_pressing = threading.Lock()


def base_path() -> str:
    """Return the path under which the app is served: "" or "/name", without a slash at the end."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def plotly_url() -> str:
    """Return the address of Plotly's JavaScript, relative to the app's base path.

    What it holds is part of it: a browser may keep the file for a year and still gets a new one.
    """
    return f"{_PLOTLY_PATH}?v={_PLOTLY_VERSION}"


def asset_routes() -> list[Route]:
    """Return the routes that serve the files above; `st.App` adds no base path to them itself."""
    return [Route(f"{base_path()}/{_PLOTLY_PATH}", _serve_plotly, methods=["GET"])]


async def _serve_plotly(request: Request) -> Response:
    current = request.query_params.get("v") == _PLOTLY_VERSION
    headers = {
        "ETag": _PLOTLY_ETAG,
        "Cache-Control": "public, max-age=31536000, immutable" if current else "no-cache",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if request.headers.get("if-none-match") == _PLOTLY_ETAG:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        content = await run_in_threadpool(_pressed_plotly)
    else:
        content = await run_in_threadpool(PLOTLY.read_bytes)
    return Response(content, media_type="text/javascript", headers=headers)


def _pressed_plotly() -> bytes:
    with _pressing:  # a class arrives at once: the first request does the work for all
        return _press_plotly()


@lru_cache(maxsize=1)
def _press_plotly() -> bytes:
    """Return the file in gzip's form (0.4 MB, kept), read in blocks (the plain 1.2 MB are not)."""
    press = zlib.compressobj(level=9, wbits=31)
    parts = []
    with PLOTLY.open("rb") as file:
        while block := file.read(_BLOCK):
            parts.append(press.compress(block))
    parts.append(press.flush())
    return b"".join(parts)

"""Files that the playground itself serves to the browser; it draws nothing and knows no page.

Plotly's JavaScript comes out of the installed Python package, so that a page asks no other host.
"""

from __future__ import annotations

import threading
import zlib
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

import plotly
import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_PLOTLY_PATH: Final = "assets/plotly.min.js"
_PLOTLY_ETAG: Final = f'"plotly-{plotly.__version__}"'
_BLOCK: Final = 1 << 16
_pressing = threading.Lock()


def base_path() -> str:
    """Return the path under which the app is served: "" or "/name", without a slash at the end."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def plotly_url() -> str:
    """Return the address of Plotly's JavaScript, relative to the app's base path.

    The version is part of it: a browser may keep the file for a year and still gets the new one.
    """
    return f"{_PLOTLY_PATH}?v={plotly.__version__}"


def asset_routes() -> list[Route]:
    """Return the routes that serve the files above; `st.App` adds no base path to them itself."""
    return [Route(f"{base_path()}/{_PLOTLY_PATH}", _serve_plotly, methods=["GET"])]


async def _serve_plotly(request: Request) -> Response:
    current = request.query_params.get("v") == plotly.__version__
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
        content = await run_in_threadpool(_plotly_file().read_bytes)
    return Response(content, media_type="text/javascript", headers=headers)


def _plotly_file() -> Traversable:
    return resources.files("plotly") / "package_data" / "plotly.min.js"


def _pressed_plotly() -> bytes:
    with _pressing:  # a class arrives at once: the first request does the work for all
        return _press_plotly()


@lru_cache(maxsize=1)
def _press_plotly() -> bytes:
    """Return the file in gzip's form (1.5 MB, kept), read in blocks (the plain 4.8 MB are not)."""
    press = zlib.compressobj(level=9, wbits=31)
    parts = []
    with _plotly_file().open("rb") as file:
        while block := file.read(_BLOCK):
            parts.append(press.compress(block))
    parts.append(press.flush())
    return b"".join(parts)

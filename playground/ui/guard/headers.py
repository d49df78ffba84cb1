"""What every answer tells the browser: load from here only, show me only where I may be shown.

The policy fits what Streamlit 1.67 does in a browser: it writes styles into the page, begins an element's
JavaScript from a `blob:`, makes functions of text for some of its charts, as do the tools that drive a
browser, and has one line of script in its document, which is let through by its hash.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COMMUNITY_CLOUD: Final = "https://*.streamlit.app"
"""Shows each of its apps inside a page of its own."""

_INLINE: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def policy(document: str, embedders: Iterable[str]) -> str:
    """Return the Content-Security-Policy.

    Args:
        document: the page that Streamlit serves, whose own scripts may run.
        embedders: origins whose pages may show this one inside them.
    """
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in _INLINE.findall(document))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'unsafe-eval' blob: {hashes}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' data: blob:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            " ".join(("frame-ancestors 'self'", *embedders)),
        )
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


class AnswerHeaders:
    """Adds headers to every answer that lacks them.

    Args:
        app: what answers.
        content_policy: the Content-Security-Policy.
    """

    def __init__(self, app: ASGIApp, content_policy: str) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": content_policy,
            "Referrer-Policy": "same-origin",  # a link holds the run, and maybe a class's room
            "X-Content-Type-Options": "nosniff",
            "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and add to the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, add)

"""Gives each browser its secret, with the page and before the page's websocket opens."""

from __future__ import annotations

import secrets
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.core.errors import StoreError
from playground.core.visitor import SECRET, owner_of, renewed
from playground.ui.signing_key import signing_key
from playground.ui.training import training_service
from playground.ui.visitor import SAFE, cookie_name, cookie_value, secret_in

OLD: Final = "playground_visitor"
"""The cookie of earlier versions: a name that any script could read, and plant."""

YEAR: Final = 365 * 24 * 3600


class VisitorCookie:
    """Sets the visitor's cookie on every page, for one year from then on.

    Args:
        app: what answers.
        base: the path under which the app is served: "" or "/name".
        is_embedded: whether pages of other sites show this one inside them.
    """

    def __init__(self, app: ASGIApp, base: str, *, is_embedded: bool) -> None:
        self._app = app
        self._base = base or "/"
        self._is_embedded = is_embedded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and add cookies to the answer if it is a page."""
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self._app(scope, receive, send)
            return
        cookies = await self._cookies(scope)

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for cookie in cookies:
                    headers.append("Set-Cookie", cookie)
            await send(message)

        await self._app(scope, receive, add)

    async def _cookies(self, scope: Scope) -> list[str]:
        """Return what the browser is to keep: its secret, and an old name no longer."""
        headers = Headers(scope=scope)
        known = cookie_parser(headers.get("cookie", ""))
        is_safe = scope["scheme"] == "https" or headers.get("x-forwarded-proto", "") == "https"
        secret = secret_in(known, SAFE if is_safe else "")
        try:
            secret = secret or await _renewed(known.get(OLD, "")) or secrets.token_hex(16)
        except StoreError:  # whose name it is can be told later
            return []
        cookies = [self._cookie(secret, is_safe=is_safe)]
        if OLD in known:
            cookies.append(f"{OLD}=; Path={self._base}; Max-Age=0")
        return cookies

    def _cookie(self, secret: str, *, is_safe: bool) -> str:
        """Return the cookie, which ends with the browser where the key ends with this process."""
        parts = [f"{SAFE if is_safe else ''}{cookie_name()}={cookie_value(secret)}", "HttpOnly"]
        parts.append(f"Path={'/' if is_safe else self._base}")
        if signing_key().is_kept:
            parts.append(f"Max-Age={YEAR}")
        if is_safe:
            parts.append("Secure")
        # Lax and not Strict: who comes by a link from elsewhere would be somebody new.
        parts.append(
            "SameSite=None; Partitioned" if is_safe and self._is_embedded else "SameSite=Lax"
        )
        return "; ".join(parts)


async def _renewed(name: str) -> str:
    """Return the secret for a browser with an old name; empty if no run is kept under that name."""
    if not SECRET.fullmatch(name):
        return ""
    secret = renewed(name)
    is_known = await run_in_threadpool(training_service().has_owner, owner_of(secret))
    return secret if is_known else ""

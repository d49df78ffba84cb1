"""Who may ask this server: only its own pages, and only by names that are its own.

A page of another site must not open a websocket here in a visitor's name, nor reach a server that
listens on this machine alone by letting its own name stand for 127.0.0.1.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Self
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from playground.ui.guard.answers import refuse

_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Place:
    """A name and a port; no port means that of the scheme, whatever it is."""

    name: str
    port: int | None = None

    @classmethod
    def of_host(cls, host: str) -> Self | None:
        """Return what a `Host` header names, None if it is none."""
        return cls._of(f"//{host}") if host and not set(host) & set("/?#@\\ ") else None

    @classmethod
    def of_origin(cls, origin: str) -> Self | None:
        """Return what an `Origin` header names, None if it is none ("null" for instance)."""
        return cls._of(origin) if "://" in origin else None

    @classmethod
    def _of(cls, address: str) -> Self | None:
        try:
            parts = urlsplit(address)
            name, port = parts.hostname, parts.port
        except ValueError:
            return None
        if not name:
            return None
        return cls(name.rstrip("."), None if port in _PORTS.values() else port)

    @property
    def is_here(self) -> bool:
        """Whether the name can only stand for the machine that it is used on."""
        try:
            return ip_address(self.name).is_loopback
        except ValueError:
            return self.name == "localhost" or self.name.endswith(".localhost")


def listed(text: str) -> frozenset[str]:
    """Return the origins that a variable lists, separated by commas or blanks."""
    return frozenset(part.rstrip("/").lower() for part in text.replace(",", " ").split())


class Origins:
    """Refuses, with 403, a `Host` that is not ours and an `Origin` that is not the page's own.

    Args:
        app: what is asked when neither is foreign.
        address: where the server listens, None for everywhere.
        origins: further origins, such as "https://playground.example.org", whose names are ours too.
        open_to_all: whether the operator has opened the server to pages of every origin.
    """

    def __init__(
        self,
        app: ASGIApp,
        address: str | None,
        origins: Collection[str] = (),
        *,
        open_to_all: bool = False,
    ) -> None:
        self._app = app
        self._origins = frozenset(origins)
        self._names = {place.name for it in origins if (place := Place.of_origin(it))}
        here = Place.of_host(f"[{address}]" if address and ":" in address else address or "")
        self._is_only_here = here is not None and here.is_here
        self._open_to_all = open_to_all

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        reason = self._wrong_host(headers) or self._wrong_origin(headers)
        if reason:
            await refuse(scope, receive, send, 403, reason)
            return
        origin = headers.get("origin", "")
        if scope["type"] == "websocket" and Place.of_origin(origin):
            # Streamlit compares the two as well, and knows no proxy: it would look up addresses.
            scope = {**scope, "headers": list(scope["headers"])}
            MutableHeaders(scope=scope)["host"] = urlsplit(origin).netloc
        await self._app(scope, receive, send)

    def _wrong_host(self, headers: Headers) -> str:
        """Return why the name that the server is asked by is not its own; empty if it is."""
        host = headers.get("host", "")
        place = Place.of_host(host)
        if host and place is None:
            return f"received the host {host[:100]!r}, expected a name and a port."
        # Through a proxy on this machine comes any name. No page can make a browser's websocket say
        # that it came through one.
        is_any = not self._is_only_here or "x-forwarded-for" in headers
        if place is None or is_any or place.is_here or place.name in self._names:
            return ""
        return (
            f"received the host {host[:100]!r}, expected localhost or 127.0.0.1, because this server "
            "listens on its own machine only. If that name is its own, list it: "
            f"PLAYGROUND_ORIGINS=https://{place.name[:100]}"
        )

    def _wrong_origin(self, headers: Headers) -> str:
        """Return why a page of that origin may not ask; empty if it may."""
        origin = headers.get("origin")
        if origin is None or self._open_to_all or origin.lower() in self._origins:
            return ""
        place = Place.of_origin(origin)
        outer, _, _ = headers.get("x-forwarded-host", "").partition(",")  # of the outermost proxy
        hosts = (headers.get("host", ""), outer.strip())
        if place is not None and place in map(Place.of_host, hosts):
            return ""
        return (
            f"received the origin {origin[:100]!r}, expected {hosts[0][:100]!r}, whose page may ask. If "
            "that origin is this server's own, list it: PLAYGROUND_ORIGINS"
        )

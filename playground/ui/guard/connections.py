"""How many may ask at once, of one address and of all.

The limits leave room for a school behind one address; who reaches one of them is told to wait, and
whoever stays below is not held up at all.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from playground.ui.address import neighbourhood
from playground.ui.guard.answers import refuse
from playground.ui.guard.rates import Bucket, Rate

MOST_OPEN: Final = {"websocket": (300, 1_000), "live": (300, 1_000), "http": (1_000, 3_000)}
"""Connections that may be open at once, of one address and of all: pages, what tells them of runs, and
requests."""

LIVE: Final = "/live"
"""How the path ends of the websocket that tells a page of its runs."""

ARRIVALS: Final = Rate(each_second=3, at_once=300)
"""Pages that may be opened from one address: each keeps some memory for two minutes after it is gone."""


class Connections:
    """Refuses, with 429 or 503, whoever comes while too many are there.

    Args:
        app: what is asked when there is room.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open: Counter[tuple[str, str]] = Counter()
        self._arrivals: dict[str, Bucket] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on and count."""
        is_live = scope["type"] == "websocket" and scope["path"].endswith(LIVE)
        kind = "live" if is_live else scope["type"]
        if kind not in MOST_OPEN:
            await self._app(scope, receive, send)
            return
        address = neighbourhood((scope.get("client") or ("",))[0])
        if refusal := self._refusal(kind, address):
            status, reason = refusal
            await refuse(scope, receive, send, status, reason, **{"Retry-After": "10"})
            return
        counted = ((kind, address), (kind, "all"))
        self._open.update(counted)
        try:
            await self._app(scope, receive, send)
        finally:
            self._open.subtract(counted)
            for name in counted:
                if not self._open[name]:
                    del self._open[name]

    def _refusal(self, kind: str, address: str) -> tuple[int, str] | None:
        """Return the status and the reason of a refusal, None if there is room."""
        most, most_in_all = MOST_OPEN[kind]
        if self._open[kind, "all"] >= most_in_all:
            return 503, f"{most_in_all} connections are open, and no more fit. Come back later."
        if self._open[kind, address] >= most:
            return 429, f"{most} connections are open from this address. Close some pages."
        if kind == "websocket" and not self._arrival(address).try_to_take():
            return 429, "this address opens pages too fast. Wait for some seconds."
        return None

    def _arrival(self, address: str) -> Bucket:
        """Return the bucket of an address; those that nobody has used for a while are forgotten."""
        if address not in self._arrivals:
            self._arrivals = {it: left for it, left in self._arrivals.items() if not left.is_full}
        return self._arrivals.setdefault(address, Bucket(ARRIVALS))

"""Whose page is drawn next when more ask than can be drawn at once: whoever has asked least of late.

Pages share one Python, so that many drawn at once only hold up each other: one after the other most
are done sooner, and a page that asks without end waits behind all that do not.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Hashable
from itertools import count
from typing import Final

AT_ONCE: Final = 4
"""Pages that are drawn at once: some of them wait for something other than Python."""

LONGEST: Final = 2.0
"""Seconds after which a page counts as drawn in any case: it waits, or there was nothing to draw."""


class Turns:
    """Hands out turns. For one event loop.

    Args:
        at_once: turns that are given at a time.
        longest: seconds after which a turn is over by itself.
    """

    def __init__(self, at_once: int = AT_ONCE, longest: float = LONGEST) -> None:
        self._at_once = at_once
        self._longest = longest
        self._given: dict[Hashable, asyncio.TimerHandle] = {}
        self._waiting: list[tuple[float, int, Hashable, asyncio.Future[None]]] = []
        self._number = count()

    async def take(self, page: Hashable, used: float) -> None:
        """Return when it is the page's turn; at once where nobody waits and there is room.

        A page that has a turn already keeps it, unless others wait.

        Args:
            page: who asks; it asks for one thing at a time.
            used: how much it has asked of late; the least goes first.
        """
        if not self._waiting and (page in self._given or len(self._given) < self._at_once):
            self._give(page)
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (used, next(self._number), page, turn))
        await turn

    def end(self, page: Hashable) -> None:
        """End the page's turn, if it has one; the next begins."""
        timer = self._given.pop(page, None)
        if timer is not None:
            timer.cancel()
        while self._waiting and len(self._given) < self._at_once:
            _, _, following, turn = heapq.heappop(self._waiting)
            if not turn.done():  # whoever waited may have gone
                self._give(following)
                turn.set_result(None)

    def _give(self, page: Hashable) -> None:
        if page in self._given:
            self._given[page].cancel()
        later = asyncio.get_running_loop().call_later
        self._given[page] = later(self._longest, self.end, page)

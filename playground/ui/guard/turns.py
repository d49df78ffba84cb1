"""Whose page is drawn next when more ask than can be drawn at once.

They are drawn in the order in which they came, but who has asked a lot of late counts as having come
later. So nobody waits for ever, and who asks now and then does not wait for those who ask without end.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Hashable
from itertools import count
from typing import Final

LONGEST: Final = 2.0
"""Seconds after which a page counts as drawn in any case: it waits, or there was nothing to draw."""


class Turns:
    """Hands out turns. For one event loop.

    Args:
        at_once: turns that are given at a time.
        longest: seconds after which a turn is over by itself.
    """

    def __init__(self, at_once: int, longest: float = LONGEST) -> None:
        self._at_once = at_once
        self._longest = longest
        self._given: dict[Hashable, asyncio.TimerHandle] = {}
        self._waiting: list[tuple[float, int, Hashable, asyncio.Future[None]]] = []
        self._number = count()

    async def take(self, page: Hashable, later: float = 0.0) -> None:
        """Return when it is the page's turn; at once where nobody waits and there is room.

        A page that has a turn already keeps it, unless others wait.

        Args:
            page: who asks; it asks for one thing at a time.
            later: seconds by which it counts as having come later.
        """
        if not self._waiting and (page in self._given or len(self._given) < self._at_once):
            self._give(page)
            return
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        heapq.heappush(self._waiting, (loop.time() + later, next(self._number), page, turn))
        await turn

    def end(self, page: Hashable) -> None:
        """End the page's turn, if it has one; the next begins."""
        if timer := self._given.pop(page, None):
            timer.cancel()
        while self._waiting and len(self._given) < self._at_once:
            _, _, following, turn = heapq.heappop(self._waiting)
            if not turn.done():  # whoever waited may have gone
                self._give(following)
                turn.set_result(None)

    def _give(self, page: Hashable) -> None:
        if page in self._given:
            self._given[page].cancel()
        loop = asyncio.get_running_loop()
        self._given[page] = loop.call_later(self._longest, self.end, page)

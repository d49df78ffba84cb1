"""Whose page is drawn next when more ask than can be drawn at once.

People take turns, however many pages each of them has open, as they do with their runs. Who asks now
and then does not wait for those who ask without end.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 2.0
"""Seconds after which a page counts as drawn in any case: it waits, or there was nothing to draw."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A page that waits.

    Args:
        place: its round; in it, pages come in the order in which they asked.
        person: whose page it is.
        page: which.
        turn: is set when it is its turn.
    """

    place: int
    person: Hashable
    page: Hashable
    turn: asyncio.Future[None]


class Turns:
    """Hands out turns. For one event loop.

    Args:
        at_once: turns that are given at a time.
        each: of them to one person, at most.
        longest: seconds after which a turn is over by itself.
    """

    def __init__(self, at_once: int, each: int, longest: float = LONGEST) -> None:
        self._at_once = at_once
        self._each = each
        self._longest = longest
        self._given: dict[Hashable, tuple[Hashable, asyncio.TimerHandle]] = {}
        self._busy: Counter[Hashable] = Counter()
        self._waiting: list[_Waiting] = []
        self._round = 0
        self._rounds: dict[Hashable, int] = {}

    async def take(self, page: Hashable, person: Hashable) -> None:
        """Return when it is the page's turn; at once where nobody waits and there is room.

        A page that has a turn already keeps it, unless others wait.

        Args:
            page: who asks; it asks for one thing at a time.
            person: whose page it is.
        """
        if not self._waiting and (page in self._given or self._has_room(person)):
            self._give(page, person)
            return
        place = max(self._round, self._rounds.get(person, -1) + 1)
        self._rounds[person] = place
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(place, person, page, turn))
        self._pass_on()
        await turn

    def end(self, page: Hashable) -> None:
        """End the page's turn, if it has one; the next begins."""
        if page in self._given:
            person, timer = self._given.pop(page)
            timer.cancel()
            self._busy -= Counter((person,))
        self._pass_on()

    def _has_room(self, person: Hashable) -> bool:
        return len(self._given) < self._at_once and self._busy[person] < self._each

    def _pass_on(self) -> None:
        """Give turns while there is room, round by round."""
        self._waiting = [it for it in self._waiting if not it.turn.done()]  # some may have gone
        while fits := [it for it in self._waiting if self._has_room(it.person)]:
            following = min(fits, key=lambda it: it.place)
            self._waiting.remove(following)
            self._round = max(self._round, following.place)
            self._give(following.page, following.person)
            following.turn.set_result(None)
        # A round that has gone by says nothing any more, nor does any while nobody waits.
        self._rounds = {
            person: place
            for person, place in self._rounds.items()
            if self._waiting and place >= self._round
        }

    def _give(self, page: Hashable, person: Hashable) -> None:
        if page in self._given:
            self._given[page][1].cancel()
        else:
            self._busy[person] += 1
        timer = asyncio.get_running_loop().call_later(self._longest, self.end, page)
        self._given[page] = person, timer

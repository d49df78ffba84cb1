"""How much may be compiled in advance: little at a time for each visitor, and not too much in all.

Every program that a worker compiles costs others a second of its time, and memory that only a new
process gives back. Moving sliders asks for dozens; whoever stands still for a moment has his next.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

EACH_BURST: Final = 3
EACH_SECONDS: Final = 15.0
"""A visitor may have so many compiled at once, and one more after so many seconds."""

ALL_BURST: Final = 12
ALL_SECONDS: Final = 3.0
"""The same for all visitors together."""

KEPT: Final = 1_000
"""Visitors who are remembered; those who asked longest ago are forgotten first."""


class Allowance:
    """Something that may be had `burst` times at once, and then once every `seconds`."""

    def __init__(self, burst: int, seconds: float, now: float) -> None:
        self._burst = burst
        self._seconds = seconds
        self._left = float(burst)
        self._at = now

    def has(self, now: float) -> bool:
        """Return whether it may be had at `now`, in seconds of a monotonic clock."""
        self._left = min(self._burst, self._left + (now - self._at) / self._seconds)
        self._at = now
        return self._left >= 1

    def take(self) -> None:
        """Count that it was had."""
        self._left -= 1


class Allowances:
    """One for each visitor, and one for all together. Its owner has a lock.

    Args:
        now: a monotonic clock, seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._all = Allowance(ALL_BURST, ALL_SECONDS, now())
        self._each: OrderedDict[str, Allowance] = OrderedDict()

    def take(self, visitor: str) -> bool:
        """Return whether `visitor` may have one more, and count it if so."""
        now = self._now()
        own = self._each.setdefault(visitor, Allowance(EACH_BURST, EACH_SECONDS, now))
        self._each.move_to_end(visitor)
        while len(self._each) > KEPT:
            self._each.popitem(last=False)
        if not (own.has(now) and self._all.has(now)):
            return False
        own.take()
        self._all.take()
        return True

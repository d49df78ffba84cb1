"""How much of something is let through in a time: a bucket that fills slowly and is emptied by use."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """So much a second in the long run, and so much at once.

    Args:
        each_second: what comes back in a second.
        at_once: what may be used after a rest.
    """

    each_second: float
    at_once: float


class Bucket:
    """Holds what may be used now.

    Args:
        rate: how much it holds and how fast it fills; it begins full.
        clock: tells seconds that never go back.
    """

    __slots__ = ("_clock", "_level", "_rate", "_seen")

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._level = rate.at_once
        self._seen = clock()

    @property
    def level(self) -> float:
        """What may be used now; less than nothing after more was taken than there was."""
        now = self._clock()
        filled = self._level + (now - self._seen) * self._rate.each_second
        self._level, self._seen = min(self._rate.at_once, filled), now
        return self._level

    @property
    def is_full(self) -> bool:
        """Whether nobody has used it for so long that a new one would be the same."""
        return self.level >= self._rate.at_once

    def take(self, amount: float = 1.0) -> float:
        """Use `amount`, and return the seconds after which there is that much; 0 if there is now."""
        self._level = self.level - amount
        return max(0.0, -self._level / self._rate.each_second)

    def try_to_take(self, amount: float = 1.0) -> bool:
        """Use `amount` if there is that much; return whether there was."""
        if self.level < amount:
            return False
        self._level -= amount
        return True

"""How often a page is drawn anew while runs train: often for one visitor, in turns for a class."""

from __future__ import annotations

import time
from typing import Final

SHORTEST: Final = 1.5
"""Seconds between two looks of a visitor who is alone."""

SHARE: Final = 0.1
"""Seconds of the server for one look: with more visitors each of them looks less often."""

GONE: Final = 30.0
"""Seconds without a look after which a visitor has gone."""


class Pace:
    """Counts who looks, and says how long each waits between two looks."""

    def __init__(self) -> None:
        self._looked: dict[str, float] = {}

    def seconds(self, visitor: str, now: float | None = None) -> float:
        """Note that `visitor` looks and return the seconds until the next look.

        Args:
            visitor: a name.
            now: seconds of a clock that does not go back; by default the machine's.
        """
        now = time.monotonic() if now is None else now
        self._looked[visitor] = now
        for other, then in list(self._looked.items()):
            if now - then > GONE:
                self._looked.pop(other, None)
        return max(SHORTEST, SHARE * len(self._looked))

"""The runs that wait for a worker, in the order in which they get one; it starts none itself.

People take turns: everyone's first waiting run comes before anyone's second, so that ten runs of one
person hold up nobody who asks for one. Within a turn, first come is first served.
"""

from __future__ import annotations

import itertools


class FairQueue:
    """Waiting runs by id. Not safe to share between threads: its owner has a lock."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[int, int]] = {}
        self._arrivals = itertools.count()
        self._turn = 1

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, run: object) -> bool:
        return run in self._waiting

    def turn_after(self, last: int) -> int:
        """Return the turn of a person's next run.

        Args:
            last: the highest turn among that person's runs that wait or train, 0 without any.
        """
        return max(self._turn, last + 1)

    def add(self, run: str, turn: int) -> None:
        """Let `run` wait, behind all that came before it in the same turn."""
        self._waiting[run] = (turn, next(self._arrivals))

    def add_in_front(self, run: str, turn: int) -> None:
        """Let `run` wait before all others of its turn: it had a worker already."""
        self._waiting[run] = (turn, -next(self._arrivals))

    def remove(self, run: str) -> None:
        """Let `run` wait no more.

        Raises:
            KeyError: it does not wait.
        """
        del self._waiting[run]

    def first(self) -> str | None:
        """Return the run that gets the next free worker; it goes on waiting until it is removed."""
        return min(self._waiting, key=self._waiting.__getitem__, default=None)

    def take(self, run: str) -> None:
        """Remove `run` because it starts: from now on nobody new comes before its turn."""
        turn, _ = self._waiting.pop(run)
        self._turn = max(self._turn, turn)

    def in_order(self) -> list[str]:
        """Return all waiting runs, the next one first."""
        return sorted(self._waiting, key=self._waiting.__getitem__)

    def ahead_of(self, run: str) -> int:
        """Return how many runs are in front of `run`.

        Raises:
            KeyError: it does not wait.
        """
        place = self._waiting[run]
        return sum(other < place for other in self._waiting.values())

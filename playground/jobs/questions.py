"""Whose turn it is to have a worker answer a short question; it asks none itself.

A worker answers beside what it trains, so that each question slows a run down. A person has one at a
time, and few are answered at once; the others wait for their turn.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playground.core.message import N_
from playground.jobs.refusals import TooManyQuestionsError

AT_ONCE: Final = 2
"""Questions that are answered at the same time, in all."""

MOST_EACH: Final = 8
"""Questions of one person: one that is answered, and those that wait, as when a page is drawn anew."""

MOST_WAITING: Final = 100
"""Questions that wait or are answered, in all: each holds a thread of the server."""


class Questions:
    """Lets people ask one after the other. Safe to share between threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._asked: Counter[str] = Counter()
        self._answered: set[str] = set()

    @contextmanager
    def turn(self, by: str, limit: float) -> Iterator[None]:
        """Wait for a turn, and have it for as long as this lasts.

        Args:
            by: who asks.
            limit: seconds after which a turn is not waited for.

        Raises:
            TooManyQuestionsError: this person has many already, or too many others have.
        """
        with self._changed:
            if self._asked[by] >= MOST_EACH:
                raise TooManyQuestionsError(
                    N_(
                        "Your question before this one is still being answered. Wait for its answer."
                    )
                )
            if self._asked.total() >= MOST_WAITING:
                raise _busy()
            self._asked[by] += 1
            if not self._changed.wait_for(lambda: self._is_free_for(by), limit):
                self._leave(by)
                raise _busy()
            self._answered.add(by)
        try:
            yield
        finally:
            with self._changed:
                self._answered.remove(by)
                self._leave(by)

    def _is_free_for(self, by: str) -> bool:
        return by not in self._answered and len(self._answered) < AT_ONCE

    def _leave(self, by: str) -> None:
        self._asked[by] -= 1
        if not self._asked[by]:
            del self._asked[by]
        self._changed.notify_all()


def _busy() -> TooManyQuestionsError:
    return TooManyQuestionsError(
        N_("Many people are asking at this moment. Try it again in a few seconds.")
    )

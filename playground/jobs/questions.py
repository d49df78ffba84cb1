"""Whose turn it is to have a worker answer a short question; it asks none itself.

A worker answers beside what it trains, so that each question slows a run down. A person has one at a
time, and few are answered at once; the others wait for their turn.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playground.core.message import N_
from playground.jobs.refusals import TooManyQuestionsError

AT_ONCE: Final = 2
"""Questions that are answered at the same time, in all."""

MOST_WAITING: Final = 100
"""Questions that wait or are answered, in all: each holds a thread of the server."""


class Questions:
    """Lets people ask one after the other. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asking: set[str] = set()
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    @contextmanager
    def turn(self, by: str, limit: float) -> Iterator[None]:
        """Wait for a turn, and have it for as long as this lasts.

        Args:
            by: who asks.
            limit: seconds after which a turn is not waited for.

        Raises:
            TooManyQuestionsError: this person has one already, or too many others have.
        """
        with self._lock:
            if by in self._asking:
                raise TooManyQuestionsError(
                    N_(
                        "Your question before this one is still being answered. Wait for its answer."
                    )
                )
            if len(self._asking) >= MOST_WAITING:
                raise _busy()
            self._asking.add(by)
        try:
            if not self._turns.acquire(timeout=limit):
                raise _busy()
            try:
                yield
            finally:
                self._turns.release()
        finally:
            with self._lock:
                self._asking.remove(by)


def _busy() -> TooManyQuestionsError:
    return TooManyQuestionsError(
        N_("Many people are asking at this moment. Try it again in a few seconds.")
    )

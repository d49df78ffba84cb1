"""What one listener hears of the runs that it follows: messages by run, in order, whatever carries them.

A listener says how much of each run it knows. Changes that come close together are told together; a class
that follows one run is told to draw its pages anew one after the other.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, TypeAlias

from playground.core.errors import PlaygroundError
from playground.core.events import Event, RateChange, to_wire
from playground.core.run import News
from playground.jobs import TrainingService
from playground.ui.guard.rates import Bucket, Rate

SILENCE: Final = 15.0
"""Seconds without news after which an empty batch comes, so that a lost listener is noticed."""

GATHERING: Final = 0.05
"""Seconds from one batch to the next: what a run tells meanwhile is told together."""

AT_ONCE: Final = 3
"""Batches that follow each other without a pause after a rest: the first point of a run does not wait."""

LISTENERS: Final = 10
"""How many are told as often as that; more are told less often, so that a class costs no more than they do."""

LONGEST_GATHERING: Final = 0.3
"""Seconds between two batches, however many listen; a curve still grows three times a second."""

WAIT_STEP: Final = 5
"""Seconds to which a wait in the queue is told."""

REDRAW_EVERY: Final = 0.1
"""Seconds between the pages of those who only follow a run, when it changes: drawn all at once, a
class's pages would hold up each other and everybody's clicks."""

NOTHING: Final = 1_000_000_000
"""How many events somebody says to know who wants none."""

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """Something that is told of a run.

    Args:
        run: its id.
        kind: "chunk", "epoch" or "rate" (its events), "state", "snapshot" (the network has looked at the test
            pictures), "restart" (it begins anew, and its points are void), "changed" (the page has to be
            drawn anew), or "gone" (it cannot be read any more).
        data: its values as JSON.
        number: of the event, for an event.
    """

    run: str
    kind: str
    data: str
    number: int | None = None


Batch: TypeAlias = list[Message]


@dataclass(frozen=True, slots=True)
class Known:
    """What a listener knows of a run.

    Args:
        after: how many of its events; see `NOTHING`.
        restarts: of which restart they are; None if that is not known.
        asked: how often it has asked for events from some number on. As long as that is the same, what was
            told since is not told again.
    """

    after: int
    restarts: int | None = None
    asked: int = 0


@dataclass(slots=True)
class _Followed:
    """What a listener knows of a run."""

    asked: int
    after: int
    restarts: int | None
    wants_events: bool = True
    looks: int = 0
    rates: int = 0
    place: tuple[object, ...] | None = None
    standing: tuple[object, ...] | None = None
    redraw_at: float | None = field(default=None)


class Feed:
    """Follows some runs in the running loop. Close it in the end.

    Args:
        service: has the runs.
        listener: the name of whoever listens, whose own pages are drawn anew at once.
    """

    def __init__(self, service: TrainingService, listener: str) -> None:
        self._service = service
        self._name = listener
        self._listener = service.listen()
        self._followed: dict[str, _Followed] = {}
        self._fresh: set[str] = set()
        self._is_over = False
        self._pauses = Bucket(Rate(each_second=1.0, at_once=AT_ONCE * GATHERING))

    def follow(self, known: Mapping[str, Known]) -> None:
        """Follow these runs from now on, and no others.

        Args:
            known: by run, what the listener knows of it.
        """
        for run, it in known.items():
            followed = self._followed.setdefault(
                run, _Followed(it.asked - 1, it.after, it.restarts)
            )
            if followed.asked != it.asked:  # else what has been told since may still be on its way
                followed.asked, followed.after = it.asked, it.after
                followed.wants_events = it.after != NOTHING
                self._fresh.add(run)
        for run in self._followed.keys() - known.keys():
            del self._followed[run]
        self._listener.runs = frozenset(self._followed)
        self._listener.wake()

    def end(self) -> None:
        """Let `batches` come to its end."""
        self._is_over = True
        self._listener.wake()

    def close(self) -> None:
        """Follow nothing any more."""
        self._service.leave(self._listener)

    async def batches(self) -> AsyncIterator[Batch]:
        """Yield what is new, and an empty batch after a while without; end when the server is about to."""
        while True:
            changed = await self._listener.wait(self._patience())
            if self._is_over or self._service.sends_away:
                return
            fresh, self._fresh = self._fresh, set()
            batch = [message for run in changed | fresh for message in await self._news_of(run)]
            batch += self._redraws()
            yield batch
            if batch:
                await asyncio.sleep(self._pauses.take(_gathering(self._service.listeners)))

    def _patience(self) -> float:
        due = [it.redraw_at for it in self._followed.values() if it.redraw_at is not None]
        now = asyncio.get_running_loop().time()
        return min(SILENCE, max(0.0, min(due) - now)) if due else SILENCE

    async def _news_of(self, run: str) -> Batch:
        known = self._followed.get(run)
        if known is None:
            return []
        try:
            news = await self._service.beside(run, self._service.news, known.after, known.restarts)
        except PlaygroundError as error:
            _log.warning("A listener hears no more of run %s: %s", run, error)
            self._followed.pop(run, None)
            self._listener.runs = frozenset(self._followed)
            return [_message(run, "gone", {})]
        return self._told(known, news)

    def _told(self, known: _Followed, news: News) -> Batch:
        run, batch = news.run, []
        if known.restarts is not None and news.restarts > known.restarts:
            known.rates = 0
            if known.wants_events:
                known.after = 0
            batch.append(_message(run, "restart", {"generation": news.restarts}))
        known.restarts = news.restarts
        for event in news.events:
            known.after = event.seq
            known.rates += isinstance(event, RateChange)
            batch.append(Message(run, event.kind, event_text(event), event.seq))
        if known.looks != news.looks:
            known.looks = news.looks
            batch.append(_message(run, "snapshot", {"epochs": news.snapshot_at}))
        wait = WAIT_STEP * math.ceil(news.wait / WAIT_STEP)
        place = (news.state, news.ahead, wait, news.gave_way)
        if known.place != place:
            known.place = place
            told = {"state": str(news.state), "ahead": news.ahead, "wait": wait}
            batch.append(_message(run, "state", {**told, "gave_way": news.gave_way}))
        # What the page says of a run beside its points: when it changes, the page is drawn anew.
        standing = (news.state, news.owner, known.rates, self._service.trouble)
        before, known.standing = known.standing, standing
        if before not in (None, standing):
            known.redraw_at = 0.0 if self._name == news.owner else _next_turn()
        return batch

    def _redraws(self) -> Batch:
        now, batch = asyncio.get_running_loop().time(), []
        for run, known in self._followed.items():
            if known.redraw_at is not None and known.redraw_at <= now:
                known.redraw_at = None
                batch.append(_message(run, "changed", {}))
        return batch


def _gathering(listeners: int) -> float:
    return min(LONGEST_GATHERING, GATHERING * max(1, listeners / LISTENERS))


def _next_turn() -> float:
    """Return the next moment, by the loop's clock, at which a follower's page may be drawn anew."""
    global _turn  # noqa: PLW0603 - one event loop serves all listeners
    now = asyncio.get_running_loop().time()
    mine = max(now, _turn)
    _turn = mine + REDRAW_EVERY
    return mine


_turn = 0.0


@lru_cache(maxsize=4096)
def event_text(event: Event) -> str:
    """Return an event's values as JSON, written once for all who listen."""
    return json.dumps(to_wire(event), allow_nan=False)


def _message(run: str, kind: str, values: Mapping[str, Any]) -> Message:
    return Message(run, kind, json.dumps({"kind": kind, **values}, allow_nan=False))

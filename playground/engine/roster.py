"""Which workers may be given runs: those that are there, have not grown too large, and give signs of life.

Lives in every scheduler and is asked by each application's `WorkersPlugin`. A worker that has grown is
replaced between two runs, never during one. Where the cluster is our own (`Successors`) and memory
allows, its successor is warm before it goes; else its nanny starts it anew when nobody waits. It hands
out no runs: the application's queue does.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from distributed import Scheduler, SchedulerPlugin
from tornado.ioloop import PeriodicCallback

from playground.engine.dask_private import note_plugin, plugins_of

NAME: Final = "playground-roster"

LOOK: Final = 0.5
"""Seconds between two looks at the workers."""

SILENCE: Final = 8.0
"""Seconds without a sign of life after which a worker is called silent. Tracing, compiling and training
let the interpreter go many times a second, and signs come twice a second."""

PAUSE: Final = 2.0
"""Seconds without a run after which nobody waits for a worker."""

OVERGROWN: Final = 1.1
"""Share of its limit at which a worker is replaced though a run may wait for it."""

START_LIMIT: Final = 120.0
"""Seconds that a successor gets to be warm."""

DEATHS: Final = 3
DEATHS_WITHIN: Final = 120.0
"""So many workers killed for memory in so many seconds: there are too many of them."""

KEPT_NAMES: Final = 50
"""Workers that are remembered as having left by our will; an application that hands one a run just then
is told so."""

_log: Final = logging.getLogger(__name__)


class Successors(Protocol):
    """Can start and end workers of this scheduler, by name."""

    def has_room(self) -> bool:
        """Return whether memory allows one worker more for a time."""

    def start(self) -> object:
        """Begin to start one more worker and return its name."""

    def end(self, name: object) -> None:
        """Begin to end a worker for good."""

    def memory_kills(self) -> int:
        """Return how many processes the kernel has killed so far because memory ran out."""


@dataclass(slots=True)
class _Worker:
    """What is remembered of a worker.

    Args:
        name: as the cluster has it.
        is_successor: it takes no runs yet.
        seen: the scheduler's own note of its latest sign of life.
        alive: when that was, by our monotonic clock.
        idle: since when it has nothing to do, by the same clock; None if it has.
    """

    name: object
    is_successor: bool
    alive: float
    seen: float = 0.0
    idle: float | None = None
    is_silent: bool = False


@dataclass
class Roster(SchedulerPlugin):
    """Keeps the list of workers, and replaces those that have grown.

    Args:
        scheduler: the one that loads it.
        now: a monotonic clock, seconds.
    """

    scheduler: Scheduler
    now: Callable[[], float] = time.monotonic
    successors: Successors | None = None
    left: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT_NAMES))
    """Addresses of workers that went by our will; none of them had a run."""
    death: str | None = None
    """Why a worker died last: `memory` or `unknown`; None if none has."""

    def __post_init__(self) -> None:
        self.name = NAME
        note_plugin(NAME, self)
        self._workers: dict[str, _Worker] = {}
        self._awaited: object = None
        self._awaited_since = 0.0
        self._coming: float | None = None
        self._deaths: deque[float] = deque(maxlen=DEATHS)
        self._kills = 0
        self._looked = self.now()
        self._ticking = PeriodicCallback(self.look, LOOK * 1000)

    @classmethod
    def of(cls, scheduler: Scheduler) -> Roster | None:
        """Return the roster of a scheduler, if it has one."""
        found = plugins_of(scheduler).get(NAME)
        return found if isinstance(found, cls) else None

    async def start(self, scheduler: Scheduler) -> None:
        """Begin to look."""
        self._ticking.start()

    async def close(self) -> None:
        """Look no more."""
        self._ticking.stop()

    @property
    def open(self) -> list[str]:
        """The addresses of the workers that may be given runs."""
        return [address for address, worker in self._workers.items() if not worker.is_successor]

    @property
    def is_one_coming(self) -> bool:
        """Whether a worker went by our will and the one in its place is starting."""
        return self._coming is not None

    @property
    def silent(self) -> list[str]:
        """The addresses of those that give no sign of life."""
        return [address for address in self.open if self._workers[address].is_silent]

    def add_worker(self, scheduler: Scheduler, worker: str) -> None:
        """Take note of a worker; a successor stays out of the list until it is needed."""
        name = scheduler.workers[worker].name
        is_successor = self._awaited is not None and name == self._awaited
        self._workers[worker] = _Worker(name, is_successor, alive=self.now())
        self._coming = None

    def remove_worker(
        self, scheduler: Scheduler, worker: str, *, stimulus_id: str, **kwargs: Any
    ) -> None:
        """Forget a worker, and find out why it went if that was not our will."""
        gone = self._workers.pop(worker, None)
        if gone is not None and worker not in self.left:
            self._note_death(gone)

    def transition(
        self, key: object, start: str, finish: str, *args: object, **kwargs: object
    ) -> None:
        """Look at once when a run and its answer have left a worker."""
        if finish in ("released", "forgotten"):
            self.scheduler.loop.add_callback(self.look)

    def look(self) -> None:
        """Take note of signs of life and of who has nothing to do; replace who has grown."""
        now = self.now()
        # Where nobody looked for a while, nobody can say that a worker was silent meanwhile.
        missed = max(0.0, now - self._looked - 2 * LOOK)
        self._looked = now
        before = (self.silent, self.is_one_coming)
        if self._coming is not None and now - self._coming > START_LIMIT:
            self._coming = None
        for address, worker in self._workers.items():
            state = self.scheduler.workers[address]
            worker.alive += missed
            if state.last_seen != worker.seen:
                worker.seen, worker.alive = state.last_seen, now
            worker.is_silent = now - worker.alive > SILENCE
            # An answer that has not been fetched yet is lost with its worker.
            has_work = bool(state.processing or state.has_what)
            worker.idle = None if has_work else worker.idle or now
        if (self.silent, self.is_one_coming) != before:
            self._tell()
        self._replace(now)

    def _replace(self, now: float) -> None:
        """Let those go that have grown and have nothing to do, if somebody is ready or nobody waits."""
        sizes = {address: self._size(address) for address in self.open}
        grown = [address for address, size in sizes.items() if size > 1]
        self._provide_successor(bool(grown), now)
        for address in grown:
            worker = self._workers[address]
            if worker.idle is None or worker.is_silent:
                continue
            has_successor = self._awaited is not None
            if sizes[address] > OVERGROWN or (
                self._has_warm_successor() if has_successor else now - worker.idle >= PAUSE
            ):
                self._leave(address, for_good=has_successor)

    def _size(self, address: str) -> float:
        """Return a worker's size as a share of its limit; 0 where nobody would start another."""
        state = self.scheduler.workers[address]
        told = state.metrics.get("playground", {})
        can_be_replaced = self.successors is not None or state.nanny
        return told["memory"] / told["limit"] if told and can_be_replaced else 0.0

    def _has_warm_successor(self) -> bool:
        return any(
            worker.is_successor
            and self.scheduler.workers[address].metrics.get("playground", {}).get("warm", False)
            for address, worker in self._workers.items()
        )

    def _provide_successor(self, is_needed: bool, now: float) -> None:
        """Begin to start a successor if one is needed and there is room; end one that is not."""
        if self.successors is None:
            return
        if self._awaited is None:
            if is_needed and self.successors.has_room():
                self._awaited, self._awaited_since = self.successors.start(), now
        elif not is_needed:
            self._dismiss_successor()
        elif now - self._awaited_since > START_LIMIT and not self._has_warm_successor():
            _log.error("A successor was not warm in %.0f seconds", START_LIMIT)
            self._dismiss_successor()

    def _dismiss_successor(self) -> None:
        if self.successors is not None:
            self.successors.end(self._awaited)
        self._awaited = None
        for address, worker in list(self._workers.items()):
            if worker.is_successor:
                del self._workers[address]

    def _leave(self, address: str, *, for_good: bool) -> None:
        """Let a worker that has nothing to do go; its successor, if it has one, takes its place.

        Applications hear of it before it goes.
        """
        name = self._workers.pop(address).name
        self.left.append(address)
        if for_good:
            self._awaited = None
            for worker in self._workers.values():
                worker.is_successor = False
        else:
            self._coming = self.now()
        self._tell()
        if for_good and self.successors is not None:
            self.successors.end(name)
        else:
            self.scheduler.loop.add_callback(self._start_anew, address)

    async def _start_anew(self, address: str) -> None:
        """Have a worker's nanny end it and start another; one that cannot is listed again."""
        outcome = await self.scheduler.restart_workers(
            [address],
            wait_for_workers=False,
            on_error="return",
            stimulus_id=f"{NAME}-{address}",
        )
        if outcome.get(address) != "OK" and address in self.scheduler.workers:
            _log.error("Worker %s was not started anew: %s", address, outcome.get(address))
            self.left.remove(address)
            self.add_worker(self.scheduler, address)
            self._tell()

    def _note_death(self, gone: _Worker) -> None:
        kills = 0 if self.successors is None else self.successors.memory_kills()
        self.death = "memory" if kills > self._kills else "unknown"
        self._kills = kills
        if self.successors is None:
            return
        if gone.is_successor:
            self._dismiss_successor()
        elif self.death == "memory":
            self._deaths.append(self.now())
            too_many = len(self._deaths) == DEATHS and self.open
            if too_many and self._deaths[-1] - self._deaths[0] < DEATHS_WITHIN:
                self._deaths.clear()
                _log.error(
                    "%d workers were killed within %.0f seconds because memory ran out: there is one "
                    "fewer from now on",
                    DEATHS,
                    DEATHS_WITHIN,
                )
                self.successors.end(gone.name)

    def _tell(self) -> None:
        for plugin in plugins_of(self.scheduler).values():
            tell = getattr(plugin, "tell_workers", None)
            if tell is not None:
                tell()

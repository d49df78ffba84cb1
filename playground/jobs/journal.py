"""Writes down in the store what becomes of runs, a moment later and in a thread of its own.

Nobody waits for the store: where it is locked, full or gone, runs go on, and what there is to write
is written when it is back. It decides nothing about runs.
"""

from __future__ import annotations

import logging
import math
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from playground.core.errors import DamagedError, RemovedError, SchemaError, StoreError
from playground.core.message import N_, Message, message
from playground.store import Change, RunStore

SOON: Final = 0.1
"""Seconds in which changes gather, to be written together."""

PROGRESS: Final = 1.0
"""The same for the points of a run that trains: one that is lost trains again from its checkpoint."""

LONGEST_WAIT: Final = 10.0
"""Seconds between two attempts to write, at most."""

CLOSE_LIMIT: Final = 10.0
"""Seconds that the last writing may take when the server leaves."""

LOOK: Final = 5.0
"""Seconds without news after which the store is looked at: whether it is still there, and what can wait."""

BATCH: Final = 1_000_000
"""Bytes that are written together, at most; what is larger is written alone."""

TOLD: Final = 600.0
"""Seconds for which people are told of something that is over."""

MOST_TOLD: Final = 3
"""Such things that people are told of at a time."""

_log: Final = logging.getLogger(__name__)


class Journal:
    """Brings the store up to date, run by run, as soon as it can.

    Args:
        open_store: opens the store; called again until it succeeds, and when its database was removed.
        opened: called once it has, before anything is written.
        gather: returns what is new of the runs with these ids.
        written: called with what has been written.
        on_trouble: called when `trouble` has changed.

    All are called from the journal's own thread; `open_store` and `opened` first from `start`.
    """

    def __init__(
        self,
        open_store: Callable[[], RunStore],
        opened: Callable[[RunStore], None],
        gather: Callable[[frozenset[str]], list[Change]],
        written: Callable[[Sequence[Change]], None],
        on_trouble: Callable[[], None],
    ) -> None:
        self._open_store = open_store
        self._opened = opened
        self._gather = gather
        self._written = written
        self._on_trouble = on_trouble
        self._store: RunStore | None = None
        self._is_removed = False
        self._trouble: Message | None = None
        self._told: list[tuple[Message, float]] = []
        self._noted: set[str] = set()
        self._due = math.inf
        self._news = threading.Condition()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="journal", daemon=True)

    def start(self) -> None:
        """Open the store, or begin to try."""
        try:
            self._open()
        except SchemaError as error:
            self._give_up(error)
            return
        except StoreError as error:
            self._say(error)
        except Exception:  # noqa: BLE001 - a bug, or a database whose tables somebody has changed
            self._say(_unusable())
        self._thread.start()

    def close(self) -> None:
        """Write what is left, if the store takes it, and close it."""
        self._closing.set()
        with self._news:
            self._news.notify()
        if self._thread.is_alive():
            self._thread.join(CLOSE_LIMIT)
        if self._store is not None:
            self._store.close()

    @property
    def store(self) -> RunStore | None:
        """The store, once it is open."""
        return self._store

    @property
    def is_behind(self) -> bool:
        """Whether nothing is written down now."""
        return self._trouble is not None

    @property
    def trouble(self) -> tuple[Message, ...]:
        """Why nothing is written down now, if that is so, and what was lost a moment ago."""
        now = time.monotonic()
        told = [text for text, until in self._told if now < until]
        return (*told, *filter(None, [self._trouble]))

    def write_later(self, run: str, within: float = SOON) -> None:
        """Remember that there is something new about `run`, to be written within so many seconds."""
        with self._news:
            self._noted.add(run)
            self._due = min(self._due, time.monotonic() + within)
            self._news.notify()

    def _keep(self) -> None:
        wait, quiet = 0.0, LOOK
        while (runs := self._wait_for_news(wait, quiet)) is not None:
            quiet = LOOK
            try:
                if runs or self._store is None:
                    self._write(runs)
                elif self._rest(self._store):
                    quiet = 0.0
            except SchemaError as error:
                self._give_up(error)
                return
            except RemovedError as error:
                self._remember(runs)
                _log.error("%s (%s)", error, error.details)
                self._tell(error.message)
                self._leave_store()
            except StoreError as error:
                self._remember(runs)
                if self._closing.is_set():
                    _log.error("The last changes of runs are lost: %s (%s)", error, error.details)
                    return
                wait = min(LONGEST_WAIT, 2 * wait + 0.5)
                self._say(error)
            except Exception:  # noqa: BLE001 - a bug; the runs are worth more than the journal
                self._remember(runs)
                wait = LONGEST_WAIT
                self._say(_unusable())
            else:
                wait = 0.0
                self._say(None)

    def _wait_for_news(self, wait: float, quiet: float) -> frozenset[str] | None:
        """Return the runs of which there is something to write, none after a while; None to leave.

        Args:
            wait: seconds to wait in any case, after a failure.
            quiet: seconds without news after which the wait is over.
        """
        self._closing.wait(wait)
        quiet_at = time.monotonic() + quiet
        with self._news:
            while not self._closing.is_set():
                left = min(self._due, quiet_at) - time.monotonic()
                if left <= 0 or self._store is None:
                    break
                self._news.wait(left)
            if self._closing.is_set() and not self._noted and not self._is_removed:
                return None
            runs = frozenset(self._noted)
            self._noted.clear()
            self._due = math.inf
        return runs

    def _write(self, runs: frozenset[str]) -> None:
        store = self._store or self._open()
        for batch in _batches(self._gather(runs)):
            self._save(store, batch)
        store.tidy()

    def _save(self, store: RunStore, changes: Sequence[Change]) -> None:
        """Write `changes`; one that cannot be written, wherever the fault lies, costs no other."""
        try:
            store.save(changes)
        except Exception as error:
            if isinstance(error, StoreError) and not isinstance(error, DamagedError):
                raise
            if len(changes) > 1:
                for change in changes:
                    self._save(store, [change])
                return
            run = changes[0].run.id
            _log.exception("Run %s is not written down", run)
            self._tell(
                message(
                    N_(
                        "Run {run} cannot be written down, the log of this server says why. It ends with this server; others are kept."
                    ),
                    run=run,
                )
            )
        self._written(changes)

    def _rest(self, store: RunStore) -> bool:
        """Let the store do what can wait; return whether there is more of it."""
        try:
            return store.rest()
        except RemovedError:
            raise
        except StoreError as error:
            _log.warning("The database did not shrink: %s", error.details)
            return False

    def _open(self) -> RunStore:
        store = self._open_store()
        try:
            self._opened(store)
        except BaseException:
            store.close()
            raise
        self._store, self._is_removed = store, False
        return store

    def _leave_store(self) -> None:
        """Close what is open of a database that is not there any more; it is opened anew next."""
        store, self._store, self._is_removed = self._store, None, True
        if store is not None:
            store.close()

    def _remember(self, runs: frozenset[str]) -> None:
        with self._news:
            self._noted |= runs
            self._due = time.monotonic()

    def _give_up(self, error: SchemaError) -> None:
        _log.error("Runs are kept in memory only.")
        self._say(error)

    def _say(self, error: StoreError | None) -> None:
        trouble = None if error is None else error.message
        if trouble != self._trouble:
            self._trouble = trouble
            if error is not None:
                cause = None if error.details else sys.exception()
                _log.warning(
                    "Runs are not written down: %s (%s)", error, error.details, exc_info=cause
                )
            self._on_trouble()

    def _tell(self, text: Message) -> None:
        """Let people know for a while of something that has happened."""
        latest = [(text, time.monotonic() + TOLD)]
        others = [entry for entry in self._told if entry[0] != text]
        self._told = [*others, *latest][-MOST_TOLD:]
        self._on_trouble()


def _batches(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Yield the changes in parts that are written together, the smallest first.

    What is small is then written even where a disk has no room for what is large.
    """
    batch: list[Change] = []
    for change in sorted(changes, key=lambda change: change.size):
        if batch and sum(other.size for other in batch) + change.size > BATCH:
            yield batch
            batch = []
        batch.append(change)
    if batch:
        yield batch


def _unusable() -> StoreError:
    return StoreError(
        N_(
            "Runs cannot be written down: the database for them cannot be used; the log of this server says why. It is tried again, and until then runs end with this server."
        )
    )

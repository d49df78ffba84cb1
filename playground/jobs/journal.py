"""Writes down in the store what becomes of runs, a moment later and in a thread of its own.

Nobody waits for the store: where it is locked, full or gone, runs go on, and what there is to write
is written when it is back. It decides nothing about runs.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Final

from playground.core.errors import SchemaError, StoreError
from playground.core.message import Message
from playground.store import Change, RunStore

GATHERING: Final = 0.1
"""Seconds in which changes gather, to be written together."""

LONGEST_WAIT: Final = 10.0
"""Seconds between two attempts to write, at most."""

CLOSE_LIMIT: Final = 10.0
"""Seconds that the last writing may take when the server leaves."""

KEPT: Final = 1_000
"""Runs that are over and stay in the store; the oldest go first."""

KEPT_CHECKPOINTS: Final = 50
"""Of those, the ones that can be trained on; a large network's checkpoint takes 50 MB."""

TIDYING: Final = 100
"""Writings after which the store is tidied."""

_log: Final = logging.getLogger(__name__)


class Journal:
    """Brings the store up to date, run by run, as soon as it can.

    Args:
        open_store: opens the store; called again until it succeeds.
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
        self._trouble: Message | None = None
        self._noted: set[str] = set()
        self._news = threading.Condition()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="journal", daemon=True)
        self._writings = 0

    def start(self) -> None:
        """Open the store, or begin to try."""
        try:
            self._open()
        except SchemaError as error:
            self._give_up(error)
            return
        except StoreError as error:
            self._say(error.message)
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
    def trouble(self) -> Message | None:
        """Why nothing is written down now, if that is so."""
        return self._trouble

    def note(self, run: str) -> None:
        """Remember that there is something new about `run`."""
        with self._news:
            self._noted.add(run)
            self._news.notify()

    def _keep(self) -> None:
        wait = 0.0
        while self._wait_for_news(wait):
            with self._news:
                runs = frozenset(self._noted)
                self._noted.clear()
            try:
                self._write(runs)
            except SchemaError as error:
                self._give_up(error)
                return
            except StoreError as error:
                with self._news:
                    self._noted |= runs
                if self._closing.is_set():
                    _log.error("The last changes of runs are lost: %s", error)
                    return
                wait = min(LONGEST_WAIT, 2 * wait + 0.5)
                self._say(error.message)
            except Exception:  # noqa: BLE001 - a bug; the runs are worth more than the journal
                _log.exception("What became of runs %s was not written down", sorted(runs))
            else:
                wait = 0.0
                self._say(None)

    def _wait_for_news(self, wait: float) -> bool:
        """Wait until there is something to write or to open; return whether there is."""
        self._closing.wait(wait)
        with self._news:
            self._news.wait_for(
                lambda: bool(self._noted) or self._store is None or self._closing.is_set()
            )
            is_last = self._closing.is_set()
            if is_last and not self._noted:
                return False
        if not is_last:
            self._closing.wait(GATHERING)
        return True

    def _write(self, runs: frozenset[str]) -> None:
        store = self._store or self._open()
        changes = self._gather(runs)
        store.save(changes)
        self._written(changes)
        self._writings += 1
        if self._writings % TIDYING == 0:
            store.forget(KEPT, KEPT_CHECKPOINTS)

    def _open(self) -> RunStore:
        store = self._open_store()
        try:
            self._opened(store)
        except BaseException:
            store.close()
            raise
        self._store = store
        return store

    def _give_up(self, error: SchemaError) -> None:
        _log.error("Runs are kept in memory only: %s", error)
        self._say(error.message)

    def _say(self, trouble: Message | None) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            if trouble is not None:
                _log.warning("Runs are not written down: %s", trouble)
            self._on_trouble()

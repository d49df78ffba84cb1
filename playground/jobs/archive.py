"""The runs of this server: in memory those that train, wait or were seen lately; in the store all."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Final

from playground.core.confidence import Confidence
from playground.core.errors import RecordingError, StoreError
from playground.core.experiment import Experiment
from playground.core.message import Message
from playground.core.run import RunState
from playground.jobs.journal import Journal
from playground.jobs.record import RunRecord
from playground.jobs.refusals import UnknownRunError
from playground.store import CHECKPOINT, CONFIDENCE, PROBABILITIES, Change, RunStore, StoredRun

KEPT_RUNS: Final = 60
"""Runs that are over and still in memory; the oldest go first."""

_log: Final = logging.getLogger(__name__)


class Archive:
    """Finds runs again, and lets the journal write down what becomes of them.

    It decides nothing about runs. `in_memory`, `active`, `get`, `record`, `add`, `showing` and
    `checkpoint` are used under `lock`; the others take it themselves where they need it, so that a
    store that is slow to answer keeps nobody waiting.

    Args:
        lock: the service's.
        open_store: opens the store in which runs outlive the process; without it nothing is kept.
        take_up: called, under the lock, with each run that an earlier process left unfinished.
        on_trouble: called when `trouble` has changed.
    """

    def __init__(
        self,
        lock: threading.RLock,
        open_store: Callable[[], RunStore] | None,
        take_up: Callable[[RunRecord], None],
        on_trouble: Callable[[], None],
    ) -> None:
        self._lock = lock
        self._take_up = take_up
        self._records: dict[str, RunRecord] = {}
        self._journal = open_store and Journal(
            open_store, self._on_opened, self._gather, self._on_written, on_trouble
        )

    def start(self) -> None:
        """Open the store, or begin to try, and take up what it holds."""
        if self._journal is not None:
            self._journal.start()

    def close(self) -> None:
        """Write what is left and close the store."""
        if self._journal is not None:
            self._journal.close()

    @property
    def trouble(self) -> Message | None:
        """Why nothing is written down now, if that is so."""
        return None if self._journal is None else self._journal.trouble

    @property
    def in_memory(self) -> tuple[RunRecord, ...]:
        """The runs in memory, the oldest first."""
        return tuple(self._records.values())

    @property
    def active(self) -> list[RunRecord]:
        """The runs that wait and those that train."""
        return [record for record in self._records.values() if record.state.is_active]

    def get(self, run: str) -> RunRecord | None:
        """Return a run that is in memory."""
        return self._records.get(run)

    def record(self, run: str) -> RunRecord:
        """Return a run, read from the store if it is not in memory.

        Raises:
            UnknownRunError: there is no such run.
            StoreError: it may be in the store, which cannot be read now.
        """
        if run not in self._records:
            store = self._store
            stored = None if store is None else store.load(run)
            if store is None or stored is None:
                raise UnknownRunError(run)
            self.add(_read(store, stored))
        return self._records[run]

    def add(self, record: RunRecord) -> None:
        """Take a run into memory; the oldest of too many that are over leave it."""
        self._records[record.id] = record
        over = [other for other in self._records.values() if other.state.is_over]
        for other in over[: max(0, len(over) - KEPT_RUNS)]:
            is_written = other.written == len(other.events) and not other.unwritten
            if self._journal is None or is_written:
                del self._records[other.id]

    def showing(self, experiment: Experiment) -> RunRecord | None:
        """Return the latest run in memory that trains `experiment`, else that did."""
        same = [
            record
            for record in reversed(self._records.values())
            if record.experiment == experiment and not record.rates and record.asked_rate is None
        ]
        for record in same:
            if record.state.is_active and not record.will_pause and record.wanted != "stop":
                return record
        for record in same:
            if record.state in (RunState.FINISHED, RunState.DIVERGED):
                return record
        return None

    def look_up(self, key: str) -> str | None:
        """Return a run of the store that shows the experiment with this key, if there is one."""
        store = self._store
        if store is None:
            return None
        try:
            found = store.latest_with(key)
            if found is not None:
                with self._lock:
                    self.record(found.id)
        except (StoreError, RecordingError) as error:
            _log.warning("What was trained before cannot be read: %s", error)
            return None
        return found.id if found else None

    def has_owner(self, owner: str) -> bool:
        """Return whether any run is `owner`'s.

        Raises:
            StoreError: the store may have one and cannot be read now.
        """
        with self._lock:
            if any(record.owner == owner for record in self._records.values()):
                return True
        if self._journal is None:
            return False
        if self._store is None:
            raise StoreError(self._journal.trouble or "the store is not open yet")
        return self._store.has_owner(owner)

    def checkpoint(self, record: RunRecord) -> bytes | None:
        """Return where a run goes on, None for its beginning.

        Raises:
            StoreError: the store has it and cannot be read now.
        """
        if record.checkpoint is not None or not record.saved_events:
            return record.checkpoint
        return None if self._store is None else self._store.artefact(record.id, CHECKPOINT)

    def confidence(self, run: str) -> Confidence | None:
        """Return what a run thought of the test pictures after each epoch, if it is kept.

        Raises:
            UnknownRunError: there is no such run.
            StoreError: the store has it and cannot be read now.
        """
        with self._lock:
            data = self.record(run).unwritten.get(CONFIDENCE)
        if data is None and self._store is not None:
            data = self._store.artefact(run, CONFIDENCE)
        return None if data is None else Confidence.from_bytes(data)

    def note(self, run: str) -> None:
        """Have written down what is new of a run."""
        if self._journal is not None:
            self._journal.note(run)

    @property
    def _store(self) -> RunStore | None:
        """The store, if there is one and it is open."""
        return None if self._journal is None else self._journal.store

    def _on_opened(self, store: RunStore) -> None:
        for stored in store.unfinished():
            try:
                record = _read(store, stored)
            except RecordingError as error:
                _log.error("Run %s is left as it is: %s", stored.id, error)
                continue
            with self._lock:
                self._records[record.id] = record
                self._take_up(record)

    def _gather(self, runs: frozenset[str]) -> list[Change]:
        with self._lock:
            return [self._records[run].change() for run in sorted(runs) if run in self._records]

    def _on_written(self, changes: Sequence[Change]) -> None:
        with self._lock:
            for change in changes:
                if change.run.id in self._records:
                    self._records[change.run.id].note_written(change)


def _read(store: RunStore, stored: StoredRun) -> RunRecord:
    return RunRecord.from_store(
        stored, store.events(stored.id), store.artefact(stored.id, PROBABILITIES)
    )

"""The runs of this server: in memory those that train, wait or were seen lately; in the store all."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Final

from playground.core.artefacts import CHECKPOINT, ORDER, PROBABILITIES
from playground.core.errors import RecordingError, StoreError
from playground.core.experiment import Experiment
from playground.core.message import N_, Message, message
from playground.core.run import RunState
from playground.jobs.journal import SOON, Journal
from playground.jobs.record import RunRecord, shares_of
from playground.jobs.recorded import RecordedRuns
from playground.jobs.refusals import UnknownRunError
from playground.store import (
    Change,
    RunStore,
    StoredRun,
    readable,
)

KEPT_RUNS: Final = 60
"""Runs that are over and still in memory; the oldest go first."""

KEPT_UNWRITTEN: Final = 200
"""Runs that are over and in memory because the store does not take them; the oldest are lost."""

MOST_UNWRITTEN: Final = 100_000_000
"""Bytes beside the curves that wait in memory for the store: two checkpoints of the largest networks."""

_DROPPED: Final = message(
    N_(
        "What could not be written down has become too much to be kept in memory: the oldest runs are lost, or begin again from the start when they are continued."
    )
)
_NO_PROBABILITIES: Final = message(
    N_(
        "What this network thought of the test pictures is damaged; without it there are no bars. Train it again to see them."
    )
)

_log: Final = logging.getLogger(__name__)


class Archive:
    """Finds runs again, and lets the journal write down what becomes of them.

    It decides nothing about runs. `in_memory`, `active`, `get`, `add` and `showing` are used under `lock`;
    the others take it themselves where they need it, and never while the store is asked: one that is slow
    to answer keeps nobody else waiting.

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
        self._recorded = RecordedRuns()
        self._has_dropped = False
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
    def trouble(self) -> tuple[Message, ...]:
        """Why nothing is written down now, if that is so, and what that costs."""
        if self._journal is None:
            return ()
        dropped = [_DROPPED] if self._has_dropped and self._journal.is_behind else []
        return (*self._journal.trouble, *dropped)

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
            RecordingError: it is damaged.
            StoreError: it may be in the store, which cannot be read now.
        """
        with self._lock:
            found = self._records.get(run)
        if found is None:
            found = self._recorded.record(run) or self._read_from_store(run)
        return found

    def is_at_hand(self, run: str) -> bool:
        """Return whether a run is in memory, so that nobody has to wait for the store."""
        with self._lock:
            return run in self._records

    def _read_from_store(self, run: str) -> RunRecord:
        store = self._store
        stored = None if store is None else store.load(run)
        if store is None or stored is None:
            raise UnknownRunError(run)
        record = _read(store, stored)
        with self._lock:
            if run not in self._records:  # else another thread was faster
                self.add(record)
            return self._records.get(run, record)

    def add(self, record: RunRecord) -> None:
        """Take a run into memory; the oldest of too many that are over leave it."""
        self._records[record.id] = record
        over = [other for other in self._records.values() if other.state.is_over]
        for place, other in enumerate(over[: max(0, len(over) - KEPT_RUNS)]):
            is_written = other.written == len(other.events) and not other.unwritten
            if self._journal is None or is_written or place < len(over) - KEPT_UNWRITTEN:
                self._has_dropped |= not is_written
                del self._records[other.id]

    def showing(self, experiment: Experiment) -> RunRecord | None:
        """Return the latest run in memory that trains `experiment`, else that did."""
        same = [
            record
            for record in reversed(self._records.values())
            if record.experiment == experiment and not record.rates and record.asked_rate is None
        ]
        for record in same:
            if record.state.is_active and not record.will_pause and record.requested != "stop":
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
            if found is not None and self.record(found.id).probabilities is None:
                found = None
        except (StoreError, RecordingError, UnknownRunError) as error:
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
            raise StoreError(next(iter(self._journal.trouble), "the store is not open yet"))
        return self._store.has_owner(owner)

    def has_to_read_checkpoint(self, record: RunRecord) -> bool:
        """Return whether only the store can say where a run goes on."""
        is_known = CHECKPOINT in record.held or CHECKPOINT in record.unwritten
        return bool(record.saved_events) and not is_known and self._store is not None

    def checkpoint(self, record: RunRecord) -> bytes | None:
        """Return where a run goes on, None for its beginning or if that is not known any more.

        Raises:
            StoreError: the store has it and cannot be read now.
        """
        store = self._store
        if store is None or not self.has_to_read_checkpoint(record):
            return record.checkpoint
        try:
            return store.artefact(record.id, CHECKPOINT)
        except RecordingError as error:
            _log.error("Where it stood is lost: %s", error)
            return None

    def artefact(self, run: str, name: str) -> bytes | None:
        """Return what a run has left under `name`, None if it is not kept.

        Raises:
            UnknownRunError: there is no such run.
            RecordingError: it is damaged.
            StoreError: the store has it and cannot be read now.
        """
        record, store = self.record(run), self._store
        if record.recorded:
            return self._recorded.artefact(run, name)
        with self._lock:
            for known in (record.held, record.unwritten):
                if name in known:
                    return known[name]
        return None if store is None else store.artefact(run, name)

    def write_later(self, run: str, within: float = SOON) -> None:
        """Have written down what is new of a run; what waits for that may take so much memory.

        Args:
            run: its id.
            within: seconds in which it waits for other changes.
        """
        if self._journal is not None:
            self._journal.write_later(run, within)
            self._drop_unwritten()

    def _drop_unwritten(self) -> None:
        """Forget, of what the store does not take, the oldest; see `room.py` for what goes first."""
        waiting = [record for record in self._records.values() if record.unwritten_size]
        total = sum(record.unwritten_size for record in waiting)
        if total <= MOST_UNWRITTEN:
            return
        over = [record for record in waiting if record.state.is_over]
        others = [record for record in waiting if not record.state.is_over]
        going = [
            *((record, CHECKPOINT) for record in over),
            *((record, name) for record in over for name in ORDER),
            *((record, name) for record in others for name in ORDER),
        ]
        for record, name in going:
            if total <= MOST_UNWRITTEN:
                break
            size = record.unwritten_size
            record.drop_unwritten(name)
            total -= size - record.unwritten_size
        if not self._has_dropped:
            _log.error("%s", _DROPPED)
        self._has_dropped = True

    @property
    def _store(self) -> RunStore | None:
        """The store, if there is one and it is open."""
        return None if self._journal is None else self._journal.store

    def _on_opened(self, store: RunStore) -> None:
        """Take up what the store holds; what is in memory is newer, and the store may be a fresh one."""
        with self._lock:
            for record in self._records.values():
                record.write_anew()
                self.write_later(record.id)
        for stored in store.unfinished():
            try:
                record = _read(store, stored)
            except RecordingError as error:
                _log.error("Run %s is left as it is: %s", stored.id, error)
                continue
            with self._lock:
                if record.id not in self._records:
                    self._records[record.id] = record
                    self._take_up(record)

    def _gather(self, runs: frozenset[str]) -> list[Change]:
        with self._lock:
            return [self._records[run].change() for run in sorted(runs) if run in self._records]

    def _on_written(self, changes: Sequence[Change]) -> None:
        with self._lock:
            self._has_dropped = False
            for change in changes:
                if change.run.id in self._records:
                    self._records[change.run.id].mark_written(change)


def _read(store: RunStore, stored: StoredRun) -> RunRecord:
    """Return a stored run with all that is kept in memory of it.

    Raises:
        RecordingError: it is damaged.
    """
    events, probabilities, lost = store.events(stored.id), None, []
    try:
        with readable(stored.id):
            if (data := store.artefact(stored.id, PROBABILITIES)) is not None:
                probabilities = shares_of(data, stored.experiment.data)
    except RecordingError as error:
        _log.error("%s", error)
        lost = [_NO_PROBABILITIES]
    with readable(stored.id):
        record = RunRecord.from_store(stored, events, probabilities)
    record.notes += lost
    return record

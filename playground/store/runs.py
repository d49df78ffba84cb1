"""Runs written down and read back, each change whole or not at all; what a run means is decided elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, case, delete, exists, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from playground.core.artefacts import PROBABILITIES
from playground.core.errors import RecordingError, StoreError
from playground.core.events import Event
from playground.core.run import RunState
from playground.store.claim import Claim, claim_database
from playground.store.database import WRITING
from playground.store.failures import removed, shown, store_errors
from playground.store.files import identity
from playground.store.room import KEPT, KEPT_RUNS, NOT_OVER, held_by, surplus
from playground.store.rows import (
    Change,
    StoredRun,
    checksum,
    event_text,
    read_events,
    read_run,
    readable,
    run_row,
)
from playground.store.schema import ARTEFACTS, POINTS, RUNS
from playground.store.shrinking import give_room_back

GROWTH: Final = 1 / 20
"""Share of what is kept that is written before it is looked at again how much there is."""

_log: Final = logging.getLogger(__name__)

_WHOLE: Final = [str(RunState.FINISHED), str(RunState.DIVERGED)]
"""Endings that everyone who trains the same experiment would see."""


class RunStore:
    """The runs in one database. Safe to share between threads.

    Every method raises `StoreError` when the database fails, `RemovedError` when it is not the one
    any more that was opened, and none leaves anything half done. Those that return something of a
    run raise `RecordingError` for what this playground cannot read.

    Args:
        engine: as `open_database` returns it.
        claim: what keeps other processes from it, given back on closing.
        keep: bytes of runs that are kept.
    """

    def __init__(self, engine: Engine, claim: Claim | None = None, keep: int = KEPT) -> None:
        self._engine = engine
        self._claim = claim
        self._keep = keep
        self._may_rewrite = True
        self._grown = keep  # as an earlier process left it, it may be too much
        self._identity = identity(engine.url)
        self._writing = engine.execution_options(**WRITING)

    def save(self, changes: Sequence[Change]) -> None:
        """Store all `changes` or none; the same changes once more make no difference.

        A run gets its place behind all others when it is first stored, and again when it is over.
        """
        if not changes:
            return
        self._claim_again()
        with self._connected(self._writing) as connection:
            for change in changes:
                _save_run(connection, change.run)
                _save_events(connection, change)
                _save_artefacts(connection, change)
        self._grown += sum(change.size for change in changes)

    def close(self) -> None:
        """Give the connections back, and the claim on the database."""
        self._engine.dispose()
        if self._claim is not None:
            self._claim.release()

    def check(self) -> None:
        """Return if the database is still the one that was opened.

        Raises:
            RemovedError: it was removed, or another lies in its place.
        """
        if identity(self._engine.url) != self._identity:
            raise removed(shown(self._engine.url))

    def load(self, run: str) -> StoredRun | None:
        """Return a run, or None if there is none of that id."""
        with readable(run), self._connected(self._engine) as connection:
            row = connection.execute(select(RUNS).where(RUNS.c.id == run)).mappings().first()
            return None if row is None else read_run(row)

    def events(self, run: str) -> tuple[Event, ...]:
        """Return all that a run has told, in order."""
        query = select(POINTS.c["values"]).where(POINTS.c.run == run).order_by(POINTS.c.seq)
        with readable(run), self._connected(self._engine) as connection:
            return read_events(connection.scalars(query).all())

    def artefact(self, run: str, name: str) -> bytes | None:
        """Return what is stored of a run under `name`, or None."""
        columns = ARTEFACTS.c.data, ARTEFACTS.c.checksum
        query = select(*columns).where(ARTEFACTS.c.run == run, ARTEFACTS.c.name == name)
        with readable(run), self._connected(self._engine) as connection:
            row = connection.execute(query).first()
            if row is None:
                return None
            if row.checksum not in (None, checksum(run, name, row.data)):
                raise ValueError(f"{name}: it is not what was written")
            return bytes(row.data)

    def unfinished(self) -> list[StoredRun]:
        """Return the runs that are queued, running or paused, the first in the queue first.

        One that cannot be read is left out, and stays as it is.
        """
        in_order = RUNS.c.turn, RUNS.c.place, RUNS.c.id
        query = select(RUNS.c.id).where(RUNS.c.state.in_(NOT_OVER)).order_by(*in_order)
        with self._connected(self._engine) as connection:
            ids = connection.scalars(query).all()
        return list(self._readable(ids))

    def latest_with(self, key: str) -> StoredRun | None:
        """Return the run of that key which last came to its own end and has its probabilities."""
        if not key:
            return None
        has_probabilities = exists().where(
            ARTEFACTS.c.run == RUNS.c.id, ARTEFACTS.c.name == PROBABILITIES
        )
        query = (
            select(RUNS.c.id)
            .where(RUNS.c.key == key, RUNS.c.state.in_(_WHOLE), has_probabilities)
            .order_by(RUNS.c.place.desc(), RUNS.c.id.desc())
        )
        with self._connected(self._engine) as connection:
            ids = connection.scalars(query).all()
        return next((run for run in self._readable(ids) if run.experiment.key == key), None)

    def has_owner(self, owner: str) -> bool:
        """Return whether any run is `owner`'s."""
        query = select(exists().where(RUNS.c.owner == owner))
        with self._connected(self._engine) as connection:
            return bool(connection.scalar(query))

    def tidy(self) -> None:
        """Remove what is too much, if enough was written since: see `store/room.py`."""
        if self._grown < GROWTH * self._keep:
            return
        with self._connected(self._engine) as connection:
            going = surplus(held_by(connection), self._keep)
        if going:
            _log.info("%d things of runs go: they took more than %d bytes", len(going), self._keep)
        for one in going:  # each by itself: a large one fills SQLite's log
            table, column = (ARTEFACTS, ARTEFACTS.c.run) if one.artefact else (RUNS, RUNS.c.id)
            gone = delete(table).where(column == one.run)
            with self._connected(self._writing) as connection:
                connection.execute(gone.filter_by(name=one.artefact) if one.artefact else gone)
        over = select(RUNS.c.id).where(RUNS.c.state.not_in(NOT_OVER)).order_by(RUNS.c.place.desc())
        with self._connected(self._writing) as connection:
            connection.execute(delete(RUNS).where(RUNS.c.id.in_(over.offset(KEPT_RUNS))))
        self._grown = 0

    def rest(self) -> bool:
        """Do a little of what can wait for a quiet moment; return whether there is more of it."""
        self.tidy()
        self.check()
        try:
            return give_room_back(self._engine, rewrite=self._may_rewrite)
        except StoreError:
            self._may_rewrite = False  # it takes long, and its empty room is used anyway
            raise

    def _readable(self, runs: Sequence[str]) -> Iterator[StoredRun]:
        """Yield those of `runs` that can be read; the log names the others."""
        for run in runs:
            try:
                if (found := self.load(run)) is not None:
                    yield found
            except RecordingError as error:
                _log.error("%s", error)

    def _claim_again(self) -> None:
        """Claim the database anew if the file that others look for was removed.

        Raises:
            StoreError: another server was faster.
        """
        if self._claim is not None and not self._claim.is_held:
            self.check()
            self._claim.release()
            self._claim = claim_database(self._engine.url)

    @contextmanager
    def _connected(self, engine: Engine) -> Iterator[Connection]:
        """Yield a connection in a transaction."""
        self.check()
        with store_errors(engine.url), engine.begin() as connection:
            yield connection


def _save_run(connection: Connection, run: StoredRun) -> None:
    last = select(func.coalesce(func.max(RUNS.c.place), 0)).scalar_subquery()
    ends = case((RUNS.c.state.in_(NOT_OVER), last + 1), else_=RUNS.c.place)
    place = ends if run.state.is_over else RUNS.c.place
    _upsert(connection, RUNS, {**run_row(run), "place": last + 1}, place=place)


def _save_events(connection: Connection, change: Change) -> None:
    run = change.run.id
    connection.execute(delete(POINTS).where(POINTS.c.run == run, POINTS.c.seq > change.after))
    rows = [{"run": run, "seq": event.seq, "values": event_text(event)} for event in change.events]
    if rows:
        connection.execute(insert(POINTS), rows)


def _save_artefacts(connection: Connection, change: Change) -> None:
    run = change.run.id
    for name, data in change.artefacts.items():
        values = {"run": run, "name": name}
        if data is None:
            connection.execute(delete(ARTEFACTS).filter_by(**values))
        else:
            whole = {**values, "data": data, "checksum": checksum(run, name, data)}
            _upsert(connection, ARTEFACTS, whole)


def _upsert(
    connection: Connection, table: Table, values: Mapping[str, Any], **instead: Any
) -> None:
    """Insert a row, or change the one that has its primary key; `instead` says what a change takes."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    new = dialect.insert(table).values(values)
    keys = [column.name for column in table.primary_key]
    changed = {name: new.excluded[name] for name in values if name not in keys}
    connection.execute(new.on_conflict_do_update(index_elements=keys, set_={**changed, **instead}))

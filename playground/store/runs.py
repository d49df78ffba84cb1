"""Runs written down and read back, each change whole or not at all; what a run means is decided elsewhere."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    RowMapping,
    Table,
    delete,
    exists,
    func,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from playground.core.errors import ExperimentError, RecordingError
from playground.core.events import Event, from_wire, to_wire
from playground.core.experiment import Experiment
from playground.core.message import N_, message
from playground.core.run import Ending, RunState
from playground.store.claim import Claim
from playground.store.database import WRITING
from playground.store.failures import store_errors
from playground.store.schema import ARTEFACTS, POINTS, RUNS

PROBABILITIES: Final = "probabilities"
CHECKPOINT: Final = "checkpoint"
CONFIDENCE: Final = "confidence"

Wanted: TypeAlias = Literal["pause", "resume", "stop"]

_log: Final = logging.getLogger(__name__)

_OVER: Final = [str(state) for state in RunState if state.is_over]
_NOT_OVER: Final = [str(state) for state in RunState if not state.is_over]
_WHOLE: Final = [str(RunState.FINISHED), str(RunState.DIVERGED)]
"""Endings that everyone who trains the same experiment would see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """A run as the database has it; times are aware and come back in UTC.

    Args:
        key: `Experiment.key`, or "" for a run that is no plain repetition of its experiment.
        owner: who may change it.
        address: where the owner came from, as a keyed hash.
        askers: others who asked for it while it went on, each with where from.
        turn: its place in the queue; smaller comes first.
        chunks: the part that waits or trains pauses by itself after so many.
        part: number of the part that waits or trains.
        wanted: what a person last asked of that part.
        looked_at: epochs trained when its probabilities were taken.
        rates: changes of its learning rate: epoch (from 1), chunks trained of it, the rate.
        asked_rate: a learning rate that was asked for and not trained with yet.
        saved_events: how many of its events its checkpoint has behind it.
        versions: of the packages that train it.
    """

    id: str
    experiment: Experiment
    state: RunState
    turn: int
    created: datetime
    key: str = ""
    owner: str = ""
    address: str = ""
    askers: tuple[tuple[str, str], ...] = ()
    started: datetime | None = None
    ended: datetime | None = None
    chunks: int | None = None
    restarts: int = 0
    part: int = 0
    wanted: Wanted | None = None
    looked_at: float = 0.0
    rates: tuple[tuple[int, int, float], ...] = ()
    asked_rate: float | None = None
    saved_events: int = 0
    ending: Ending | None = None
    versions: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is new about a run.

    Args:
        run: the run as it is now.
        after: number of the last event that is known to be stored; any later one is replaced.
        events: all events after that one, in order.
        artefacts: bytes by name to be stored, None for those to be removed.

    Raises:
        ValueError: an event that is not after `after`, or out of order.
    """

    run: StoredRun
    after: int = 0
    events: tuple[Event, ...] = ()
    artefacts: Mapping[str, bytes | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        last = self.after
        for event in self.events:
            if event.seq <= last:
                raise ValueError(f"received event {event.seq}, expected one after {last}")
            last = event.seq


class RunStore:
    """The runs in one database. Safe to share between threads.

    Every method raises `StoreError` when the database fails, and none leaves anything half done.
    Those that return runs or events raise `RecordingError` for what this playground cannot read.

    Args:
        engine: as `open_database` returns it.
        claim: what keeps other processes from it, given back on closing.
    """

    def __init__(self, engine: Engine, claim: Claim | None = None) -> None:
        self._engine = engine
        self._claim = claim
        self._writing = engine.execution_options(**WRITING)

    def save(self, changes: Sequence[Change]) -> None:
        """Store all `changes` or none; the same changes once more make no difference."""
        if not changes:
            return
        with self._connected(self._writing) as connection:
            for change in changes:
                _upsert(connection, RUNS, _to_row(change.run))
                _save_events(connection, change)
                _save_artefacts(connection, change)

    def close(self) -> None:
        """Give the connections back, and the claim on the database."""
        self._engine.dispose()
        if self._claim is not None:
            self._claim.release()

    def load(self, run: str) -> StoredRun | None:
        """Return a run, or None if there is none of that id."""
        with self._connected(self._engine) as connection:
            row = connection.execute(select(RUNS).where(RUNS.c.id == run)).mappings().first()
        return None if row is None else _from_row(row)

    def events(self, run: str) -> tuple[Event, ...]:
        """Return all that a run has told, in order."""
        query = select(POINTS.c["values"]).where(POINTS.c.run == run).order_by(POINTS.c.seq)
        with self._connected(self._engine) as connection:
            texts = connection.scalars(query).all()
        with _readable(run):
            return tuple(from_wire(json.loads(text)) for text in texts)

    def artefact(self, run: str, name: str) -> bytes | None:
        """Return what is stored of a run under `name`, or None."""
        query = select(ARTEFACTS.c.data).where(ARTEFACTS.c.run == run, ARTEFACTS.c.name == name)
        with self._connected(self._engine) as connection:
            data = connection.scalar(query)
        return None if data is None else bytes(data)

    def unfinished(self) -> list[StoredRun]:
        """Return the runs that are queued, running or paused, the first in the queue first.

        One that cannot be read is left out, and stays as it is.
        """
        in_order = RUNS.c.turn, RUNS.c.created, RUNS.c.id
        query = select(RUNS).where(RUNS.c.state.in_(_NOT_OVER)).order_by(*in_order)
        with self._connected(self._engine) as connection:
            rows = connection.execute(query).mappings().all()
        return list(_readable_runs(rows))

    def latest_with(self, key: str) -> StoredRun | None:
        """Return the run of that key which last came to its own end and has its probabilities."""
        if not key:
            return None
        has_probabilities = exists().where(
            ARTEFACTS.c.run == RUNS.c.id, ARTEFACTS.c.name == PROBABILITIES
        )
        query = (
            select(RUNS)
            .where(RUNS.c.key == key, RUNS.c.state.in_(_WHOLE), has_probabilities)
            .order_by(*_newest_first())
        )
        with self._connected(self._engine) as connection:
            row = connection.execute(query.limit(1)).mappings().first()
        return None if row is None else _from_row(row)

    def has_owner(self, owner: str) -> bool:
        """Return whether any run is `owner`'s."""
        query = select(exists().where(RUNS.c.owner == owner))
        with self._connected(self._engine) as connection:
            return bool(connection.scalar(query))

    def forget(self, keep: int, keep_checkpoints: int) -> None:
        """Remove the runs that were over first, and the checkpoints of those that were over next.

        Args:
            keep: so many of the runs that are over stay, those that ended last.
            keep_checkpoints: so many of their checkpoints stay, likewise.

        Raises:
            ValueError: a number below 0.
        """
        if keep < 0 or keep_checkpoints < 0:
            raise ValueError(f"received {keep} and {keep_checkpoints}, expected 0 or more")
        over = select(RUNS.c.id).where(RUNS.c.state.in_(_OVER)).order_by(*_newest_first())
        with_checkpoint = over.join(ARTEFACTS).where(ARTEFACTS.c.name == CHECKPOINT)
        with self._connected(self._writing) as connection:
            connection.execute(delete(RUNS).where(RUNS.c.id.in_(over.offset(keep))))
            connection.execute(
                delete(ARTEFACTS).where(
                    ARTEFACTS.c.name == CHECKPOINT,
                    ARTEFACTS.c.run.in_(with_checkpoint.offset(keep_checkpoints)),
                )
            )

    @contextmanager
    def _connected(self, engine: Engine) -> Iterator[Connection]:
        """Yield a connection in a transaction."""
        with store_errors(engine.url), engine.begin() as connection:
            yield connection


def _newest_first() -> Iterable[ColumnElement[Any]]:
    moment = func.coalesce(RUNS.c.ended, RUNS.c.created)
    return moment.desc(), RUNS.c.turn.desc(), RUNS.c.id.desc()


def _save_events(connection: Connection, change: Change) -> None:
    run = change.run.id
    connection.execute(delete(POINTS).where(POINTS.c.run == run, POINTS.c.seq > change.after))
    rows = [
        {"run": run, "seq": event.seq, "values": json.dumps(to_wire(event), allow_nan=False)}
        for event in change.events
    ]
    if rows:
        connection.execute(insert(POINTS), rows)


def _save_artefacts(connection: Connection, change: Change) -> None:
    for name, data in change.artefacts.items():
        values = {"run": change.run.id, "name": name}
        if data is None:
            connection.execute(delete(ARTEFACTS).filter_by(**values))
        else:
            _upsert(connection, ARTEFACTS, {**values, "data": data})


def _upsert(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row, or change the one that has its primary key."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    new = dialect.insert(table).values(values)
    keys = [column.name for column in table.primary_key]
    changed = {name: new.excluded[name] for name in values if name not in keys}
    connection.execute(new.on_conflict_do_update(index_elements=keys, set_=changed))


def _to_row(run: StoredRun) -> dict[str, Any]:
    return {
        **{column.name: getattr(run, column.name) for column in RUNS.columns},
        "experiment": run.experiment.to_json(),
        "state": str(run.state),
        "rates": json.dumps(run.rates),
        "askers": json.dumps(run.askers),
        "ending": run.ending and json.dumps(run.ending.to_dict(), allow_nan=False),
    }


def _from_row(row: RowMapping) -> StoredRun:
    with _readable(row["id"]):
        ending = row["ending"] and Ending.from_dict(json.loads(row["ending"]))
        read = {
            "experiment": Experiment.from_dict(json.loads(row["experiment"])),
            "state": RunState(row["state"]),
            "ending": ending,
            "askers": tuple(
                (str(owner), str(address)) for owner, address in json.loads(row["askers"])
            ),
            "rates": tuple(
                (int(e), int(c), float(rate)) for e, c, rate in json.loads(row["rates"])
            ),
        }
    return StoredRun(**{**row, **read})


def _readable_runs(rows: Sequence[RowMapping]) -> Iterator[StoredRun]:
    for row in rows:
        try:
            yield _from_row(row)
        except RecordingError as error:
            _log.error("%s", error)


@contextmanager
def _readable(run: str) -> Iterator[None]:
    """Let a value that this playground never writes leave as an error of ours."""
    try:
        yield
    except (ExperimentError, ValueError, KeyError, TypeError) as error:
        raise RecordingError(
            message(
                N_(
                    "The stored run {id} cannot be read: {reason} Expected what this playground writes; remove the run, or use the playground that wrote it."
                ),
                id=run,
                reason=error.message if isinstance(error, ExperimentError) else f"{error!r}.",
            )
        ) from error

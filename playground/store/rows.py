"""A run as the database has it: what is written of it, and whether what comes back can be believed.

Whatever a damaged row, file or field holds leaves as `RecordingError`, which names the run. No query
here and no connection.
"""

from __future__ import annotations

import json
import logging
import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias, get_args

from sqlalchemy import RowMapping
from sqlalchemy.exc import SQLAlchemyError

from playground.core.errors import DamagedError, RecordingError, StoreError
from playground.core.events import Event, from_wire, to_wire
from playground.core.experiment import Experiment
from playground.core.message import N_, message
from playground.core.run import Ending, RunState
from playground.store.schema import RUNS

Request: TypeAlias = Literal["pause", "resume", "stop"]

ROW_SIZE: Final = 64
"""Bytes that a row of any table takes beside what it holds, keys and indices included."""

_SHOWN: Final = 300
"""Characters of a reason that the log repeats."""

_log: Final = logging.getLogger(__name__)


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
        segment: number of the part that waits or trains.
        requested: what a person last asked of that part.
        snapshot_at: epochs trained when its probabilities were taken.
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
    segment: int = 0
    requested: Request | None = None
    snapshot_at: float = 0.0
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

    @property
    def size(self) -> int:
        """About how many bytes there are to write."""
        whole = sum(len(data) for data in self.artefacts.values() if data is not None)
        return whole + ROW_SIZE * (1 + len(self.events))


def run_row(run: StoredRun) -> dict[str, Any]:
    """Return what is written of a run."""
    return {
        **{name: getattr(run, name) for name in StoredRun.__dataclass_fields__},
        "experiment": run.experiment.to_json(),
        "state": str(run.state),
        "rates": json.dumps(run.rates),
        "askers": json.dumps(run.askers),
        "ending": run.ending and json.dumps(run.ending.to_dict(), allow_nan=False),
    }


def read_run(row: RowMapping) -> StoredRun:
    """Return the run of a row.

    Raises:
        ValueError, TypeError and others: `run_row` wrote no such row; see `readable`.
    """
    fields = {name: _checked(name, row[name]) for name in StoredRun.__dataclass_fields__}
    if fields["requested"] is not None and fields["requested"] not in get_args(Request):
        raise ValueError(f"requested: received {fields['requested']!r}")
    ending = fields["ending"] and Ending.from_dict(json.loads(fields["ending"]))
    if ending and ending.reason:
        str(ending.reason)  # one that cannot be written out would break every page that shows it
    read = {
        "experiment": Experiment.from_dict(json.loads(fields["experiment"])),
        "state": RunState(fields["state"]),
        "ending": ending,
        "askers": tuple(
            (str(owner), str(address)) for owner, address in json.loads(fields["askers"])
        ),
        "rates": tuple((int(e), int(c), float(rate)) for e, c, rate in json.loads(fields["rates"])),
    }
    return StoredRun(**{**fields, **read})


def _checked(name: str, value: Any) -> Any:  # noqa: ANN401
    """Return a column's value if it is of the column's type, which SQLite does not see to."""
    column = RUNS.columns[name]
    expected = column.type.python_type
    if value is None and column.nullable:
        return None
    if not isinstance(value, expected):
        raise TypeError(f"{name}: received {value!r}, expected {expected.__name__}")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{name}: received {value!r}, expected a finite number")
    return value


def event_text(event: Event) -> str:
    """Return what is written of an event."""
    return json.dumps(to_wire(event), allow_nan=False)


def read_events(texts: Sequence[str]) -> tuple[Event, ...]:
    """Return the events of a run, all of them in order.

    Raises:
        ValueError, TypeError and others: one is missing or not as written; see `readable`.
    """
    events = tuple(from_wire(json.loads(text)) for text in texts)
    numbers = [event.seq for event in events]
    if numbers != list(range(1, len(events) + 1)):
        raise ValueError(f"points: received {len(events)} of them, expected 1, 2, 3 and so on")
    return events


def checksum(run: str, name: str, data: bytes) -> int:
    """Return what tells an artefact from any other and from a damaged one."""
    return zlib.crc32(data, zlib.crc32(f"{run}/{name}".encode()))


@contextmanager
def readable(run: str) -> Iterator[None]:
    """Let a value that this playground never writes leave as an error of ours.

    Raises:
        RecordingError: something of the run cannot be read.
    """
    try:
        yield
    except (SQLAlchemyError, RecordingError):
        raise
    except StoreError as error:
        if not isinstance(error, DamagedError):
            raise
        raise _unreadable(run, error.details) from error
    except Exception as error:  # whatever a damaged value leads to
        raise _unreadable(run, f"{type(error).__name__}: {error}") from error


def _unreadable(run: str, reason: str) -> RecordingError:
    """Return what people may hear, and let the log have the rest."""
    _log.warning("Run %s cannot be read: %s", run, reason[:_SHOWN])
    return RecordingError(
        message(
            N_(
                "The stored run {id} cannot be read: it is damaged, or another playground wrote it, as the log of this server says. The settings in the link still hold: press Train."
            ),
            id=str(run),
        )
    )

"""The tables as they are today; how a database comes to have them is for the migrations to say.

No query here and no connection. A change of a table is a new file in `migrations/versions`, too.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """A moment: aware in, UTC out. SQLite keeps it without a zone, in UTC.

    Raises:
        ValueError: a time without a zone, which could be any moment.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(
                f"received {value!r}, expected a time with its zone: datetime.now(UTC)"
            )
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

RUNS: Final = Table(
    "runs",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False, index=True),
    Column("experiment", Text, nullable=False),  # JSON, `Experiment.to_json`
    Column("owner", Text, nullable=False, index=True),
    Column("address", Text, nullable=False, server_default=""),
    Column("askers", Text, nullable=False, server_default="[]"),  # JSON: [[owner, address], …]
    Column("state", Text, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("rates", Text, nullable=False, server_default="[]"),  # JSON: [[epoch, chunk, rate], …]
    Column("asked_rate", Double),
    Column("started", UtcTime),
    Column("ended", UtcTime),
    Column("chunks", Integer),
    Column("restarts", Integer, nullable=False),
    Column("segment", Integer, nullable=False),
    Column("snapshot_at", Double, nullable=False),
    Column("saved_events", Integer, nullable=False),
    Column("ending", Text),  # JSON, `Ending.to_dict`
    Column("versions", Text, nullable=False),
    Column("requested", Text),
    # Grows with every run that begins or ends, whatever clocks say: see `RunStore.save`.
    Column("place", BigInteger, nullable=False, server_default="0", index=True),
    Index(None, "state", "turn"),
)

POINTS: Final = Table(
    "points",
    METADATA,
    Column("run", ForeignKey(RUNS.c.id, ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("values", Text, nullable=False),  # JSON, `to_wire`
)

ARTEFACTS: Final = Table(
    "artefacts",
    METADATA,
    Column("run", ForeignKey(RUNS.c.id, ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("data", LargeBinary, nullable=False),
    Column("checksum", BigInteger),  # `checksum`; none was kept before revision 6
)

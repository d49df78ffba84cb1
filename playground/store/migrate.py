"""Brings a database to today's schema with all its runs; refuses, untouched, what is not ours or newer.

Knows no address and opens nothing: whoever calls holds a transaction that nobody else can have.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from playground.core.errors import SchemaError
from playground.core.message import N_, message

FOLDER: Final = Path(__file__).parent / "migrations"
OURS: Final = "playground_"
"""Every revision of ours begins so: "0001" alone could be anyone's."""

_VERSION_TABLE: Final = "alembic_version"
_TABLES: Final = frozenset({"artefacts", "points", "runs"})
"""What every revision so far has; one that adds a table has to say so in `refuse_unknown`."""

_ALONE: Final = threading.Lock()  # Alembic keeps the context of a migration in a global


def migration_config() -> Config:
    """Return Alembic's settings, which need no file."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def refuse_unknown(connection: Connection, database: str) -> None:
    """Return if the database is empty or ours, of today or older. Writes nothing.

    Args:
        connection: to the database.
        database: its address, for the log.

    Raises:
        SchemaError: the database belongs to something else, or to a newer playground.
    """
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return
    found = _revisions(connection) if _VERSION_TABLE in tables else ()
    known = _known_revisions()
    newer = [name for name in found if name.startswith(OURS) and name not in known]
    if newer:
        raise SchemaError(
            message(
                N_(
                    "Runs of this server end with it: their database was written by a newer playground. Received schema {received}, expected {expected} or older. Install that newer playground, or name another place with PLAYGROUND_DATA_DIR or PLAYGROUND_DATABASE_URL."
                ),
                received=newer[0],
                expected=max(known),
            ),
            database,
        )
    if len(found) != 1 or not known.issuperset(found) or tables != _TABLES | {_VERSION_TABLE}:
        raise SchemaError(
            N_(
                "Runs of this server end with it: the database for them belongs to another program; the log of this server says which. Expected an empty database or one of the playground: name another place with PLAYGROUND_DATA_DIR or PLAYGROUND_DATABASE_URL."
            ),
            f"{database} has the tables {', '.join(sorted(tables))}",
        )


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the database to `revision` within the connection's transaction."""
    config = migration_config()
    config.attributes["connection"] = connection
    with _ALONE:
        command.upgrade(config, revision)


def _revisions(connection: Connection) -> tuple[str, ...]:
    return MigrationContext.configure(connection).get_current_heads()


def _known_revisions() -> frozenset[str]:
    scripts = ScriptDirectory.from_config(migration_config())
    return frozenset(script.revision for script in scripts.walk_revisions())

"""Runs kept in a database, SQLite or PostgreSQL: the only part of the project that imports SQLAlchemy."""

from playground.store.claim import claim_database
from playground.store.database import PATIENCE, data_folder, database_url, open_database
from playground.store.room import kept_bytes
from playground.store.rows import (
    Change,
    Request,
    StoredRun,
    readable,
)
from playground.store.runs import RunStore

__all__ = [
    "Change",
    "RunStore",
    "StoredRun",
    "Request",
    "data_folder",
    "database_url",
    "kept_bytes",
    "open_database",
    "open_store",
    "readable",
]


def open_store(patience: float = PATIENCE) -> RunStore:
    """Return the runs of the database that the environment names, claimed for this process.

    Args:
        patience: seconds to wait for what another connection holds, or for a server to answer.

    Raises:
        StoreError: it cannot be reached or written to, or another server has it.
        SchemaError: it is not ours, is newer than this playground, or is no database; or what the
            environment says of it cannot be used.
    """
    url, keep = database_url(), kept_bytes()
    engine = open_database(url, patience)
    try:
        return RunStore(engine, claim_database(url), keep)
    except BaseException:
        engine.dispose()
        raise

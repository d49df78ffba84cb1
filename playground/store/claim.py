"""One server at a time keeps its runs in a database: a claim that ends with its process, however that ends.

Two servers that shared one would each take up the other's runs as left behind.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Final, Protocol

from sqlalchemy import URL, NullPool, create_engine, func, select
from sqlalchemy.exc import OperationalError

from playground.core.errors import StoreError
from playground.core.message import N_, message
from playground.store.failures import folder_errors, shown, sqlite_code, store_errors
from playground.store.files import identity, make_private_file

LOCK_FILE: Final = "playground.lock"
CLAIM_LOCK: Final = 0x636C_6169_6D
"""Number of the advisory lock of a server that keeps its runs: "claim" in ASCII."""


class Claim(Protocol):
    """A database that is ours until `release`."""

    @property
    def is_held(self) -> bool:
        """Whether nobody else can have it: the lock's own file may have been removed."""

    def release(self) -> None:
        """Let others have it."""


def claim_database(url: URL) -> Claim:
    """Return the claim on the database at `url`; its folder has to be there.

    Raises:
        StoreError: another server has it, or it cannot be reached.
    """
    with store_errors(url), folder_errors(url):
        return _claim_file(url) if url.get_backend_name() == "sqlite" else _claim_server(url)


class _HeldClaim:
    """A lock that lasts as long as its connection."""

    def __init__(self, url: URL, **options: Any) -> None:
        self._engine = create_engine(url, poolclass=NullPool, hide_parameters=True, **options)
        self.connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._identity = identity(url)

    @property
    def is_held(self) -> bool:
        """Whether nobody else can have it: the lock's own file may have been removed."""
        return identity(self._engine.url) == self._identity

    def release(self) -> None:
        """Let others have it."""
        self.connection.close()
        self._engine.dispose()


def _claim_file(url: URL) -> Claim:
    """Lock a file beside the database, in the way in which SQLite does it on every system."""
    file = Path(str(url.database)).with_name(LOCK_FILE)
    make_private_file(file)
    claim = _HeldClaim(
        url.set(database=str(file)), connect_args={"timeout": 0, "check_same_thread": False}
    )
    try:
        claim.connection.exec_driver_sql("BEGIN EXCLUSIVE")
    except OperationalError as error:
        claim.release()
        if sqlite_code(error) == sqlite3.SQLITE_BUSY:
            raise _taken(url) from error
        raise
    return claim


def _claim_server(url: URL) -> Claim:
    claim = _HeldClaim(url)
    if not claim.connection.scalar(select(func.pg_try_advisory_lock(CLAIM_LOCK))):
        claim.release()
        raise _taken(url)
    return claim


def _taken(url: URL) -> StoreError:
    return StoreError(
        message(
            N_(
                "Runs of this server end with it: another playground keeps its runs in the same place. Close that one, or name another folder for this one with PLAYGROUND_DATA_DIR."
            ),
        ),
        shown(url),
    )

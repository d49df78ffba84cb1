"""What a database says when it fails, told as this project's errors; it decides nothing and retries nothing.

A statement that no database would take is a bug of ours, and stays what SQLAlchemy raised. Which
database it is, where it lies and who may use it, only the log hears: `StoreError.details`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import URL
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from playground.core.errors import DamagedError, RemovedError, StoreError
from playground.core.message import N_, Message, message

_OURS: Final = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
_NO_RIGHT: Final = "42501"
"""PostgreSQL's `insufficient_privilege`: to psycopg a wrong program, to us a wrong setting."""

_NO_TABLE: Final = "42P01"
_DAMAGED: Final = ("XX001", "XX002")
"""PostgreSQL's `data_corrupted` and `index_corrupted`."""

_OUTCOME: Final = message(
    N_("Training goes on, and what is new is written as soon as that is possible again.")
)


def shown(url: URL) -> str:
    """Return the database's address for the log: a file's path, or a URL without any password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.set(query={}).render_as_string(hide_password=True)


@contextmanager
def store_errors(url: URL) -> Iterator[None]:
    """Let what `url`'s database could not do leave as an error of ours, with its cause.

    Raises:
        DamagedError: what was asked for lies in a damaged part of the database.
        RemovedError: the database has lost its tables.
        StoreError: the database did not do what every sound database does.
    """
    try:
        yield
    except (DBAPIError, PoolTimeoutError) as error:
        details = f"{shown(url)} answered “{_reason(error)}”"
        if _lacks_table(error):
            raise removed(details) from error
        if not _comes_from_outside(error):
            raise
        kind = DamagedError if _is_damaged(error) else StoreError
        raise kind(_said(url, error), details) from error


@contextmanager
def folder_errors(url: URL) -> Iterator[None]:
    """Let what the folder of `url`'s file does not allow leave as an error of ours.

    Raises:
        StoreError: it cannot be made, read or written to.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(
            message(
                N_(
                    "Runs cannot be written down: the folder for them cannot be used ({reason}); the log of this server says which one. Expected a folder that can be written to; another can be named with PLAYGROUND_DATA_DIR."
                ),
                reason=reason,
            ),
            f"{Path(str(url.database)).parent}: {reason}",
        ) from error


def removed(details: str) -> RemovedError:
    """Return the error for a database that is not there any more, or not the same."""
    return RemovedError(
        N_(
            "The database in which runs are kept was removed or replaced while this server ran. It is opened anew, and the runs that are in memory are written into it; older ones are gone."
        ),
        details,
    )


def sqlite_code(error: BaseException) -> int | None:
    """Return SQLite's primary result code behind an error of SQLAlchemy, if there is one."""
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _said(url: URL, error: DBAPIError | PoolTimeoutError) -> Message:
    """Return what everyone may hear. A server's own words name hosts and users, SQLite's do not."""
    if url.get_backend_name() != "sqlite":
        return message(
            N_(
                "Runs cannot be written down or read now: the database’s server did not do what was asked of it; the log of this server says why. {outcome}"
            ),
            outcome=_OUTCOME,
        )
    return message(
        N_(
            "Runs cannot be written down or read now: the database answered “{reason}”; the log of this server says which one. {outcome}"
        ),
        reason=_reason(error),
        outcome=_OUTCOME,
    )


def _sqlstate(error: DBAPIError | PoolTimeoutError) -> str | None:
    return getattr(getattr(error, "orig", None), "sqlstate", None)


def _lacks_table(error: DBAPIError | PoolTimeoutError) -> bool:
    if _sqlstate(error) == _NO_TABLE:
        return True
    return sqlite_code(error) == sqlite3.SQLITE_ERROR and "no such table" in _reason(error)


def _is_damaged(error: DBAPIError | PoolTimeoutError) -> bool:
    return sqlite_code(error) == sqlite3.SQLITE_CORRUPT or _sqlstate(error) in _DAMAGED


def _comes_from_outside(error: DBAPIError | PoolTimeoutError) -> bool:
    if isinstance(error, PoolTimeoutError) or error.connection_invalidated:
        return True
    if isinstance(error, _OURS):
        return _sqlstate(error) == _NO_RIGHT or _is_damaged(error)
    return sqlite_code(error) != sqlite3.SQLITE_ERROR  # bad syntax


def _reason(error: DBAPIError | PoolTimeoutError) -> str:
    """Return what the driver said, in one line and without SQLAlchemy's frame."""
    said = error.orig if isinstance(error, DBAPIError) else error.args[0]
    return " ".join(str(said).split())

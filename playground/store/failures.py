"""What a database says when it fails, told as this project's errors; it decides nothing and retries nothing.

A statement that no database would take is a bug of ours, and stays what SQLAlchemy raised.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
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

from playground.core.errors import StoreError
from playground.core.message import N_, message

_OURS: Final = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
_NO_RIGHT: Final = "42501"
"""PostgreSQL's `insufficient_privilege`: to psycopg a wrong program, to us a wrong setting."""


def shown(url: URL) -> str:
    """Return the database's address for people: a file's path, or a URL without any password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.set(query={}).render_as_string(hide_password=True)


@contextmanager
def store_errors(url: URL) -> Iterator[None]:
    """Let what `url`'s database could not do leave as an error of ours, with its cause.

    Raises:
        StoreError: the database did not do what every sound database does.
    """
    try:
        yield
    except (DBAPIError, PoolTimeoutError) as error:
        if not _comes_from_outside(error):
            raise
        raise StoreError(
            message(
                N_(
                    "Runs cannot be written down or read: {database} answered “{reason}”. Expected a database that can be reached and written to: see that its server runs, that its disk has room and that no other program holds it, then try again."
                ),
                database=shown(url),
                reason=_reason(error),
            )
        ) from error


def sqlite_code(error: BaseException) -> int | None:
    """Return SQLite's primary result code behind an error of SQLAlchemy, if there is one."""
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _comes_from_outside(error: DBAPIError | PoolTimeoutError) -> bool:
    if isinstance(error, PoolTimeoutError) or error.connection_invalidated:
        return True
    if isinstance(error, _OURS):
        return getattr(error.orig, "sqlstate", None) == _NO_RIGHT
    return sqlite_code(error) != sqlite3.SQLITE_ERROR  # "no such table" and bad syntax


def _reason(error: DBAPIError | PoolTimeoutError) -> str:
    """Return what the driver said, in one line and without SQLAlchemy's frame."""
    said = error.orig if isinstance(error, DBAPIError) else error.args[0]
    return " ".join(str(said).split())

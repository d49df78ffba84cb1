"""Where the database is, and a connection to it that is ours and of today; it knows no run.

Refuses, without a byte written, a database that is not ours, is newer, or is none.
"""

from __future__ import annotations

import math
import os
import sqlite3
import time
from functools import partial
from pathlib import Path
from typing import Final

import platformdirs
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from playground.core.errors import SchemaError
from playground.core.message import N_
from playground.store.failures import folder_errors, shown, sqlite_code, store_errors
from playground.store.files import make_private_file, make_private_folder
from playground.store.migrate import refuse_unknown, upgrade
from playground.store.shrinking import INCREMENTAL

FILE: Final = "playground.sqlite3"
LOG: Final = 8_000_000
"""Bytes to which SQLite's log is cut after each of its checkpoints, which come every 4 MB."""

PATIENCE: Final = 2.0
"""Seconds for which a statement waits for what another connection holds."""

WRITING: Final = {"sqlite_begin": "BEGIN IMMEDIATE"}
"""Execution options of a connection that is going to write.

SQLite then waits for the others at the beginning, where it can; a transaction that has read before
it first writes is thrown out at once if anyone else wrote meanwhile.
"""

_SETTINGS: Final = (
    "synchronous = NORMAL",
    "foreign_keys = ON",
    "secure_delete = FAST",  # else what is removed would be written over, and all of that logged
    f"journal_size_limit = {LOG}",
)

_NO_TRANSACTION: Final = {"sqlite_begin": ""}
_POSTGRESQL: Final = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
MIGRATION_LOCK: Final = 0x6E65_7572_616C
"""Number of the advisory lock under which one process at a time migrates: "neural" in ASCII."""


def database_url() -> URL:
    """Return the address that the environment names: a server's, or a file in the data folder.

    Raises:
        SchemaError: PLAYGROUND_DATABASE_URL names no PostgreSQL database.
    """
    if address := os.environ.get("PLAYGROUND_DATABASE_URL", "").strip():
        return _server_url(address)
    return URL.create("sqlite", database=str(data_folder() / FILE))


def data_folder() -> Path:
    """Return the folder that the environment names for what is kept, which need not be there yet."""
    folder = os.environ.get("PLAYGROUND_DATA_DIR", "").strip() or platformdirs.user_data_dir(
        "neural-playground", appauthor=False
    )
    return Path(folder).expanduser().absolute()


def open_database(url: URL, patience: float = PATIENCE) -> Engine:
    """Return connections to the database at `url`, made or migrated first where it has to be.

    Args:
        url: of a PostgreSQL database, or of a file for SQLite, whose folder is made.
        patience: seconds to wait for what another connection holds, or for a server to answer.

    Raises:
        StoreError: it cannot be reached or written to.
        SchemaError: it is not ours, is newer than this playground, or is no database.
    """
    is_file = url.get_backend_name() == "sqlite"
    with store_errors(url):
        if is_file:
            _refuse_foreign_file(url, patience)
        engine = _file_engine(url, patience) if is_file else _server_engine(url, patience)
        try:
            with engine.connect().execution_options(**WRITING) as connection, connection.begin():
                if not is_file:
                    connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
                refuse_unknown(connection, shown(url))
                upgrade(connection)
            if is_file:
                _write_ahead(engine, patience)
        except BaseException:
            engine.dispose()
            raise
    return engine


def _server_url(address: str) -> URL:
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):  # a port that is no number is a plain ValueError
        url = None
    if url is None or url.drivername not in _POSTGRESQL or not url.database:
        # What came is not repeated: it may hold a password at any place.
        raise SchemaError(
            N_(
                "PLAYGROUND_DATABASE_URL names no database that can be used. Expected postgresql://user:password@host:port/database; correct it, or unset it to keep the runs in a file."
            )
        )
    return url.set(drivername="postgresql+psycopg")


def _refuse_foreign_file(url: URL, patience: float) -> None:
    """Make the folder, and look at the file, if there is one, without a chance of changing it."""
    file = Path(str(url.database))
    with folder_errors(url):
        make_private_folder(file.parent)
        if not file.exists() or file.stat().st_size == 0:
            make_private_file(file)
            return
    # The last connection that may write folds the write-ahead log into the file, so this one must
    # not be allowed to. What a crash left in a rollback journal, only a writer can put right.
    mode = "rw" if file.with_name(f"{file.name}-journal").exists() else "ro"
    look = URL.create(
        "sqlite", database=file.absolute().as_uri(), query={"mode": mode, "uri": "true"}
    )
    engine = create_engine(look, poolclass=NullPool, connect_args={"timeout": patience})
    try:
        with engine.connect() as connection:
            refuse_unknown(connection, shown(url))
    except DatabaseError as error:
        if sqlite_code(error) not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise
        raise SchemaError(
            N_(
                "Runs of this server end with it: the database for them is none, or a damaged one; the log of this server says which. Expected one of the playground: move that one away, or name another folder with PLAYGROUND_DATA_DIR."
            ),
            shown(url),
        ) from error


def _file_engine(url: URL, patience: float) -> Engine:
    engine = create_engine(
        url,
        pool_timeout=patience,
        hide_parameters=True,
        connect_args={"timeout": patience, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        if Path(str(url.database)).stat().st_size == 0:  # later it would be a change of the file
            cursor.execute(f"PRAGMA auto_vacuum = {INCREMENTAL}")
        for setting in _SETTINGS:
            cursor.execute(f"PRAGMA {setting}")
        cursor.close()
        # A damaged text is told from a sound one where it is read; it does not keep others from being.
        connection.text_factory = partial(str, encoding="utf-8", errors="replace")

    # Python's driver begins transactions late and never around a change of tables; with isolation
    # level None it leaves that to us.
    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if statement := connection.get_execution_options().get("sqlite_begin", "BEGIN"):
            connection.exec_driver_sql(statement)

    return engine


def _server_engine(url: URL, patience: float) -> Engine:
    engine = create_engine(
        url,
        pool_timeout=patience,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": max(2, math.ceil(patience))},  # libpq takes no less than 2
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET lock_timeout = {math.ceil(1000 * patience)}")
        cursor.close()
        connection.commit()

    return engine


def _write_ahead(engine: Engine, patience: float) -> None:
    """Switch the file to a write-ahead log: readers and the writer do not wait for each other."""
    give_up = time.monotonic() + patience
    while True:
        try:
            with engine.connect().execution_options(**_NO_TRANSACTION) as connection:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            return
        except OperationalError as error:
            # SQLite does not wait here by itself when another process opens the file as well.
            if sqlite_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.01)

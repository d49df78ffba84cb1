"""Gives the room of what was removed back to the disk: a SQLite file shrinks, its log is emptied.

A server of databases sees to that itself. It removes nothing and decides nothing.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.pool import PoolProxiedConnection

from playground.store.failures import store_errors

STEP: Final = 2_000
"""Pages of 4 kB that are given back at a time: others wait for the file that long, a tenth of a second."""

WORTH_IT: Final = 1 / 4
"""Share of empty pages from which on a file of an earlier playground is written anew as a whole."""

INCREMENTAL: Final = 2
"""SQLite's `auto_vacuum` of a file that can give pages back one by one."""


def give_room_back(engine: Engine, *, rewrite: bool) -> bool:
    """Give a part of the file's empty room back and empty its log; return whether there is more.

    A file of an earlier playground, which cannot give back pages, is written anew once a quarter of it
    is empty, and can from then on. That takes as much of the disk as its runs do, for a while.

    Args:
        engine: connections to the database.
        rewrite: whether a file of an earlier playground may be written anew.

    Raises:
        StoreError: the database is locked or its disk full: it can be tried again.
    """
    if engine.dialect.name != "sqlite":
        return False
    with store_errors(engine.url):
        connection = engine.raw_connection()
        try:
            free, pages = _ask(connection, "freelist_count"), _ask(connection, "page_count")
            if _ask(connection, "auto_vacuum") == INCREMENTAL:
                if free:
                    # Only a script is run to its end: each step of this one frees a single page.
                    _run(connection, f"PRAGMA incremental_vacuum({STEP})")
            elif rewrite and free > WORTH_IT * pages:
                _run(connection, f"PRAGMA auto_vacuum = {INCREMENTAL}; VACUUM")
            left = _ask(connection, "freelist_count")
            if not left or left == free:
                _run(connection, "PRAGMA wal_checkpoint(TRUNCATE)")
            return 0 < left < free
        finally:
            connection.close()


def _ask(connection: PoolProxiedConnection, pragma: str) -> int:
    cursor = connection.cursor()
    try:
        cursor.execute(f"PRAGMA {pragma}")
        (value,) = cursor.fetchall()[0]
        return int(value)
    finally:
        cursor.close()


def _run(connection: PoolProxiedConnection, script: str) -> None:
    driver: Any = connection.driver_connection
    driver.executescript(script)

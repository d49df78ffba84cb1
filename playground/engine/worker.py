"""Loaded by every worker process at its start (`--preload`): gets ready in the background."""

from __future__ import annotations

import logging
import os
import threading
from typing import Final

from distributed import Worker

from playground.core.errors import PlaygroundError
from playground.core.private_use import say_what_has_changed
from playground.engine import condition
from playground.engine.dask_private import (
    WORKERS,
    add_metric,
    close_doors,
    is_closed_connection,
    measure_steadily,
)
from playground.engine.task import warm_up

NICENESS: Final = 10
"""How far training stands back: a page that wants the same core gets nine tenths of it."""

_log: Final = logging.getLogger(__name__)


def dask_setup(worker: Worker) -> None:
    """Warm up beside the worker's event loop, so that it can join the cluster at once."""
    say_what_has_changed(WORKERS)
    measure_steadily()
    close_doors(worker)  # it has no pages, but it listens without asking for a certificate
    add_metric(worker, "playground", condition.tell)
    if hasattr(os, "nice"):
        # Before any thread starts: on Linux a thread takes over the niceness of its parent.
        os.nice(NICENESS)
    logging.getLogger("distributed.worker").addFilter(_shorten)
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()


def _shorten(record: logging.LogRecord) -> bool:
    """Let a record say in one line, without a traceback, that the scheduler has left.

    It leaves at every orderly end, in the middle of a heartbeat too.
    """
    error = record.exc_info[1] if record.exc_info else None
    if is_closed_connection(error):
        record.msg, record.args, record.exc_info = f"{record.getMessage()} ({error})", (), None
    return True


def _warm_up() -> None:
    try:
        warm_up()
        condition.note_warm()
    except PlaygroundError as error:
        _log.error("This worker is not warm: %s", error)

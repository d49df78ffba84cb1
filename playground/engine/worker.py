"""Loaded by every worker process at its start (`--preload`): gets ready in the background."""

from __future__ import annotations

import logging
import os
import threading
from typing import Final

from distributed import Worker
from distributed.comm.core import CommClosedError

from playground.core.errors import PlaygroundError
from playground.engine import condition
from playground.engine.clock import measure_steadily
from playground.engine.task import warm_up

NICENESS: Final = 10
"""How far training stands back: a page that wants the same core gets nine tenths of it."""

_log: Final = logging.getLogger(__name__)


def dask_setup(worker: Worker) -> None:
    """Warm up beside the worker's event loop, so that it can join the cluster at once."""
    measure_steadily()
    # It has no pages, but it listens without asking for a certificate.
    worker.http_server.stop()
    worker.extensions.pop("spans", None)  # the scheduler has none either
    worker.metrics["playground"] = condition.tell
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
    if isinstance(error, CommClosedError):
        record.msg, record.args, record.exc_info = f"{record.getMessage()} ({error})", (), None
    return True


def _warm_up() -> None:
    try:
        warm_up()
        condition.note_warm()
    except PlaygroundError as error:
        _log.error("This worker is not warm: %s", error)

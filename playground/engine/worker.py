"""Loaded by every worker process at its start (`--preload`): gets ready in the background."""

from __future__ import annotations

import logging
import os
import threading
from typing import Final

from distributed import Worker

from playground.core.errors import PlaygroundError
from playground.engine.task import warm_up

NICENESS: Final = 10
"""How far training stands back: a page that wants the same core gets nine tenths of it."""

_log: Final = logging.getLogger(__name__)


def dask_setup(worker: Worker) -> None:
    """Warm up beside the worker's event loop, so that it can join the cluster at once."""
    # It has no pages, but it listens without asking for a certificate.
    worker.http_server.stop()
    if hasattr(os, "nice"):
        # Before any thread starts: on Linux a thread takes over the niceness of its parent.
        os.nice(NICENESS)
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()


def _warm_up() -> None:
    try:
        warm_up()
    except PlaygroundError as error:
        _log.error("This worker is not warm: %s", error)

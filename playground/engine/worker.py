"""Loaded by every worker process at its start (`--preload`): gets ready in the background."""

from __future__ import annotations

import threading

from distributed import Worker

from playground.engine.task import warm_up


def dask_setup(_worker: Worker) -> None:
    """Warm up beside the worker's event loop, so that it can join the cluster at once."""
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()

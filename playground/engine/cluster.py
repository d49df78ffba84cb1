"""A scheduler and worker processes on this machine, reachable only with their certificates."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import dask
import psutil
from distributed import LocalCluster, Security

WORKER_MEMORY: Final = 1_000_000_000
"""Bytes that a worker takes with TensorFlow, one dataset and a few networks."""

SETTINGS: Final = Path(__file__).with_name("dask.yaml")
"""What scheduler and workers are set to, here and on other machines."""


def worker_count() -> int:
    """Return how many workers this machine carries: as many as cores and free memory allow.

    `PLAYGROUND_WORKERS` overrides it.
    """
    wanted = os.environ.get("PLAYGROUND_WORKERS", "")
    if wanted.isdigit() and int(wanted) > 0:
        return int(wanted)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    affordable = int(psutil.virtual_memory().available // WORKER_MEMORY)
    return max(1, min(cores or 1, affordable))


def start_cluster(workers: int) -> LocalCluster:
    """Return a running cluster of `workers` one-thread processes, all its links encrypted."""
    (settings,) = dask.config.collect_yaml([str(SETTINGS)])
    dask.config.update(dask.config.config, settings)
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        protocol="tls://",
        security=Security.temporary(),
        dashboard_address="127.0.0.1:0",
        worker_dashboard_address="127.0.0.1:0",
        memory_limit=0,
        # The settings alone would give way to what stands in our own environment.
        env=settings["distributed"]["nanny"]["pre-spawn-environ"],
        silence_logs=40,
    )

"""A scheduler and worker processes on this machine, reachable only with their certificates."""

from __future__ import annotations

import os
from typing import Any, Final

import dask
import psutil
from distributed import LocalCluster, Security

WORKER_MEMORY: Final = 1_000_000_000
"""Bytes that a worker takes with TensorFlow, one dataset and a few networks."""

SETTINGS: Final[dict[str, Any]] = {
    # The application keeps the queue: a worker gets a run only when it is free.
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.scheduler.work-stealing": False,
    # The application decides what happens to a run whose worker died.
    "distributed.scheduler.allowed-failures": 0,
    # No pages: any local user could read them.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    # An idle cluster stays under one per cent of a core.
    "distributed.worker.profile.enabled": False,
    # The latest messages of a topic stay in the scheduler; a look at 10,000 pictures is 200 kB.
    "distributed.admin.low-level-log-length": 50,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "10s",
    # TensorFlow keeps the interpreter busy for seconds at a time.
    "distributed.admin.tick.limit": "60s",
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
}

WORKER_ENVIRONMENT: Final = {
    # One thread a worker: two workers of one thread train more than one worker of two.
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "CUDA_VISIBLE_DEVICES": "-1",
}


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
    dask.config.set(SETTINGS)
    cluster = LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        protocol="tls://",
        security=Security.temporary(),
        dashboard_address="127.0.0.1:0",
        worker_dashboard_address="127.0.0.1:0",
        memory_limit=0,
        env=WORKER_ENVIRONMENT,
        preload=["playground.engine.worker"],
        silence_logs=40,
    )
    # It has no pages, but it listens without asking for a certificate.
    if cluster.scheduler is not None:
        cluster.scheduler.http_server.stop()
    return cluster

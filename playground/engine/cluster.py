"""A scheduler and worker processes on this machine, reachable only with their certificates."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any, Final

import dask
from distributed import LocalCluster

from playground.engine.certificate import make_security
from playground.engine.condition import LIMIT, USUAL_LIMIT
from playground.engine.limits import free_memory, memory_kills, usable_cores
from playground.engine.roster import Roster

WORKER_MEMORY: Final = 1_000_000_000
"""Bytes that a worker may come to take: with TensorFlow, one dataset and many networks."""

FRESH_WORKER: Final = 600_000_000
"""Bytes that a worker takes at its start; with less, none would ever be small enough."""

REST: Final = 250_000_000
"""Bytes that page, scheduler and one large run may still come to take, beside what they take now."""

SETTINGS: Final = Path(__file__).with_name("dask.yaml")
"""What scheduler and workers are set to, here and on other machines."""


def worker_count() -> int:
    """Return how many workers this machine carries: as many as cores and free memory allow.

    `PLAYGROUND_WORKERS` overrides it.
    """
    wanted = os.environ.get("PLAYGROUND_WORKERS", "")
    if wanted.isdigit() and int(wanted) > 0:
        return int(wanted)
    return max(1, min(usable_cores(), (free_memory() - REST) // WORKER_MEMORY))


def worker_limit(workers: int) -> int:
    """Return the MB from which each of `workers` is replaced: what memory leaves to each.

    `PLAYGROUND_WORKER_MEMORY` overrides it.
    """
    wanted = os.environ.get(LIMIT, "")
    if wanted.isdigit():
        return int(wanted)
    share = (free_memory() - REST) // workers
    return min(USUAL_LIMIT, max(FRESH_WORKER, share) // 1_000_000)


def start_cluster(workers: int) -> LocalCluster:
    """Return a running cluster of `workers` one-thread processes, all its links encrypted."""
    (settings,) = dask.config.collect_yaml([str(SETTINGS)])
    # Whatever a person has set for dask is meant for programs of their own.
    dask.config.refresh(paths=[], env={})
    dask.config.update(dask.config.config, settings)
    environment = settings["distributed"]["nanny"]["pre-spawn-environ"]
    cluster = LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        protocol="tls://",
        security=make_security(),
        dashboard_address="127.0.0.1:0",
        worker_dashboard_address="127.0.0.1:0",
        memory_limit=0,
        # The settings alone would give way to what stands in our own environment.
        env={**environment, LIMIT: str(worker_limit(workers))},
        silence_logs=40,
    )
    if cluster.scheduler is not None and (roster := Roster.of(cluster.scheduler)) is not None:
        roster.successors = LocalSuccessors(cluster)
    return cluster


class LocalSuccessors:
    """Starts and ends workers of a cluster of our own; used in the scheduler's own loop only."""

    def __init__(self, cluster: LocalCluster) -> None:
        self._cluster = cluster
        self._ending: set[asyncio.Task[Any]] = set()

    def has_room(self) -> bool:
        """Return whether memory allows one worker more for a time."""
        return free_memory() > FRESH_WORKER + REST

    def start(self) -> object:
        """Begin to start one more worker and return its name."""
        before = set(self._cluster.worker_spec)
        self._cluster.scale(len(before) + 1)
        (name,) = set(self._cluster.worker_spec) - before
        return name

    def end(self, name: object) -> None:
        """Begin to end a worker for good."""
        task = asyncio.ensure_future(self._cluster.scale_down([name]))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    def memory_kills(self) -> int:
        """Return how many processes the kernel has killed so far because memory ran out."""
        return memory_kills()

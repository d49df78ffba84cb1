"""The app served for a measurement, as the browser tests serve it, with a database of its own."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from playground.store.database import FILE
from tests.browser.app_server import ROOT, AppServer, serve

LIMIT: Final = 120.0
"""Seconds after which a wait is given up."""

STILL: Final = 0.1
"""Cores in use below which a server counts as idle."""


@dataclass(frozen=True)
class Served:
    """A server that runs, and its database."""

    server: AppServer
    database: Path
    is_older: bool = False
    """Whether it is of a version whose pages had no websocket for their runs."""

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return self.server.url

    @property
    def processes(self) -> list[psutil.Process]:
        """The page's process first, then the engine's and its workers'."""
        return [self.server.process, *self.server.children()]

    def wait_until_idle(self) -> None:
        """Wait until the workers are warm, and whatever else there was to do is done.

        Raises:
            TimeoutError: it is as busy as ever after two minutes.
        """
        idle = 0
        for _ in range(int(LIMIT)):
            has_worker = any(is_worker(process) for process in self.processes)
            idle = idle + 1 if self.cores(1.0) < STILL and has_worker else 0
            if idle == 3:
                return
        raise TimeoutError("the server is busy and does not say with what")

    def cores(self, seconds: float) -> float:
        """Return how many cores all its processes used during so many seconds from now."""
        before = {process.pid: cpu_seconds(process) for process in self.processes}
        time.sleep(seconds)  # what is measured: the use of the cores in this time
        after = {process.pid: cpu_seconds(process) for process in self.processes}
        return sum(value - before.get(pid, 0.0) for pid, value in after.items()) / seconds

    def rows(self) -> list[dict[str, Any]]:
        """Return the runs that the database holds, in the order in which they were asked for."""
        address = f"file:{self.database}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            query = "select id, owner, state, created, started from runs order by created"
            return [dict(row) for row in connection.execute(query)]

    def wait_until_kept(self, runs: int) -> list[dict[str, Any]]:
        """Return the runs once there are so many and all are over; what there is after a minute."""
        rows = self.rows()
        for _ in range(120):
            if len(rows) >= runs and all(is_over(row["state"]) for row in rows):
                break
            time.sleep(0.5)  # the database does not tell when something was written
            rows = self.rows()
        return rows


@contextmanager
def serve_app(
    workers: int | None = None,
    settings: Mapping[str, str] | None = None,
    *,
    older: Path | None = None,
    kept: Path | None = None,
) -> Iterator[Served]:
    """Yield the app, served with nobody visiting.

    Args:
        workers: how many; None leaves it to the machine.
        settings: further environment variables.
        older: the folder of a version whose pages had no websocket for their runs; None for this one.
        kept: a folder with what a server before it has left; None for an empty database.
    """
    with ExitStack() as stack:
        folder = kept or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="playground-bench-"))
        )
        # Without the tests' watch over connections: it is asked at every one of Python's audits.
        environment = {
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "PLAYGROUND_DATA_DIR": str(folder / "data"),
            "PLAYGROUND_DATABASE_URL": "",
            **(settings or {}),
        }
        if workers is not None:
            environment["PLAYGROUND_WORKERS"] = str(workers)
        server = stack.enter_context(serve(folder, root=older or ROOT, environment=environment))
        yield Served(server, folder / "data" / FILE, is_older=older is not None)


def is_over(state: str) -> bool:
    """Return whether a run in this state will not change any more."""
    return state in ("finished", "stopped", "diverged", "failed")


def is_worker(process: psutil.Process) -> bool:
    """Return whether a process is one that trains."""
    return role(process) == "worker"


def role(process: psutil.Process) -> str:
    """Return what a process of the app is for."""
    try:
        words = " ".join(process.cmdline())
    except psutil.Error:
        return "gone"
    if "streamlit" in words:
        return "page"
    if "playground.engine" in words:
        return "engine"
    return "worker" if "spawn_main" in words else "other"


def cpu_seconds(process: psutil.Process) -> float:
    """Return the processor seconds that a process has used; none if it has gone."""
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


def proportional_mb(process: psutil.Process) -> float:
    """Return a process's memory, MB, with its share of what it shares with others (PSS).

    Where the system does not tell that, what the process holds by itself (USS).
    """
    memory = process.memory_full_info()
    return float(getattr(memory, "pss", memory.uss)) / 1e6

"""A scheduler and workers as others run them: by dask's own commands, on this machine, with certificates."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from distributed import Security

from playground.engine.cluster import SETTINGS
from playground.jobs.contact import ROOT, SCHEDULER, TLS
from playground.store import RunStore
from tests.jobs.conftest import PATIENCE, Runs, eventually, service_with_workers


def write_certificate(folder: Path, name: str) -> dict[str, Path]:
    """Write a certificate that signs itself, and its key; return the files by dask's names."""
    made = Security.temporary()  # type: ignore[no-untyped-call]  # dask's is not typed
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_text(made.tls_client_cert, encoding="ascii")
    key.write_text(made.tls_client_key, encoding="ascii")
    return dict(zip(TLS, (certificate, certificate, key), strict=True))


@dataclass
class Cluster:
    """The processes of a cluster, each in a group of its own.

    Args:
        folder: for certificates, logs and what the processes write.
    """

    folder: Path
    address: str = ""
    scheduler: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.files = write_certificate(self.folder, "cluster")

    def start_scheduler(self) -> None:
        """Start a scheduler, at the address of the one before, and wait until it serves."""
        port = self.address.rpartition(":")[2] or "0"
        file = self.folder / "scheduler.json"
        file.unlink(missing_ok=True)
        words = ["--port", port, "--scheduler-file", str(file), "--protocol", "tls"]
        self.scheduler = self._start("scheduler", *words, "--dashboard-address", "127.0.0.1:0")
        eventually(lambda: file.exists() and file.read_text(encoding="utf-8").endswith("}"))
        self.address = json.loads(file.read_text(encoding="utf-8"))["address"]

    def start_worker(self) -> None:
        """Start a worker under its nanny, as on a host of its own."""
        words = [self.address, "--nthreads", "1", "--nworkers", "1"]
        folder = ["--local-directory", str(self.folder)]
        self.workers.append(self._start("worker", *words, *folder))

    def processes(self) -> list[psutil.Process]:
        """Return all processes of the cluster that live."""
        started = [process for process in (self.scheduler, *self.workers) if process is not None]
        first = [psutil.Process(process.pid) for process in self.lives(started)]
        return [one for process in first for one in (process, *process.children(recursive=True))]

    @staticmethod
    def lives(processes: list[subprocess.Popen[bytes]]) -> list[subprocess.Popen[bytes]]:
        """Return those of `processes` that have not ended."""
        return [process for process in processes if process.poll() is None]

    def kill_worker(self, address: str) -> None:
        """End the worker at `address` and its nanny at once, as when a host loses its power."""
        for process in self.workers:
            family = [psutil.Process(process.pid)]
            family += family[0].children(recursive=True)
            if any(f"tls://{ip}:{port}" == address for ip, port in listening(family)):
                self.workers.remove(process)
                _kill(process)
                return
        raise AssertionError(f"no worker is at {address}")

    def kill_scheduler(self) -> None:
        """End the scheduler at once."""
        assert self.scheduler is not None
        _kill(self.scheduler)

    def close(self) -> None:
        """End everything."""
        for process in (*self.workers, self.scheduler):
            if process is not None:
                _kill(process)

    def _start(self, command: str, *words: str) -> subprocess.Popen[bytes]:
        tls = zip(("--tls-ca-file", "--tls-cert", "--tls-key"), self.files.values(), strict=True)
        certificate = [str(word) for pair in tls for word in pair]
        with (self.folder / f"{command}.log").open("ab") as log:
            return subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "dask",
                    command,
                    *words,
                    "--host",
                    "127.0.0.1",
                    *certificate,
                ],
                cwd=ROOT,
                env={**os.environ, "DASK_CONFIG": str(SETTINGS)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started."""
    family = []
    if process.poll() is None:
        family = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    _, alive = psutil.wait_procs(family, timeout=PATIENCE)
    assert not alive


def listening(processes: list[psutil.Process]) -> list[tuple[str, int]]:
    """Return where processes take connections from the network."""
    return [
        (connection.laddr.ip, connection.laddr.port)
        for process in processes
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]


@contextmanager
def cluster_in(folder: Path, workers: int) -> Iterator[Cluster]:
    """Run a cluster; its processes end with the block, however that ended."""
    cluster = Cluster(folder)
    try:
        cluster.start_scheduler()
        for _ in range(workers):
            cluster.start_worker()
        yield cluster
    finally:
        cluster.close()


@contextmanager
def service_on(
    cluster: Cluster, open_store: Callable[[], RunStore] | None = None
) -> Iterator[Runs]:
    """Run a service that trains on a cluster."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SCHEDULER, cluster.address)
        for name, file in cluster.files.items():
            patch.setenv(TLS[name], str(file))
        with service_with_workers(1, open_store) as runs:
            yield runs

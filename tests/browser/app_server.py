"""The real app in processes of its own, started as `make run` starts it, and surely ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
WATCH = Path(__file__).parent / "watch"

PATIENCE = 120.0
"""Seconds after which a wait is given up; no test is about how long something takes."""


class AppServer:
    """A server of the app, with its engine.

    Args:
        folder: where it may write its log.
        root: the folder of the project that is served.
        base: the path under which the app is served: "" or "/name".
        port: where it listens; a free one if none is named.
        address: where it listens; None for Streamlit's own choice, which is everywhere.
        environment: further variables.
    """

    def __init__(
        self,
        folder: Path,
        *,
        root: Path = ROOT,
        base: str = "",
        port: int | None = None,
        address: str | None = "127.0.0.1",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.port = port or _free_port()
        self.url = f"http://127.0.0.1:{self.port}{base}"
        self.data = folder / f"data-{self.port}"
        self._base = base
        self._log = folder / f"server-{self.port}.log"
        self._outside = folder / f"outside-{self.port}.log"
        command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
        command += ["--server.port", str(self.port)]
        if address:
            command += ["--server.address", address]
        if base:
            command += ["--server.baseUrlPath", base.strip("/")]
        paths = [str(WATCH), *filter(None, [os.environ.get("PYTHONPATH")])]
        with self._log.open("ab") as log:  # a server that follows on this port adds to it
            self.process = psutil.Popen(
                command,
                cwd=root,
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join(paths),
                    "PLAYGROUND_TEST_OUTSIDE": str(self._outside),
                    "PLAYGROUND_DATA_DIR": str(self.data),
                    **(environment or {}),
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def log(self) -> str:
        """All that the server and its processes have printed."""
        return self._log.read_text(encoding="utf-8")

    @property
    def asked_outside(self) -> str:
        """What its Python processes tried to reach on other computers, a line an attempt."""
        return self._outside.read_text(encoding="utf-8") if self._outside.exists() else ""

    def wait_until_healthy(self) -> None:
        """Wait until the server answers.

        Raises:
            AssertionError: it ended, or did not answer in three minutes.
        """
        for _ in range(int(PATIENCE * 20)):
            if self._answers():
                return
            with suppress(psutil.TimeoutExpired):
                status = self.process.wait(timeout=0.05)
                raise AssertionError(f"the server ended with status {status}:\n{self.log}")
        raise AssertionError(f"the server did not answer:\n{self.log}")

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", f"{self._base}/_stcore/health")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def children(self) -> list[psutil.Process]:
        """Return the processes of the engine: its own and its workers'."""
        children: list[psutil.Process] = self.process.children(recursive=True)
        return children

    @contextmanager
    def engine_held(self) -> Iterator[None]:
        """Hold every process of the engine, so that none can answer."""
        held = [child for child in self.children() if child.status() != psutil.STATUS_ZOMBIE]
        assert held, "there is no engine to hold"
        for child in held:
            child.suspend()
        try:
            yield
        finally:
            for child in held:
                child.resume()

    def kill(self) -> None:
        """End the server's process alone, without a warning, and wait until its engine has left."""
        engine = self.children()
        self.process.kill()
        _, left = psutil.wait_procs([self.process, *engine], timeout=PATIENCE)
        assert left == []

    def stop(self) -> list[psutil.Process]:
        """End the server as Ctrl-C in a terminal does; return what it left behind, ended by now."""
        if not self.process.is_running():
            return []
        family = [self.process, *self.children()]
        self.process.send_signal(signal.SIGINT)
        left: list[psutil.Process]
        _, left = psutil.wait_procs(family, timeout=PATIENCE / 3)
        for process in left:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left, timeout=PATIENCE / 3)
        return left


@contextmanager
def serve(
    folder: Path,
    *,
    root: Path = ROOT,
    base: str = "",
    port: int | None = None,
    address: str | None = "127.0.0.1",
    environment: Mapping[str, str] | None = None,
) -> Iterator[AppServer]:
    """Yield a healthy server and end it; what it printed and whom it asked is looked at last."""
    server = AppServer(
        folder, root=root, base=base, port=port, address=address, environment=environment
    )
    try:
        server.wait_until_healthy()
        yield server
    finally:
        left = server.stop()
    assert left == [], "processes outlived the server"
    assert "Traceback" not in server.log, server.log
    assert server.asked_outside == ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

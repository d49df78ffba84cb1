"""The link to the engine: starts its process, hands it runs, and passes on what it tells."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from distributed import Client, Future, Security

from playground.engine import task
from playground.engine.plugin import WorkersPlugin

ROOT: Final = Path(__file__).parents[2]
_log: Final = logging.getLogger(__name__)


class Engine:
    """A cluster in a process of its own, and a client of it.

    Args:
        on_event: called with a run's name and its next event, from the client's thread.
        on_workers: called with the workers' addresses, first when the engine is ready and then at
            every change; with none when the engine is lost, which then starts anew.
    """

    def __init__(
        self,
        on_event: Callable[[str, Mapping[str, Any]], None],
        on_workers: Callable[[frozenset[str]], None],
    ) -> None:
        self._on_event = on_event
        self._on_workers = on_workers
        self._process: subprocess.Popen[str] | None = None
        self._client: Client | None = None
        self._closing = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="engine-keeper", daemon=True)

    def start(self) -> None:
        """Begin to start the processes; `on_workers` says when they are there."""
        self._keeper.start()

    def train(
        self,
        worker: str,
        run: str,
        experiment: dict[str, Any],
        start: bytes | None,
        chunks: int | None,
        done: Callable[[dict[str, Any] | BaseException], None],
    ) -> None:
        """Hand a run to `worker`; `done` gets `task.train_part`'s answer, or what went wrong."""

        # Pickled by value, so that a worker without this project fails instead of waiting for ever.
        def train_part(*args: Any) -> dict[str, Any]:
            from playground.engine import task

            return task.train_part(*args)

        if self._client is None:
            done(ConnectionError("the engine is not there"))
            return
        future = self._client.submit(
            train_part, run, experiment, start, chunks, workers=[worker], pure=False
        )
        future.add_done_callback(lambda ended: done(_answer(ended)))

    def command(self, worker: str, run: str, name: str) -> None:
        """Leave a command for a run that trains on `worker`."""
        if self._client is None:
            return
        try:
            self._client.run(task.command, run, name, workers=[worker])
        except (OSError, ValueError):
            _log.info("Worker %s is gone; %s will be taken up again", worker, run)

    def close(self) -> None:
        """End the processes."""
        self._closing.set()
        self._disconnect()
        process = self._process
        if process is not None and process.stdin is not None:
            process.stdin.close()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()

    def _keep(self) -> None:
        """Start the engine, wait for its end, and start it again unless we are leaving."""
        failures = 0
        while not self._closing.is_set():
            try:
                self._start_once()
                failures = 0
            except Exception:  # noqa: BLE001 - whatever it was: say it and try again, more slowly
                failures += 1
                _log.exception("The engine did not start; trying again")
            if self._process is not None:
                self._process.wait()
            if self._closing.is_set():
                return
            self._disconnect()
            self._on_workers(frozenset())
            self._closing.wait(min(30, 2**failures - 1))

    def _start_once(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "playground.engine"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if self._process.stdout is None:
            raise RuntimeError("the engine has no output to read")
        line = self._process.stdout.readline()
        if not line:
            raise ConnectionError("the engine ended before it was ready")
        contact = json.loads(line)
        security = Security(
            require_encryption=True,
            **{name: contact[name] for name in contact if name.startswith("tls_")},
        )
        client = Client(contact["address"], security=security, set_as_default=False)
        client.subscribe_topic(task.TOPIC, self._hear)
        self._client = client
        client.register_plugin(WorkersPlugin())
        self._on_workers(frozenset(client.nthreads()))

    def _hear(self, event: tuple[float, Mapping[str, Any]]) -> None:
        _, message = event
        if "workers" in message:
            self._on_workers(frozenset(message["workers"]))
        else:
            self._on_event(message["run"], message["event"])

    def _disconnect(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close(timeout=2)


def _answer(future: Future[Any]) -> dict[str, Any] | BaseException:
    """Return what an ended future holds: its result, or why there is none."""
    if future.status == "finished":
        try:
            result: dict[str, Any] = future.result(timeout=30)
        except Exception as error:  # noqa: BLE001 - the connection may break in any way
            return error
        return result
    if future.status == "error":
        failure: BaseException | None = future.exception(timeout=30)
        return failure or RuntimeError("the run failed without a word")
    return ConnectionError(f"the run was {future.status}")

"""One running engine: its process, the connection to it, and the parts of runs that it trains.

A connection that breaks is not mended: the process is ended, and each part is said to be lost. Whether
another engine is started, and what becomes of the runs, others decide.
"""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent import futures
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import dask
from distributed import Client, KilledWorker, Security

from playground.core.errors import EngineError, EngineStartError, WorkerLostError
from playground.core.message import N_, message
from playground.engine import task
from playground.engine.plugin import WorkersPlugin, latest_workers

ROOT: Final = Path(__file__).parents[2]

START_LIMIT: Final = 180.0
"""Seconds after which an engine that has not said how to reach it is given up."""

CLOSE_LIMIT: Final = 8.0
"""Seconds that an engine gets to leave by itself; it gives its workers five of them."""

Answer: TypeAlias = dict[str, Any] | Exception

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a run that a worker has."""

    worker: str
    done: Callable[[Answer], None]
    waiting: futures.Future[None]


class Engine:
    """An engine in a process of its own, and a client of it.

    Args:
        on_event: called with a part's name and its next event.
        on_workers: called after `workers` has changed.

    Both are called from the client's own thread: they may take a lock, but may not wait for
    anything that the engine does.
    """

    def __init__(
        self, on_event: Callable[[str, Mapping[str, Any]], None], on_workers: Callable[[], None]
    ) -> None:
        self._on_event = on_event
        self._on_workers = on_workers
        self._lock = threading.Lock()
        self._parts: dict[str, _Part] = {}
        self._closed = False
        self._client: Client | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._workers: frozenset[str] = frozenset()
        self._workers_version = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "playground.engine"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def workers(self) -> frozenset[str]:
        """The addresses of the workers that are there now."""
        return self._workers

    def open(self) -> None:
        """Wait until the engine can be reached, and connect to it.

        Raises:
            EngineStartError: it ended, or said nothing for three minutes.
        """
        too_late = threading.Timer(START_LIMIT, self._process.kill)
        too_late.daemon = True
        too_late.start()
        try:
            line = self._process.stdout.readline() if self._process.stdout else ""
        finally:
            too_late.cancel()
        if not line:
            raise EngineStartError(N_("The engine ended before it was ready."))
        if self._closed:
            raise EngineStartError(N_("The application left before the engine was ready."))
        contact = json.loads(line)
        # A large network's checkpoint travels with its run; that is meant.
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
        client = Client(
            contact["address"],
            security=Security(require_encryption=True, **contact["security"]),
            set_as_default=False,
        )
        self._loop = client.sync(_running_loop)
        self._client = client
        client.subscribe_topic(task.TOPIC, self._hear)
        client.register_plugin(WorkersPlugin())
        self._set_workers(client.run_on_scheduler(latest_workers))

    def wait(self) -> None:
        """Wait until the engine's process has ended."""
        self._process.wait()

    def kill(self) -> None:
        """End the engine's process at once; its workers leave when they notice."""
        self._process.kill()

    def close(self) -> None:
        """End the engine, if it has not ended, and say of each part that it was lost."""
        with self._lock:
            self._closed = True
            self._workers = frozenset()
            lost = list(self._parts.values())
            self._parts.clear()
        for part in lost:
            part.waiting.cancel()
            part.done(_lost())
        if self._client is not None:
            with suppress(Exception):  # the connection may have broken in any way
                self._client.close(timeout=2)
        with suppress(BrokenPipeError), self._process as process:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(timeout=CLOSE_LIMIT)
            except subprocess.TimeoutExpired:
                process.kill()

    def train(
        self,
        worker: str,
        part: str,
        experiment: dict[str, Any],
        start: bytes | None,
        chunks: int | None,
        rates: Sequence[task.Rate],
        done: Callable[[Answer], None],
    ) -> None:
        """Hand a part of a run to `worker` and return at once.

        `done` is called once, from another thread: with `task.train_part`'s answer, with a
        `WorkerLostError` when the worker or the engine has gone, or with what went wrong.

        Raises:
            EngineError: the engine was closed; `done` will not be called.
        """
        with self._lock:
            if self._closed or self._loop is None:
                raise EngineError(N_("The engine is not there."))
            waiting = asyncio.run_coroutine_threadsafe(
                self._train(worker, part, (part, experiment, start, chunks, rates)),
                self._loop,
            )
            self._parts[part] = _Part(worker, done, waiting)

    def command(self, worker: str, part: str, name: str) -> None:
        """Leave a command for a part that trains on `worker`, and return at once."""
        self._call(worker, task.command, part, name)

    def change_rate(self, worker: str, part: str, rate: float) -> None:
        """Leave a learning rate for a part that trains on `worker`, and return at once."""
        self._call(worker, task.change_rate, part, rate)

    def _call(self, worker: str, function: Callable[..., None], *arguments: Any) -> None:
        with self._lock:
            if self._closed or self._loop is None:
                return
            asyncio.run_coroutine_threadsafe(
                self._run_there(worker, function, arguments), self._loop
            )

    async def _train(self, worker: str, part: str, arguments: tuple[Any, ...]) -> None:
        """Submit a part and wait for its answer, in the client's thread."""

        # Pickled by value, so that a worker without this project fails instead of waiting for ever.
        def train_part(*arguments: Any) -> dict[str, Any]:
            from playground.engine import task

            return task.train_part(*arguments)

        if self._client is None or worker not in self._workers:
            self._finish(part, _lost())
            return
        future = self._client.submit(train_part, *arguments, workers=[worker], pure=False)
        answer: Answer
        try:
            answer = await future
        except KilledWorker:
            answer = _lost()
        except (CancelledError, OSError):
            answer = _lost()
            self._break()
        except Exception as error:  # noqa: BLE001 - whatever a part raised is its answer
            answer = error
        finally:
            # The scheduler and the worker keep the answer, 400 kB and more, as long as this lives.
            future.release()
        self._finish(part, answer)

    async def _run_there(
        self, worker: str, function: Callable[..., None], arguments: tuple[Any, ...]
    ) -> None:
        """Call a function in a worker's process, in the client's thread."""
        if self._client is not None:
            try:
                await self._client.run(function, *arguments, workers=[worker])
            except Exception:  # noqa: BLE001 - a worker that is lost is noticed elsewhere
                _log.info("Worker %s did not take %r", worker, arguments)

    def _finish(self, part: str, answer: Answer) -> None:
        with self._lock:
            entry = self._parts.pop(part, None)
        if entry is not None:
            _guarded(entry.done, answer)

    def _hear(self, event: tuple[float, Mapping[str, Any]]) -> None:
        """Take what a worker or the scheduler tells, in the client's thread."""
        _, told = event
        if self._closed:
            return
        if "workers" in told:
            self._set_workers(told)
        else:
            _guarded(self._on_event, told["run"], told["event"])

    def _set_workers(self, told: Mapping[str, Any]) -> None:
        workers = frozenset(told["workers"])
        with self._lock:
            if self._closed or told["version"] <= self._workers_version:
                return
            self._workers, self._workers_version = workers, told["version"]
            # A task of a worker that left politely would wait for its return for ever.
            gone = [name for name, part in self._parts.items() if part.worker not in workers]
            lost = [self._parts.pop(name) for name in gone]
        for part in lost:
            part.waiting.cancel()
            _guarded(part.done, _lost())
        _guarded(self._on_workers)

    def _break(self) -> None:
        """Give the engine up: the connection to it is not what it was."""
        self._workers = frozenset()
        self._process.kill()


def _lost() -> WorkerLostError:
    return WorkerLostError(
        message(N_("The process that trained this run ended before the run did."))
    )


async def _running_loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


def _guarded(callback: Callable[..., None], *arguments: Any) -> None:
    """Call back; an error there is logged and does not end the client's thread."""
    try:
        callback(*arguments)
    except Exception:  # noqa: BLE001 - it is a bug, whatever it is
        _log.exception("A callback failed")

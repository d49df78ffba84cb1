"""One running engine: the connection to it, and the segments of runs that it trains.

A connection that breaks is not mended: the engine is given up, and each segment is said to be lost.
Where the engine is, whether another is started, and what becomes of the runs, others decide.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent import futures
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import dask
from distributed import Client, Future, KilledWorker

from playground.core.errors import (
    EngineError,
    EngineStartError,
    SchedulerError,
    WorkerLeftError,
    WorkerLostError,
)
from playground.core.message import N_, Message, message
from playground.core.private_use import say_what_has_changed
from playground.engine import task
from playground.engine.dask_private import PAGES, connection_of, fetch_once, measure_steadily
from playground.engine.plugin import WorkersPlugin, latest_workers
from playground.jobs.contact import Contact

WATCH: Final = 0.5
"""Seconds between two looks at whether the connection holds."""

FETCH_PAUSES: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between attempts to fetch an answer from a worker that cannot be reached."""

Answer: TypeAlias = dict[str, Any] | Exception

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Segment:
    """A segment of a run that a worker has."""

    worker: str
    done: Callable[[Answer], None]
    waiting: futures.Future[None]


class Engine:
    """A client of a scheduler, wherever that is.

    Args:
        contact: where it is; the engine closes it.
        on_event: called with a segment's name and its next event.
        on_workers: called after `workers` has changed.

    Both are called from the client's own thread: they may take a lock, but may not wait for
    anything that the engine does.
    """

    def __init__(
        self,
        contact: Contact,
        on_event: Callable[[str, Mapping[str, Any]], None],
        on_workers: Callable[[], None],
    ) -> None:
        self._contact = contact
        self._on_event = on_event
        self._on_workers = on_workers
        self._lock = threading.Lock()
        self._segments: dict[str, _Segment] = {}
        self._closed = False
        self._client: Client | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._workers: frozenset[str] = frozenset()
        self._left: frozenset[str] = frozenset()
        self._silent: frozenset[str] = frozenset()
        self._death: str | None = None
        self._is_one_coming = False
        self._workers_version = 0
        self._watching: futures.Future[None] | None = None
        # Several applications may share a scheduler, and one may connect to it again.
        self._topic = f"playground-{secrets.token_hex(8)}"

    @property
    def workers(self) -> frozenset[str]:
        """The addresses of the workers that may be given runs now."""
        return self._workers

    @property
    def silent(self) -> frozenset[str]:
        """The addresses of those that have given no sign of life for some seconds."""
        return self._silent & self._workers

    @property
    def death(self) -> str | None:
        """Why a worker died last: `memory` if the system killed it for want of memory, else `unknown`."""
        return self._death

    @property
    def trouble(self) -> Message | None:
        """Why nothing can train although the engine is there."""
        is_there = self._workers_version > 0 and not self._closed and not self._is_one_coming
        return self._contact.idle if is_there and not self._workers else None

    def open(self) -> None:
        """Wait until the engine can be reached, and connect to it.

        Raises:
            EngineStartError: it cannot be reached.
        """
        address = self._contact.find()
        if self._closed:
            raise EngineStartError(N_("The application left before the engine was ready."))
        dask.config.set(
            {
                # A large network's checkpoint travels with its run; that is meant.
                "distributed.admin.large-graph-warning-threshold": "1GB",
                # The plugin tells who is there; the client need not ask every two seconds.
                "distributed.client.scheduler-info-interval": "60s",
            }
        )
        logging.getLogger("distributed.client").addFilter(_is_news)
        say_what_has_changed(PAGES)
        measure_steadily()
        client = Client(address.scheduler, security=address.security, set_as_default=False)
        self._loop = client.sync(_running_loop)
        self._client = client
        self._watching = asyncio.run_coroutine_threadsafe(self._watch(client), self._loop)
        client.subscribe_topic(self._topic, self._hear)
        try:
            client.register_plugin(WorkersPlugin(self._topic, client.id))
        except ImportError as error:
            raise SchedulerError(
                message(
                    N_(
                        "The scheduler at {address} does not have this playground ({reason}). "
                        "Start it in the playground's folder."
                    ),
                    address=address.scheduler,
                    reason=str(error),
                )
            ) from error
        self._set_workers(client.run_on_scheduler(latest_workers, self._topic))

    def wait(self) -> None:
        """Wait until the engine has ended, or the connection to it."""
        self._contact.wait()

    def kill(self) -> None:
        """Give the engine up at once; its process is ended if it is ours."""
        self._contact.give_up()

    def close(self) -> None:
        """End the engine, if it has not ended, and say of each segment that it was lost."""
        with self._lock:
            self._closed = True
            self._workers = frozenset()
            lost = list(self._segments.values())
            self._segments.clear()
        for segment in lost:
            segment.waiting.cancel()
            segment.done(_lost())
        if self._watching is not None:
            self._watching.cancel()
        if self._client is not None:
            with suppress(Exception):  # the connection may have broken in any way
                self._client.close(timeout=2)
        self._contact.close()

    def train(
        self,
        worker: str,
        segment: str,
        experiment: dict[str, Any],
        start: bytes | None,
        chunks: int | None,
        rates: Sequence[task.Rate],
        done: Callable[[Answer], None],
    ) -> None:
        """Hand a segment of a run to `worker` and return at once.

        `done` is called once, from another thread: with `task.train_segment`'s answer, with a
        `WorkerLostError` when the worker or the engine has gone, with a `WorkerLeftError` when it
        was being replaced and never began, or with what went wrong.

        Raises:
            EngineError: the engine was closed; `done` will not be called.
        """
        with self._lock:
            if self._closed or self._loop is None:
                raise EngineError(N_("The engine is not there."))
            waiting = asyncio.run_coroutine_threadsafe(
                self._train(
                    worker, segment, (self._topic, segment, experiment, start, chunks, rates)
                ),
                self._loop,
            )
            self._segments[segment] = _Segment(worker, done, waiting)

    def command(self, worker: str, segment: str, name: str) -> None:
        """Leave a command for a segment that trains on `worker`, and return at once."""
        self._call(worker, task.command, segment, name)

    def abandon(self, segment: str) -> None:
        """Wait no more for a segment: `done` is not called, and its worker stops it when it notices."""
        with self._lock:
            entry = self._segments.pop(segment, None)
        if entry is not None:
            entry.waiting.cancel()

    def change_rate(self, worker: str, segment: str, rate: float) -> None:
        """Leave a learning rate for a segment that trains on `worker`, and return at once."""
        self._call(worker, task.change_rate, segment, rate)

    def prepare(self, worker: str, experiment: dict[str, Any]) -> None:
        """Let `worker` compile the network of an experiment, and return at once."""
        self._call(worker, task.prepare, experiment)

    def call_worker(self, worker: str, name: str, arguments: tuple[Any, ...], limit: float) -> Any:  # noqa: ANN401
        """Have `worker` call a function of `playground.engine.lab` and return its answer.

        The worker answers beside what it trains. This waits, and so may not be called from the
        client's own thread.

        Args:
            worker: its address.
            name: of the function.
            arguments: for it, plain data.
            limit: seconds after which an answer is not waited for.

        Raises:
            EngineError: the worker is not there, or did not answer in time.
        """

        # Pickled by value, like the segments of runs. In a thread of its own, so that the worker's loop,
        # which passes on what the run tells, does not stand still.
        async def answer(name: str, arguments: tuple[Any, ...]) -> Any:  # noqa: ANN401
            import asyncio

            from playground.engine import lab

            return await asyncio.to_thread(getattr(lab, name), *arguments)

        client, loop = self._client, self._loop
        if self._closed or client is None or loop is None:
            raise EngineError(N_("The engine is not there."))

        async def run() -> Any:  # noqa: ANN401
            return await client.run(answer, name, arguments, workers=[worker])

        asking = asyncio.run_coroutine_threadsafe(run(), loop)
        try:
            return asking.result(limit)[worker]
        except TimeoutError as error:
            asking.cancel()
            raise EngineError(
                message(
                    N_("The worker did not answer in {seconds} seconds. Try it again."),
                    seconds=round(limit),
                )
            ) from error
        except (OSError, CancelledError, KeyError) as error:
            raise _lost() from error

    def _call(self, worker: str, function: Callable[..., None], *arguments: Any) -> None:
        with self._lock:
            if self._closed or self._loop is None:
                return
            asyncio.run_coroutine_threadsafe(
                self._run_there(worker, function, arguments), self._loop
            )

    async def _train(self, worker: str, segment: str, arguments: tuple[Any, ...]) -> None:
        """Submit a segment and wait for its answer, in the client's thread."""

        # Pickled by value, so that a worker without this project fails instead of waiting for ever.
        def train_segment(*arguments: Any) -> dict[str, Any]:
            from playground.engine import task

            return task.train_segment(*arguments)

        if self._client is None or worker not in self._workers:
            self._finish(segment, self._lost_on(worker))
            return
        future = self._client.submit(train_segment, *arguments, workers=[worker], pure=False)
        answer: Answer
        try:
            answer = await self._fetch(self._client, future)
        except KilledWorker:
            answer = _lost()
        except (CancelledError, OSError):
            answer = _lost()
            self._break()
        except Exception as error:  # noqa: BLE001 - whatever a segment raised is its answer
            answer = error
        finally:
            # The scheduler and the worker keep the answer, 400 kB and more, as long as this lives.
            future.release()
        self._finish(segment, answer)

    async def _fetch(self, client: Client, future: Future[Any]) -> dict[str, Any]:
        """Wait until a segment is over and return its answer.

        Raises:
            EngineError: the answer cannot be fetched.
            Exception: what the segment raised.
        """
        error = await future.exception()
        if error is not None:
            raise error
        if future.status != "finished":
            raise CancelledError
        for pause in (*FETCH_PAUSES, None):
            answer = await fetch_once(client, future)
            if answer is not None:
                return dict(answer)
            if pause is not None:
                _log.warning("An answer cannot be fetched; tried again in %.0f seconds", pause)
                await asyncio.sleep(pause)
        raise EngineError(
            N_(
                "The process that trained this run cannot be reached, so its result was lost. Is the "
                "server's clock right?"
            )
        )

    async def _run_there(
        self, worker: str, function: Callable[..., None], arguments: tuple[Any, ...]
    ) -> None:
        """Call a function in a worker's process, in the client's thread."""
        if self._client is not None:
            try:
                await self._client.run(function, *arguments, workers=[worker])
            except Exception:  # noqa: BLE001 - a worker that is lost is noticed elsewhere
                _log.info("Worker %s did not take %r", worker, arguments)

    def _finish(self, segment: str, answer: Answer) -> None:
        with self._lock:
            entry = self._segments.pop(segment, None)
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
            self._left, self._silent = frozenset(told["left"]), frozenset(told["silent"])
            self._death, self._is_one_coming = told["death"], told["is_one_coming"]
            # A task of a worker that left politely would wait for its return for ever.
            gone = [
                name for name, segment in self._segments.items() if segment.worker not in workers
            ]
            lost = [self._segments.pop(name) for name in gone]
        for segment in lost:
            segment.waiting.cancel()
            _guarded(segment.done, self._lost_on(segment.worker))
        _guarded(self._on_workers)

    def _lost_on(self, worker: str) -> WorkerLostError:
        """Return what to say of a segment whose worker has gone."""
        return _lost(WorkerLeftError if worker in self._left else WorkerLostError)

    async def _watch(self, client: Client) -> None:
        """Give the engine up when the connection breaks or no worker comes, in the client's thread.

        The client would connect again by itself, to a scheduler that may not know our topic.
        """
        try:
            stands = connection_of(client)
            last_seen = time.monotonic()
            while stands():
                await asyncio.sleep(WATCH)
                patience = self._contact.patience
                if self._workers or patience is None:
                    last_seen = time.monotonic()
                elif time.monotonic() - last_seen > patience:
                    _log.error("The engine has had no worker for %.0f seconds", patience)
                    break
        except Exception:  # noqa: BLE001 - nobody reads what this task raises
            _log.exception("The connection to the engine is not watched any more")
        if not self._closed:
            self._break()

    def _break(self) -> None:
        """Give the engine up: the connection to it is not what it was."""
        self._workers = frozenset()
        self._contact.give_up()


def _lost(kind: type[WorkerLostError] = WorkerLostError) -> WorkerLostError:
    return kind(message(N_("The process that trained this run ended before the run did.")))


def _is_news(record: logging.LogRecord) -> bool:
    """Leave out what the client says of an attempt to connect again that we broke off."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


async def _running_loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


def _guarded(callback: Callable[..., None], *arguments: Any) -> None:
    """Call back; an error there is logged and does not end the client's thread."""
    try:
        callback(*arguments)
    except Exception:  # noqa: BLE001 - it is a bug, whatever it is
        _log.exception("A callback failed")

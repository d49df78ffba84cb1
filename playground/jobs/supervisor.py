"""Keeps an engine at hand: starts it or connects to it, again when it is lost, and says when it cannot."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from playground.core.errors import EngineError, EngineSettingsError, SchedulerError
from playground.core.message import N_, Message, message
from playground.engine.task import Rate
from playground.jobs.contact import contact_from_environment
from playground.jobs.engine import Answer, Engine

LONGEST_WAIT: Final = 30
"""Seconds between two attempts to start, at most."""

STEADY: Final = 60.0
"""Seconds after which an engine counts as one that works."""

_log: Final = logging.getLogger(__name__)


class EngineSupervisor:
    """Knows the engine that is there now, whichever it is.

    Args:
        on_event: called with a segment's name and its next event.
        on_change: called when `workers` or `trouble` has changed.

    Both are called from threads of their own.
    """

    def __init__(
        self, on_event: Callable[[str, Mapping[str, Any]], None], on_change: Callable[[], None]
    ) -> None:
        self._on_event = on_event
        self._on_change = on_change
        self._engine: Engine | None = None
        self._trouble: Message | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="engine-supervisor", daemon=True)

    def start(self) -> None:
        """Begin to start the processes; `on_change` says when they are there."""
        self._thread.start()

    def close(self) -> None:
        """End the processes and wait until the engine's own has left."""
        self._closing.set()
        engine = self._engine
        if engine is not None:
            engine.close()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def workers(self) -> frozenset[str]:
        """The addresses of the workers that are there now."""
        engine = self._engine
        return frozenset() if engine is None else engine.workers

    @property
    def silent(self) -> frozenset[str]:
        """The addresses of those that have given no sign of life for some seconds."""
        engine = self._engine
        return frozenset() if engine is None else engine.silent

    @property
    def death(self) -> str | None:
        """Why a worker died last; see `Engine.death`."""
        engine = self._engine
        return None if engine is None else engine.death

    @property
    def trouble(self) -> Message | None:
        """Why nothing can train now, if that is more than a young engine's taking its time."""
        engine = self._engine
        if engine is None:
            return self._trouble
        return None if engine.workers else engine.trouble or self._trouble

    def train(
        self,
        worker: str,
        segment: str,
        experiment: dict[str, Any],
        start: bytes | None,
        chunks: int | None,
        rates: Sequence[Rate],
        done: Callable[[Answer], None],
    ) -> None:
        """Hand a segment of a run to `worker`; see `Engine.train`.

        Raises:
            EngineError: there is no engine; `done` will not be called.
        """
        engine = self._engine
        if engine is None:
            raise EngineError(N_("The engine is not there."))
        engine.train(worker, segment, experiment, start, chunks, rates, done)

    def command(self, worker: str, segment: str, name: str) -> None:
        """Leave a command for a segment that trains on `worker`."""
        engine = self._engine
        if engine is not None:
            engine.command(worker, segment, name)

    def abandon(self, segment: str) -> None:
        """Wait no more for a segment that a worker has; see `Engine.abandon`."""
        engine = self._engine
        if engine is not None:
            engine.abandon(segment)

    def change_rate(self, worker: str, segment: str, rate: float) -> None:
        """Leave a learning rate for a segment that trains on `worker`."""
        engine = self._engine
        if engine is not None:
            engine.change_rate(worker, segment, rate)

    def prepare(self, worker: str, experiment: dict[str, Any]) -> None:
        """Let `worker` compile the network of an experiment that may be asked for."""
        engine = self._engine
        if engine is not None:
            engine.prepare(worker, experiment)

    def call_worker(self, worker: str, name: str, arguments: tuple[Any, ...], limit: float) -> Any:  # noqa: ANN401
        """Have `worker` answer a short question; see `Engine.call_worker`.

        Raises:
            EngineError: there is no engine, or no answer.
        """
        engine = self._engine
        if engine is None:
            raise EngineError(N_("The engine is not there."))
        return engine.call_worker(worker, name, arguments, limit)

    def _keep(self) -> None:
        """Start an engine, wait for its end, and start the next unless we are leaving."""
        failed = lost = 0  # starts in a row that failed, and engines in a row that soon ended
        while not self._closing.is_set():
            error: Exception | None = None
            try:
                lasted = self._run_once()
            except Exception as caught:  # noqa: BLE001 - whatever it was: say it and try again
                error, failed = caught, failed + 1
                if not self._closing.is_set():
                    _log_failure(error)
            else:
                failed, lost = 0, 0 if lasted > STEADY else lost + 1
            if self._closing.is_set():
                return
            pause = min(LONGEST_WAIT, 2 ** (failed + max(0, lost - 1)) - 1)
            if error is not None:
                self._trouble = _not_started(error, failed, pause)
            self._on_change()
            self._closing.wait(pause)

    def _run_once(self) -> float:
        """Run an engine to its end and return how many seconds it could be reached."""
        contact = contact_from_environment()
        engine = Engine(contact, self._on_event, self._on_change)
        self._engine = engine
        if self._closing.is_set():
            engine.kill()
        try:
            engine.open()
            ready = time.monotonic()
            engine.wait()
            self._trouble = contact.lost
            return time.monotonic() - ready
        finally:
            engine.kill()
            engine.close()


def _log_failure(error: Exception) -> None:
    if isinstance(error, (EngineSettingsError, SchedulerError)):
        _log.error("There is no engine: %s", error)
    else:
        _log.error("The engine did not start", exc_info=error)


def _not_started(error: Exception, attempts: int, pause: int) -> Message:
    if isinstance(error, EngineSettingsError):
        return error.message
    if isinstance(error, SchedulerError):
        return message(
            N_("{reason} It is tried again, and runs wait in the queue until then."),
            reason=error.message,
        )
    if attempts == 1:
        return message(
            N_(
                "The processes that train did not start; the server's log says why. They are "
                "being started again, and runs wait in the queue until then."
            )
        )
    return message(
        N_(
            "The processes that train did not start in {attempts} attempts; the server's log says "
            "why. The next attempt begins within {pause} seconds, and runs wait in the queue until "
            "then."
        ),
        attempts=attempts,
        pause=pause,
    )

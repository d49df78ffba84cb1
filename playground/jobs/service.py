"""Everything a page can ask of training: begin, pause, continue, step, stop, look, listen.

One service lives in a server process, whatever sessions come and go. It keeps the queue: a worker
gets one run at a time, in the order in which they were asked for.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
from collections import deque
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from playground.core.catalogue import quote
from playground.core.errors import EngineError, PlaygroundError, WorkerLostError
from playground.core.events import from_wire
from playground.core.experiment import Experiment
from playground.core.message import N_, Message, message
from playground.core.run import Ending, RunState, RunView
from playground.jobs.engine import Answer
from playground.jobs.keeper import Keeper
from playground.jobs.record import Bell, RunRecord

KEPT_RUNS: Final = 60
"""Runs that are over and still remembered; the oldest go first."""

MOST_RESTARTS: Final = 3
"""How often a run is taken up again after its worker died; then the run itself is the likely cause,
and it ends as failed, without a reason."""

KEPT_PAUSED: Final = 24
"""Runs that may be paused at a time; the oldest are stopped. A large network's keeps 50 MB."""

_log: Final = logging.getLogger(__name__)


class UnknownRunError(PlaygroundError):
    """A link names a run that is not here."""

    def __init__(self, run: str) -> None:
        super().__init__(
            message(
                N_(
                    "The link names the run {run}, which this server does not have (it may have "
                    "been restarted since). The settings in the link still hold: press Train."
                ),
                run=quote(run),
            )
        )


class TrainingService:
    """The runs of this server. Every method may be called from any thread; none waits for a worker."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: dict[str, RunRecord] = {}
        self._queue: deque[str] = deque()
        self._bell = Bell()
        self._keeper = Keeper(self._on_event, self._on_change)

    def start(self) -> None:
        """Begin to start the engine; runs may be asked for at once."""
        self._keeper.start()

    def close(self) -> None:
        """End the engine and with it whatever trains."""
        self._keeper.close()

    @property
    def is_ready(self) -> bool:
        """Whether there is a worker at all; a young server's are still starting."""
        return bool(self._keeper.workers)

    @property
    def trouble(self) -> Message | None:
        """Why nothing can train now, for people to read; None while all is well or still starting."""
        return self._keeper.trouble

    def begin(self, experiment: Experiment, *, chunks: int | None = None) -> str:
        """Queue a new run and return its id.

        Args:
            experiment: what to train.
            chunks: pause by itself after so many chunks.
        """
        with self._lock:
            record = RunRecord(id=secrets.token_hex(4), experiment=experiment, chunks=chunks)
            self._records[record.id] = record
            self._tidy()
            self._enqueue(record)
            return record.id

    def resume(self, run: str, *, chunks: int | None = None) -> None:
        """Go on with a run that is paused or about to pause; any other is left as it is.

        Args:
            run: its id.
            chunks: pause by itself after so many more chunks.

        Raises:
            UnknownRunError: there is no such run.
        """
        with self._lock:
            record = self._record(run)
            if record.state is RunState.PAUSED:
                record.chunks = chunks
                self._enqueue(record)
            elif record.will_pause:
                record.chunks = chunks
                if record.worker is not None:
                    record.wanted = "resume"

    def pause(self, run: str) -> None:
        """Pause a run after the chunk that trains now; the worker is free for others then.

        Raises:
            UnknownRunError: there is no such run.
        """
        with self._lock:
            record = self._record(run)
            if record.state is RunState.QUEUED:
                self._leave_queue(record)
                self._change(record, RunState.PAUSED)
            elif record.worker is not None and record.wanted != "stop":
                record.wanted = "pause"
                self._keeper.command(record.worker, record.part_name, "pause")

    def stop(self, run: str) -> None:
        """End a run after the chunk that trains now; one that does not train ends at once.

        Raises:
            UnknownRunError: there is no such run.
        """
        with self._lock:
            record = self._record(run)
            if record.worker is not None:
                record.wanted = "stop"
                self._keeper.command(record.worker, record.part_name, "stop")
            elif not record.state.is_over:
                if record.state is RunState.QUEUED:
                    self._leave_queue(record)
                self._end(record, _stopped(record.view(0)))

    def view(self, run: str) -> RunView:
        """Return a run as it is now.

        Raises:
            UnknownRunError: there is no such run.
        """
        with self._lock:
            record = self._record(run)
            queued = record.state is RunState.QUEUED
            return record.view(ahead=self._queue.index(run) if queued else 0)

    def probabilities(self, run: str) -> NDArray[np.float32] | None:
        """Return what the run's latest weights say of the test pictures, float32 (10000, 10).

        Raises:
            UnknownRunError: there is no such run.
        """
        with self._lock:
            return self._record(run).probabilities

    async def follow(self, run: str, silence: float) -> AsyncIterator[RunView]:
        """Yield the run as it is, and again at every change, until it is over.

        Without a change it is yielded again after `silence` seconds, so that a listener who has
        gone is noticed.

        Raises:
            UnknownRunError: there is no such run.
        """
        changed = self._bell.listen(run)
        try:
            while True:
                changed.clear()
                view = self.view(run)
                yield view
                if view.state.is_over:
                    return
                try:
                    await asyncio.wait_for(changed.wait(), silence)
                except TimeoutError:
                    continue
        finally:
            self._bell.leave(run, changed)

    def _record(self, run: str) -> RunRecord:
        try:
            return self._records[run]
        except KeyError:
            raise UnknownRunError(run) from None

    def _enqueue(self, record: RunRecord, *, in_front: bool = False) -> None:
        if in_front:
            self._queue.appendleft(record.id)
        else:
            self._queue.append(record.id)
        self._change(record, RunState.QUEUED)
        self._dispatch()

    def _leave_queue(self, record: RunRecord) -> None:
        self._queue.remove(record.id)
        self._ring_queue()

    def _dispatch(self) -> None:
        """Hand waiting runs to free workers."""
        busy = {record.worker for record in self._records.values()}
        for worker in sorted(self._keeper.workers - busy):
            if not self._queue:
                break
            record = self._records[self._queue[0]]
            record.part += 1
            try:
                self._keeper.train(
                    worker,
                    record.part_name,
                    record.experiment.to_dict(),
                    record.checkpoint,
                    record.chunks,
                    partial(self._on_done, record, record.part),
                )
            except EngineError:  # it has just gone: `_on_change` comes when there is another
                break
            self._queue.popleft()
            record.worker, record.wanted = worker, None
            self._change(record, RunState.RUNNING)
        self._ring_queue()

    def _ring_queue(self) -> None:
        """Wake all who wait for a worker: their place has changed, or their hope."""
        for run in self._queue:
            self._bell.ring(run)

    def _on_event(self, part_name: str, values: Mapping[str, Any]) -> None:
        run = part_name.partition("/")[0]
        with self._lock:
            record = self._records.get(run)
            if record is None or record.worker is None or record.part_name != part_name:
                return
            if values["kind"] == "look":
                record.look(values)
            elif record.add(from_wire(values)):
                self._bell.ring(run)

    def _on_change(self) -> None:
        with self._lock:
            self._dispatch()

    def _on_done(self, record: RunRecord, part: int, answer: Answer) -> None:
        with self._lock:
            if record.worker is None or record.part != part:
                return
            record.worker = None
            if isinstance(answer, dict):
                self._take(record, answer)
            elif isinstance(answer, WorkerLostError):
                self._take_up_again(record)
            elif isinstance(answer, PlaygroundError):
                self._fail(record, answer.message)
            else:
                _log.error("Run %s failed", record.id, exc_info=answer)
                self._fail(record, _unforeseen(answer))
            self._dispatch()

    def _take(self, record: RunRecord, answer: dict[str, Any]) -> None:
        """File what a part of a run brought; its own list of events is whole, whatever was heard."""
        record.events[record.saved_events :] = map(from_wire, answer["events"])
        record.probabilities = answer["probabilities"]
        record.looked_at = record.view(0).position
        record.checkpoint = answer["checkpoint"]
        record.saved_events = len(record.events)
        if answer["ending"] is not None:
            self._end(record, Ending.from_dict(answer["ending"]))
        elif record.wanted == "stop":
            self._end(record, _stopped(record.view(0)))
        elif record.wanted == "resume":
            self._enqueue(record, in_front=True)
        else:
            self._change(record, RunState.PAUSED)

    def _take_up_again(self, record: RunRecord) -> None:
        """Queue a run whose worker died, from where it was last saved."""
        del record.events[record.saved_events :]
        record.restarts += 1
        if record.wanted == "stop":
            self._end(record, _stopped(record.view(0)))
        elif record.restarts > MOST_RESTARTS:
            self._fail(record, None)
        elif record.wanted == "pause":
            self._change(record, RunState.PAUSED)
        else:
            self._enqueue(record, in_front=True)

    def _fail(self, record: RunRecord, reason: Message | None) -> None:
        _log.error("Run %s failed: %s", record.id, reason or "its worker died again and again")
        done = record.view(0).epochs_done
        self._end(record, Ending(state=RunState.FAILED, epochs_done=done, reason=reason))

    def _end(self, record: RunRecord, ending: Ending) -> None:
        record.ending = ending
        record.checkpoint = None
        self._change(record, ending.state)

    def _change(self, record: RunRecord, state: RunState) -> None:
        record.state = state
        self._bell.ring(record.id)

    def _tidy(self) -> None:
        """Stop the oldest of too many paused runs, and forget the oldest of those that are over."""
        records = list(self._records.values())
        paused = [record for record in records if record.state is RunState.PAUSED]
        for record in paused[: max(0, len(paused) - KEPT_PAUSED)]:
            self._end(record, _stopped(record.view(0)))
        over = [record.id for record in records if record.state.is_over]
        for run in over[: max(0, len(over) - KEPT_RUNS)]:
            del self._records[run]


def _unforeseen(error: Exception) -> Message:
    """Return what can be said of an error that is our mistake; the log has the rest."""
    return message(N_("An error that nobody foresaw: {error}."), error=type(error).__name__)


def _stopped(view: RunView) -> Ending:
    """Return the ending of a run that is stopped while nothing trains it."""
    test, chunks = view.last_test, view.chunks
    unfinished = bool(chunks) and chunks[-1].epoch > view.epochs_done
    return Ending(
        state=RunState.STOPPED,
        epochs_done=view.epochs_done,
        step=chunks[-1].step if unfinished else 0,
        test_loss=test.val_loss if test else None,
        test_accuracy=test.val_accuracy if test else None,
    )

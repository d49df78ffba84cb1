"""Which worker trains which run, and what becomes of a run from the queue to its end.

A worker gets one run at a time; who waits is in the `FairQueue`. Who may ask for what, and for which
runs there is room, is decided elsewhere (`service.py`).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, Final

from playground.core.errors import (
    CheckpointError,
    EngineError,
    PlaygroundError,
    StoreError,
    WorkerLeftError,
    WorkerLostError,
)
from playground.core.events import from_wire
from playground.core.experiment import Experiment
from playground.core.message import N_, Message, message
from playground.core.run import Ending, News, RunState, RunView
from playground.core.sentences import describe_deaths
from playground.jobs.allowance import Allowances
from playground.jobs.archive import Archive
from playground.jobs.compiled import CompiledNetworks
from playground.jobs.engine import Answer
from playground.jobs.journal import PROGRESS, SOON
from playground.jobs.notifier import ChangeNotifier
from playground.jobs.paused import given_up
from playground.jobs.questions import Questions
from playground.jobs.record import RunRecord, now
from playground.jobs.slices import bytes_in_memory, is_to_be_written
from playground.jobs.supervisor import EngineSupervisor
from playground.jobs.turns import Turns

MOST_RESTARTS: Final = 3
"""How often a run is taken up again after its worker died; then the run itself is the likely cause,
and it ends as failed."""

SILENT: Final = N_(
    "A process that trains has given no sign of life for some seconds. Its run waits for it and goes "
    "on when it is back; Stop ends the run at once."
)

_log: Final = logging.getLogger(__name__)


class Dispatcher:
    """Hands runs to workers, and their events and answers to the archive.

    Every method that takes a record is used under `lock`; `expect` and `call_worker` take it themselves,
    and so does whatever the engine tells.

    Args:
        lock: the service's.
        archive: has the runs.
        notifier: wakes those who watch a run.
    """

    def __init__(self, lock: threading.RLock, archive: Archive, notifier: ChangeNotifier) -> None:
        self._lock = lock
        self._archive = archive
        self._notifier = notifier
        self._turns = Turns(archive)
        self._queue = self._turns.queue
        self._questions = Questions()
        self._compiled = CompiledNetworks()
        self._compilings = Allowances()
        self._supervisor = EngineSupervisor(self._on_event, self._on_workers)
        self._reader = ThreadPoolExecutor(2, thread_name_prefix="checkpoints")
        self._read: dict[str, bytes | None] = {}
        self._reading: set[str] = set()

    def start(self) -> None:
        """Begin to start the engine; runs may be queued at once."""
        self._supervisor.start()

    def close(self) -> None:
        """End the engine and with it whatever trains."""
        self._supervisor.close()
        self._reader.shutdown(wait=False, cancel_futures=True)

    @property
    def workers(self) -> frozenset[str]:
        """The addresses of the workers that are there now."""
        return self._supervisor.workers

    @property
    def trouble(self) -> Message | None:
        """Why nothing can train now, or why a run stands still, if that is so."""
        trouble = self._supervisor.trouble
        if trouble is None and (silent := self._supervisor.silent):
            with self._lock:
                if any(record.worker in silent for record in self._archive.in_memory):
                    return message(SILENT)
        return trouble

    # --- what is asked of a run --------------------------------------------------------------------

    def seconds(self, experiment: Experiment) -> float:
        """Return for how long an experiment is expected to train."""
        return self._turns.seconds(experiment)

    def seconds_left(self, record: RunRecord) -> float:
        """Return for how long a run is expected to train on."""
        return self._turns.seconds_left(record)

    def enqueue(self, record: RunRecord) -> None:
        """Let a run wait for a worker."""
        record.turn = self._queue.add(record.id, record.owner, record.address)
        self._change(record, RunState.QUEUED)
        self._dispatch()

    def hand_over(self, record: RunRecord, owner: str, address: str) -> None:
        """Make a run that waits or trains another person's."""
        record.owner, record.address = owner, address
        record.turn = self._queue.hand_over(record.id, owner, address)
        self.publish(record)
        self._notify_queue()

    def resume(self, record: RunRecord, chunks: int | None) -> None:
        """Go on with a run that is paused or about to pause; any other is left as it is."""
        if record.state is RunState.PAUSED:
            record.chunks, record.requested = chunks, None
            self.enqueue(record)
        elif record.will_pause:
            record.chunks = chunks
            if record.worker is not None:
                record.requested = "resume"

    def pause(self, record: RunRecord) -> None:
        """Pause a run after the chunk that trains now; one that waits leaves the queue."""
        if record.state is RunState.QUEUED:
            self._leave_queue(record)
            self._pause(record)
        elif record.worker is not None and record.requested != "stop":
            record.requested = "pause"
            self._supervisor.command(record.worker, record.segment_name, "pause")
            self.publish(record)

    def stop(self, record: RunRecord) -> None:
        """End a run after the chunk that trains now; one that does not train ends at once."""
        if record.worker in self._supervisor.silent:
            self._supervisor.abandon(record.segment_name)
            record.worker = None
            self._end(record, record.stopped())
        elif record.worker is not None:
            record.requested = "stop"
            self._supervisor.command(record.worker, record.segment_name, "stop")
            self.publish(record)
        elif not record.state.is_over:
            if record.state is RunState.QUEUED:
                self._leave_queue(record)
            self._end(record, record.stopped())

    def change_rate(self, record: RunRecord, rate: float) -> None:
        """Change a run's learning rate from its next chunk on.

        It may be about to leave its worker: the rate is asked for again until the run has told of it.
        """
        record.asked_rate = rate
        if record.worker is not None:
            self._supervisor.change_rate(record.worker, record.segment_name, rate)
        self.publish(record)

    def take_up(self, record: RunRecord) -> None:
        """Let a run of an earlier process go on as it would have gone on there."""
        # One that had given way may have trained further than to its checkpoint in the store.
        was_training = record.state is RunState.RUNNING
        is_behind = was_training or len(record.events) > record.saved_events
        if is_behind and record.state is not RunState.PAUSED:
            record.rewind()
        if record.requested == "stop":
            self._end(record, record.stopped())
        elif record.state is RunState.PAUSED or record.requested == "pause":
            self._pause(record)
        else:
            record.restarts += is_behind
            self.enqueue(record)

    def publish(self, record: RunRecord, within: float = SOON) -> None:
        """Let all who watch a run know that there is something new, and the store within so many seconds."""
        self._notifier.notify(record.id)
        self._archive.write_later(record.id, within)

    def view(self, record: RunRecord) -> RunView:
        """Return a run as it is now, with its place in the queue."""
        ahead, wait = self._place(record)
        return record.view(ahead=ahead, wait=wait)

    def news(self, record: RunRecord, after: int, restarts: int | None) -> News:
        """Return what is new of a run to somebody who knows so many events of so many restarts."""
        ahead, wait = self._place(record)
        return record.news(after=after, restarts=restarts, ahead=ahead, wait=wait)

    def _place(self, record: RunRecord) -> tuple[int, float]:
        """Return how many runs are in front of a waiting one, and the seconds until its turn."""
        if record.id not in self._queue:
            return 0, 0.0
        wait = self._turns.wait(record.id, len(self.workers))
        return self._queue.ahead_of(record.id), wait

    def notify_all(self) -> None:
        """Wake everybody: something is wrong with the server, or is right again."""
        self._notifier.notify_all()

    # --- what is asked of workers ------------------------------------------------------------------

    def expect(self, experiment: Experiment, visitor: str) -> None:
        """Let a free worker compile the network of `experiment`, which somebody may ask for next.

        Nothing happens while runs wait, if a free worker knows the network already, or if this
        visitor, or all together, have had much compiled just now.
        """
        with self._lock:
            free = self._free_workers()
            if self._queue or not free:
                return
            worker = self._compiled.best(free, experiment)
            if self._compiled.knows(worker, experiment) or not self._compilings.take(visitor):
                return
            self._compiled.add(worker, experiment)
        self._supervisor.prepare(worker, experiment.to_dict())

    def call_worker(self, name: str, arguments: tuple[Any, ...], by: str, limit: float) -> Any:  # noqa: ANN401
        """Return what a function of `playground.engine.lab` answers; unlike all others, this waits.

        Raises:
            EngineError: there is no worker yet, or none that answers.
            TooManyQuestionsError: this person has asked one already, or too many others have.
        """
        with self._questions.turn(by, limit):
            return self._call_first_worker(name, arguments, limit)

    def _call_first_worker(self, name: str, arguments: tuple[Any, ...], limit: float) -> Any:  # noqa: ANN401
        with self._lock:
            busy = {record.worker for record in self._archive.in_memory}
            workers = sorted(self._supervisor.workers, key=lambda worker: (worker in busy, worker))
        if not workers:
            raise EngineError(
                N_("The processes that train are not ready yet. Try it again in a few seconds.")
            )
        return self._supervisor.call_worker(workers[0], name, arguments, limit)

    # --- the queue ---------------------------------------------------------------------------------

    def _leave_queue(self, record: RunRecord) -> None:
        self._queue.leave(record.id)
        self._notify_queue()

    def _dispatch(self) -> None:
        """Hand waiting runs to free workers; one that the store has to be asked about is next, and late."""
        for run in list(self._queue.in_order()):
            record, free = self._archive.get(run), self._free_workers()
            if record is None or not free:
                break
            if not self._is_ready(record):
                continue
            if not self._hand_over(record, self._compiled.best(free, record.experiment)):
                break
        self._make_room()
        self._notify_queue()

    def _is_ready(self, record: RunRecord) -> bool:
        """Return whether it is known where a run goes on; else begin to ask the store."""
        if record.id in self._read or not self._archive.has_to_read_checkpoint(record):
            return True
        if record.id not in self._reading:
            self._reading.add(record.id)
            with suppress(RuntimeError):  # the server is about to end
                self._reader.submit(self._read_checkpoint, record)
        return False

    def _read_checkpoint(self, record: RunRecord) -> None:
        """Ask the store where a run goes on, in a thread beside all others."""
        checkpoint, is_away = None, False
        try:
            checkpoint = self._archive.checkpoint(record)
        except StoreError:  # the page says what is wrong with the store
            is_away = True
        except Exception:  # noqa: BLE001 - a bug; the run is worth more
            _log.exception("Where run %s stands cannot be read", record.id)
            is_away = True
        with self._lock:
            self._reading.discard(record.id)
            if record.id not in self._queue:
                return  # it was paused or stopped meanwhile
            if is_away:
                self._leave_queue(record)
                self._pause(record)
            else:
                self._read[record.id] = checkpoint
            self._dispatch()

    def _make_room(self) -> None:
        """Ask runs that have had their slice to give way to those that wait."""
        for record in self._turns.overdue(self._free_workers()):
            record.gives_way = True
            self._supervisor.command(str(record.worker), record.segment_name, "pause")

    def _free_workers(self) -> frozenset[str]:
        busy = {record.worker for record in self._archive.in_memory}
        return self._supervisor.workers - self._supervisor.silent - busy

    def _hand_over(self, record: RunRecord, worker: str) -> bool:
        """Give a run to a worker; return whether more can be given."""
        checkpoint = self._read.pop(record.id, record.checkpoint)
        if checkpoint is None and record.events:
            record.begin_again()
        record.segment += 1
        record.test = None
        try:
            self._supervisor.train(
                worker,
                record.segment_name,
                record.experiment.to_dict(),
                checkpoint,
                record.chunks,
                list(record.rates),
                partial(self._on_done, record, record.segment),
            )
        except EngineError:  # it has just gone: `_on_workers` comes when there is another
            return False
        self._queue.start(record.id)
        self._compiled.add(worker, record.experiment)
        record.worker, record.requested = worker, None
        record.gives_way = record.gave_way = False
        record.seconds_before = record.seconds
        if record.asked_rate is not None:
            self._supervisor.change_rate(worker, record.segment_name, record.asked_rate)
        record.started = record.started or now()
        self._change(record, RunState.RUNNING)
        return True

    # --- what the engine tells ---------------------------------------------------------------------

    def _on_event(self, segment_name: str, values: Mapping[str, Any]) -> None:
        run = segment_name.partition("/")[0]
        with self._lock:
            record = self._archive.get(run)
            if record is None or record.worker is None or record.segment_name != segment_name:
                return
            if values["kind"] == "snapshot":
                record.look(values)
                self._notifier.notify(run)
            elif record.add(from_wire(values)):
                self.publish(record, PROGRESS)
                self._make_room()

    def _on_workers(self) -> None:
        with self._lock:
            self._compiled.keep(self._supervisor.workers)
            self._dispatch()
        self.notify_all()

    def _on_done(self, record: RunRecord, segment: int, answer: Answer) -> None:
        with self._lock:
            if record.worker is None or record.segment != segment:
                return
            record.worker = None
            if isinstance(answer, dict):
                self._take(record, answer)
            elif isinstance(answer, WorkerLostError):
                self._take_up_again(record, has_died=not isinstance(answer, WorkerLeftError))
            elif isinstance(answer, CheckpointError):
                record.begin_again(answer.message)
                self._put_back(record)
            elif isinstance(answer, PlaygroundError):
                self._fail(record, answer.message)
            else:
                _log.error("Run %s failed", record.id, exc_info=answer)
                self._fail(record, _unforeseen(answer))
            self._dispatch()

    def _take(self, record: RunRecord, answer: dict[str, Any]) -> None:
        """File what a segment of a run brought; its own list of events is whole, whatever was heard."""
        record.rewind()
        for values in answer["events"]:
            event = from_wire(values)
            record.events.append(event)
            record.add_rate(event)
        record.keep(answer["artefacts"])
        record.test = answer["test"]
        if answer["ending"] is not None:
            self._turns.learn(record.view())
            self._end(record, Ending.from_dict(answer["ending"]))
        elif record.requested == "stop":
            self._end(record, record.stopped())
        elif record.gives_way and record.requested != "pause":
            self._give_way(record)
        elif record.requested == "resume":
            record.write_held()
            self._put_back(record)
        else:
            self._pause(record)

    def _give_way(self, record: RunRecord) -> None:
        """Let a run that has had its slice wait for its next turn."""
        record.gives_way, record.gave_way = False, True
        if is_to_be_written(record, bytes_in_memory(self._archive.in_memory)):
            record.write_held()
        self._queue.give_way(record.id)
        self._change(record, RunState.QUEUED)

    def _put_back(self, record: RunRecord) -> None:
        """Let a run wait that had a worker: in front of all who have as much."""
        self._queue.put_back(record.id)
        self._change(record, RunState.QUEUED)

    def _take_up_again(self, record: RunRecord, *, has_died: bool) -> None:
        """Queue a run whose worker died or left, from where it was last saved."""
        record.rewind()
        record.restarts += has_died
        if record.requested == "stop":
            self._end(record, record.stopped())
        elif record.restarts > MOST_RESTARTS:
            self._fail(record, describe_deaths(self._supervisor.death, record.restarts))
        elif record.requested == "pause":
            self._pause(record)
        else:
            self._put_back(record)

    def _fail(self, record: RunRecord, reason: Message) -> None:
        _log.error("Run %s failed: %s", record.id, reason)
        done = record.view().epochs_done
        self._end(record, Ending(state=RunState.FAILED, epochs_done=done, reason=reason))

    def _pause(self, record: RunRecord) -> None:
        """Let a run be paused, and give up one where there are too many."""
        self._queue.leave(record.id)
        record.write_held()
        self._change(record, RunState.PAUSED)
        paused = [it for it in self._archive.in_memory if it.state is RunState.PAUSED]
        paused.sort(key=lambda it: (it is record, it.created))  # what was paused just now goes last
        if (found := given_up(paused)) is not None:
            one_too_many, reason = found
            self._end(one_too_many, one_too_many.stopped(reason))

    def _end(self, record: RunRecord, ending: Ending) -> None:
        self._queue.leave(record.id)
        record.ending, record.ended = ending, now()
        record.asked_rate = None
        record.askers.clear()
        if ending.state is not RunState.FINISHED:
            record.forget_checkpoint()
        record.write_held()
        self._change(record, ending.state)

    def _change(self, record: RunRecord, state: RunState) -> None:
        record.state = state
        if state is not RunState.QUEUED:
            self._read.pop(record.id, None)
        record.gave_way = record.gave_way and state is RunState.QUEUED
        self.publish(record)

    def _notify_queue(self) -> None:
        """Wake all who wait for a worker: their place has changed, or the time until their turn."""
        self._notifier.notify(*self._queue.in_order())


def _unforeseen(error: Exception) -> Message:
    """Return what can be said of an error that is our mistake; the log has the rest."""
    return message(N_("An error that nobody foresaw: {error}."), error=type(error).__name__)

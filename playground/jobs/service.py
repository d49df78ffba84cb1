"""Everything a page can ask of training: begin, pause, continue, step, stop, look, listen.

One service lives in a server process, whatever sessions come and go. A worker gets one run at a time;
who waits is in the `FairQueue`, and what becomes of each run goes through the `Journal` to the store.
"""

from __future__ import annotations

import asyncio
import enum
import json
import logging
import secrets
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from playground.core import catalogue
from playground.core.confidence import Confidence
from playground.core.errors import (
    EngineError,
    PlaygroundError,
    RecordingError,
    StoreError,
    WorkerLostError,
)
from playground.core.events import from_wire
from playground.core.experiment import Experiment
from playground.core.message import N_, Message, message
from playground.core.recording import installed_versions
from playground.core.run import Ending, RunState, RunView
from playground.jobs.archive import Archive
from playground.jobs.engine import Answer
from playground.jobs.forecast import Forecast
from playground.jobs.keeper import Keeper
from playground.jobs.queue import FairQueue
from playground.jobs.record import Bell, RunRecord, now
from playground.jobs.refusals import refuse_too_many
from playground.jobs.warmth import Warmth
from playground.store import RunStore

MOST_RESTARTS: Final = 3
"""How often a run is taken up again after its worker died; then the run itself is the likely cause,
and it ends as failed, without a reason."""

KEPT_PAUSED: Final = 24
"""Runs that may be paused at a time; the oldest are stopped. A large network's keeps 50 MB."""

ANSWER_LIMIT: Final = 20.0
"""Seconds in which a worker has to answer a short question."""

_log: Final = logging.getLogger(__name__)


class Way(enum.Enum):
    """What came of asking for an experiment."""

    BEGUN = "begun"
    JOINED = "joined"
    """Someone is training just this; the run is followed."""
    REPLAYED = "replayed"
    """It was trained before; the run is shown as it was."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The run that shows an experiment, and how it came to be."""

    run: str
    way: Way


class TrainingService:
    """The runs of this server. Every method may be called from any thread; none waits for a worker.

    Args:
        open_store: opens the store in which runs outlive the process; without it nothing is kept.
    """

    def __init__(self, open_store: Callable[[], RunStore] | None = None) -> None:
        self._lock = threading.RLock()
        self._archive = Archive(self._lock, open_store, self._take_up, self._ring_all)
        self._queue = FairQueue()
        self._forecast = Forecast()
        self._warmth = Warmth()
        self._bell = Bell()
        self._versions = json.dumps(installed_versions(), sort_keys=True)
        self._keeper = Keeper(self._on_event, self._on_change)

    def start(self) -> None:
        """Take up what the store holds, and begin to start the engine; runs may be asked for at once."""
        self._archive.start()
        self._keeper.start()

    def close(self) -> None:
        """End the engine and with it whatever trains; the store keeps where each run stands."""
        self._archive.close()
        self._keeper.close()

    @property
    def is_ready(self) -> bool:
        """Whether there is a worker at all; a young server's are still starting."""
        return bool(self._keeper.workers)

    @property
    def trouble(self) -> tuple[Message, ...]:
        """Why nothing can train or be kept now, for people to read; empty while all is well."""
        return tuple(filter(None, (self._keeper.trouble, self._archive.trouble)))

    def ask(self, experiment: Experiment, owner: str = "") -> Asked:
        """Return a run that shows `experiment`: one that trains it, one that did, or a new one.

        Raises:
            TooManyRunsError: it would be a new one, and there are too many.
        """
        with self._lock:
            found = self._find(experiment, owner)
        if found is None and (stored := self._archive.look_up(experiment.key)) is not None:
            found = Asked(stored, Way.REPLAYED)
        with self._lock:
            # Others may have asked for the same meanwhile.
            found = found or self._find(experiment, owner)
            return found or Asked(self.begin(experiment, owner), Way.BEGUN)

    def find(self, experiment: Experiment) -> str | None:
        """Return a run that trains `experiment` or did, without asking for one."""
        with self._lock:
            record = self._archive.showing(experiment)
        return self._archive.look_up(experiment.key) if record is None else record.id

    def begin(self, experiment: Experiment, owner: str = "", *, chunks: int | None = None) -> str:
        """Queue a new run, whatever was trained before, and return its id.

        Args:
            experiment: what to train.
            owner: who may pause and stop it.
            chunks: pause by itself after so many chunks.

        Raises:
            TooManyRunsError: this person has too many already, or everyone together has.
        """
        with self._lock:
            refuse_too_many(self._archive.active, owner)
            record = self._new_record(experiment, owner)
            record.chunks = chunks
            self._enqueue(record)
            return record.id

    def expect(self, experiment: Experiment) -> None:
        """Let a free worker compile the network of `experiment`, which somebody may ask for next.

        Nothing happens while runs wait, or if a free worker knows the network already.
        """
        with self._lock:
            free = self._free_workers()
            if self._queue or not free:
                return
            worker = self._warmth.best(free, experiment)
            if self._warmth.knows(worker, experiment):
                return
            self._warmth.note(worker, experiment)
        self._keeper.prepare(worker, experiment.to_dict())

    def train_on(self, run: str, epochs: int, owner: str = "") -> str:
        """Queue a run that goes on where `run` ended, for so many more epochs, and return its id.

        It is the run that trains all those epochs from the start, to the last bit.

        Raises:
            UnknownRunError: there is no such run.
            RecordingError: where it ended has not been kept.
            TooManyRunsError: there are too many runs.
        """
        with self._lock:
            before = self._archive.record(run)
            checkpoint = self._archive.checkpoint(before)
            if before.state is not RunState.FINISHED or checkpoint is None:
                raise RecordingError(
                    N_(
                        "This run cannot be trained on: where it ended is not kept any more. Press "
                        "Train with more epochs."
                    )
                )
            refuse_too_many(self._archive.active, owner)
            total = min(before.view().epochs_done + epochs, int(catalogue.EPOCHS.high))
            record = self._new_record(before.experiment.with_(epochs=total, stop=None), owner)
            record.events = list(before.events)
            record.rates = list(before.rates)
            record.saved_events = len(record.events)
            record.keep_checkpoint(checkpoint)
            if before.probabilities is not None:
                record.keep_probabilities(before.probabilities)
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
            record = self._archive.record(run)
            if record.state is RunState.PAUSED:
                record.chunks, record.wanted = chunks, None
                record.turn = self._turn(record.owner)
                self._enqueue(record)
            elif record.will_pause:
                record.chunks = chunks
                if record.worker is not None:
                    record.wanted = "resume"

    def ask_lab(self, name: str, *arguments: Any, limit: float = ANSWER_LIMIT) -> Any:  # noqa: ANN401
        """Return what a function of `playground.engine.lab` answers; unlike all others, this waits.

        A worker that trains answers too, so nobody waits for a run to end.

        Args:
            name: of the function.
            arguments: for it, plain data.
            limit: seconds after which an answer is not waited for.

        Raises:
            EngineError: there is no worker yet, or none that answers.
        """
        with self._lock:
            busy = {record.worker for record in self._archive.in_memory}
            workers = sorted(self._keeper.workers, key=lambda worker: (worker in busy, worker))
        if not workers:
            raise EngineError(
                N_("The processes that train are not ready yet. Try it again in a few seconds.")
            )
        return self._keeper.ask(workers[0], name, arguments, limit)

    def change_rate(self, run: str, rate: float) -> None:
        """Change a run's learning rate from its next chunk on; one that is over is left as it is.

        It is no plain repetition of its experiment any more: who asks for the experiment from now
        on is not shown this run.

        Raises:
            UnknownRunError: there is no such run.
            ExperimentError: the rate is outside what the catalogue allows.
        """
        catalogue.LEARNING_RATE.check(rate)
        with self._lock:
            record = self._archive.record(run)
            if record.state.is_over:
                return
            if record.worker is None:
                record.asked_rate = rate
            else:
                self._keeper.change_rate(record.worker, record.part_name, rate)

    def pause(self, run: str) -> None:
        """Pause a run after the chunk that trains now; the worker is free for others then.

        A run that others have asked for as well goes on for them, and is theirs from here on.

        Raises:
            UnknownRunError: there is no such run.
        """
        with self._lock:
            record = self._archive.record(run)
            if self._is_left_to_others(record):
                return
            if record.state is RunState.QUEUED:
                self._leave_queue(record)
                self._change(record, RunState.PAUSED)
            elif record.worker is not None and record.wanted != "stop":
                record.wanted = "pause"
                self._keeper.command(record.worker, record.part_name, "pause")
                self._note(record)

    def stop(self, run: str) -> None:
        """End a run after the chunk that trains now; one that does not train ends at once.

        A run that others have asked for as well goes on for them, and is theirs from here on.

        Raises:
            UnknownRunError: there is no such run.
        """
        with self._lock:
            record = self._archive.record(run)
            if self._is_left_to_others(record):
                return
            if record.worker is not None:
                record.wanted = "stop"
                self._keeper.command(record.worker, record.part_name, "stop")
                self._note(record)
            elif not record.state.is_over:
                if record.state is RunState.QUEUED:
                    self._leave_queue(record)
                self._end(record, record.stopped())

    def view(self, run: str) -> RunView:
        """Return a run as it is now.

        Raises:
            UnknownRunError: there is no such run.
            StoreError: it may be in the store, which cannot be read now.
        """
        with self._lock:
            record = self._archive.record(run)
            if run not in self._queue:
                return record.view()
            return record.view(ahead=self._queue.ahead_of(run), wait=self._wait(run))

    def probabilities(self, run: str) -> NDArray[np.float32] | None:
        """Return what the run's latest weights say of the test pictures, float32 (10000, 10).

        Raises:
            UnknownRunError: there is no such run.
        """
        with self._lock:
            return self._archive.record(run).probabilities

    def confidence(self, run: str) -> Confidence | None:
        """Return what a run that is over thought of the test pictures after each epoch, if it is kept.

        Raises:
            UnknownRunError: there is no such run.
            StoreError: the store cannot be read now.
        """
        return self._archive.confidence(run)

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

    # --- runs asked for ----------------------------------------------------------------------------

    def _find(self, experiment: Experiment, owner: str) -> Asked | None:
        """Return a run in memory that shows `experiment` to `owner`, if there is one."""
        record = self._archive.showing(experiment)
        if record is None:
            return None
        if not record.state.is_active:
            return Asked(record.id, Way.REPLAYED)
        if owner not in (record.owner, *record.askers):
            record.askers.append(owner)
        return Asked(record.id, Way.JOINED)

    def _new_record(self, experiment: Experiment, owner: str) -> RunRecord:
        record = RunRecord(
            id=secrets.token_hex(4),
            experiment=experiment,
            owner=owner,
            turn=self._turn(owner),
            versions=self._versions,
        )
        self._archive.add(record)
        self._stop_long_paused()
        return record

    def _turn(self, owner: str) -> int:
        """Return the turn of a person's next run."""
        return self._queue.turn_after(
            max(
                (record.turn for record in self._archive.active if record.owner == owner), default=0
            )
        )

    def _is_left_to_others(self, record: RunRecord) -> bool:
        """Hand a run over to the next who asked for it; return whether there is anyone."""
        if not record.askers or not record.state.is_active:
            return False
        record.owner = record.askers.pop(0)
        self._change(record, record.state)
        return True

    # --- the queue ---------------------------------------------------------------------------------

    def _enqueue(self, record: RunRecord, *, in_front: bool = False) -> None:
        if in_front:
            self._queue.add_in_front(record.id, record.turn)
        else:
            self._queue.add(record.id, record.turn)
        self._change(record, RunState.QUEUED)
        self._dispatch()

    def _leave_queue(self, record: RunRecord) -> None:
        self._queue.remove(record.id)
        self._ring_queue()

    def _dispatch(self) -> None:
        """Hand waiting runs to free workers."""
        while (run := self._queue.first()) is not None and (free := self._free_workers()):
            record = self._archive.record(run)
            if not self._hand_over(record, self._warmth.best(free, record.experiment)):
                break
        self._ring_queue()

    def _free_workers(self) -> frozenset[str]:
        return self._keeper.workers - {record.worker for record in self._archive.in_memory}

    def _hand_over(self, record: RunRecord, worker: str) -> bool:
        """Give a run to a worker; return whether more can be given."""
        try:
            checkpoint = self._archive.checkpoint(record)
        except StoreError:  # the page says what is wrong with the store
            self._leave_queue(record)
            self._change(record, RunState.PAUSED)
            return True
        record.part += 1
        try:
            self._keeper.train(
                worker,
                record.part_name,
                record.experiment.to_dict(),
                checkpoint,
                record.chunks,
                list(record.rates),
                partial(self._on_done, record, record.part),
            )
        except EngineError:  # it has just gone: `_on_change` comes when there is another
            return False
        self._queue.take(record.id)
        self._warmth.note(worker, record.experiment)
        record.worker, record.wanted = worker, None
        if record.asked_rate is not None:
            self._keeper.change_rate(worker, record.part_name, record.asked_rate)
            record.asked_rate = None
        record.started = record.started or now()
        self._change(record, RunState.RUNNING)
        return True

    def _wait(self, run: str) -> float:
        """Return the seconds after which a waiting run is expected to start."""
        before = self._queue.in_order()
        ahead = [self._archive.record(other) for other in before[: before.index(run)]]
        training = [record for record in self._archive.in_memory if record.worker is not None]
        left = sum(self._seconds_left(record) for record in (*ahead, *training))
        return left / max(1, len(self._keeper.workers))

    def _seconds_left(self, record: RunRecord) -> float:
        view = record.view()
        epochs = max(0.0, record.experiment.epochs - view.position)
        if view.position > 0.5 and view.seconds > 0:
            return view.seconds / view.position * epochs
        return self._forecast.seconds(record.experiment, epochs)

    # --- what the engine tells ---------------------------------------------------------------------

    def _on_event(self, part_name: str, values: Mapping[str, Any]) -> None:
        run = part_name.partition("/")[0]
        with self._lock:
            record = self._archive.get(run)
            if record is None or record.worker is None or record.part_name != part_name:
                return
            if values["kind"] == "look":
                record.look(values)
                self._bell.ring(run)
            elif record.add(from_wire(values)):
                self._note(record)

    def _on_change(self) -> None:
        with self._lock:
            self._warmth.keep(self._keeper.workers)
            self._dispatch()
        self._ring_all()

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
        record.rewind()
        for values in answer["events"]:
            event = from_wire(values)
            record.events.append(event)
            record.note_rate(event)
        record.keep_probabilities(answer["probabilities"])
        record.keep_checkpoint(answer["checkpoint"])
        if answer["confidence"] is not None:
            record.keep_confidence(answer["confidence"])
        record.saved_events = len(record.events)
        if answer["ending"] is not None:
            self._forecast.learn(record.view())
            self._end(record, Ending.from_dict(answer["ending"]))
        elif record.wanted == "stop":
            self._end(record, record.stopped())
        elif record.wanted == "resume":
            self._enqueue(record, in_front=True)
        else:
            self._change(record, RunState.PAUSED)

    def _take_up_again(self, record: RunRecord) -> None:
        """Queue a run whose worker died, from where it was last saved."""
        record.rewind()
        record.restarts += 1
        if record.wanted == "stop":
            self._end(record, record.stopped())
        elif record.restarts > MOST_RESTARTS:
            self._fail(record, None)
        elif record.wanted == "pause":
            self._change(record, RunState.PAUSED)
        else:
            self._enqueue(record, in_front=True)

    def _fail(self, record: RunRecord, reason: Message | None) -> None:
        _log.error("Run %s failed: %s", record.id, reason or "its worker died again and again")
        done = record.view().epochs_done
        self._end(record, Ending(state=RunState.FAILED, epochs_done=done, reason=reason))

    def _end(self, record: RunRecord, ending: Ending) -> None:
        record.ending, record.ended = ending, now()
        if ending.state is not RunState.FINISHED:
            record.keep_checkpoint(None)
        self._change(record, ending.state)

    def _change(self, record: RunRecord, state: RunState) -> None:
        record.state = state
        self._note(record)

    def _note(self, record: RunRecord) -> None:
        """Let all who watch a run, and the store, know that there is something new."""
        self._bell.ring(record.id)
        self._archive.note(record.id)

    def _ring_queue(self) -> None:
        """Wake all who wait for a worker: their place has changed, or their hope."""
        for run in self._queue.in_order():
            self._bell.ring(run)

    def _ring_all(self) -> None:
        """Wake everybody: something is wrong with the server, or is right again."""
        with self._lock:
            for record in self._archive.active:
                self._bell.ring(record.id)

    def _stop_long_paused(self) -> None:
        """Stop the oldest of too many paused runs."""
        paused = [record for record in self._archive.in_memory if record.state is RunState.PAUSED]
        for record in paused[: max(0, len(paused) - KEPT_PAUSED)]:
            self._end(record, record.stopped())

    def _take_up(self, record: RunRecord) -> None:
        """Let a run of an earlier process go on as it would have gone on there."""
        was_training = record.state is RunState.RUNNING
        if was_training:
            record.rewind()
        if record.wanted == "stop":
            self._end(record, record.stopped())
        elif record.state is RunState.PAUSED or record.wanted == "pause":
            self._change(record, RunState.PAUSED)
        else:
            record.restarts += was_training
            self._enqueue(record)


def _unforeseen(error: Exception) -> Message:
    """Return what can be said of an error that is our mistake; the log has the rest."""
    return message(N_("An error that nobody foresaw: {error}."), error=type(error).__name__)

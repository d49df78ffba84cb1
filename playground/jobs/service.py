"""Everything a page can ask of training: begin, pause, continue, step, stop, look, listen.

One service lives in a server process, whatever sessions come and go. It finds runs by their ids and
knows whose they are and for how many there is room; the `Dispatcher` has them trained, and what becomes
of each goes through the `Archive` to the store.
"""

from __future__ import annotations

import asyncio
import enum
import json
import secrets
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from playground.core.artefacts import CHECKPOINT, PROBABILITIES
from playground.core.errors import RecordingError
from playground.core.experiment import Experiment
from playground.core.message import N_, Message
from playground.core.recording import installed_versions
from playground.core.run import News, RunState, RunView
from playground.jobs.archive import Archive
from playground.jobs.dispatcher import Dispatcher
from playground.jobs.notifier import ChangeNotifier, Listener
from playground.jobs.record import RunRecord
from playground.jobs.refusals import refuse_stranger, refuse_too_many
from playground.jobs.sharing import add_asker, change_copy, next_owner
from playground.store import RunStore

T = TypeVar("T")

ANSWER_LIMIT: Final = 20.0
"""Seconds in which a worker has to answer a short question."""


class Way(enum.Enum):
    """What came of asking for an experiment."""

    BEGUN = "begun"
    JOINED = "joined"
    """Someone is training just this; the run is followed."""
    REPLAYED = "replayed"
    """It was trained before; the run is shown as it was."""


@dataclass(frozen=True, slots=True)
class Obtained:
    """The run that shows an experiment, and how it came to be."""

    run: str
    way: Way


class TrainingService:
    """The runs of this server. Every method may be called from any thread; none waits for a worker.

    Whoever changes a run says who he is: its owner's name and nobody else's will do. `address` is where
    somebody comes from, by which those are told apart who come under a new name each time.

    Args:
        open_store: opens the store in which runs outlive the process; without it nothing is kept.
    """

    def __init__(self, open_store: Callable[[], RunStore] | None = None) -> None:
        self._lock = threading.RLock()
        self._notifier = ChangeNotifier()
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="readers")
        self._archive = Archive(self._lock, open_store, self._take_up, self._on_trouble)
        self._dispatcher = Dispatcher(self._lock, self._archive, self._notifier)
        self._versions = json.dumps(installed_versions(), sort_keys=True)
        self._sends_away = False

    def start(self) -> None:
        """Take up what the store holds, and begin to start the engine; runs may be asked for at once."""
        self._archive.start()
        self._dispatcher.start()

    def close(self) -> None:
        """End the engine and with it whatever trains; the store keeps where each run stands."""
        self._archive.close()
        self._dispatcher.close()
        self._readers.shutdown(wait=False, cancel_futures=True)

    @property
    def is_ready(self) -> bool:
        """Whether there is a worker at all; a young server's are still starting."""
        return bool(self._dispatcher.workers)

    @property
    def trouble(self) -> tuple[Message, ...]:
        """Why nothing can train or be kept now, for people to read; empty while all is well."""
        return (*filter(None, [self._dispatcher.trouble]), *self._archive.trouble)

    def obtain_run(self, experiment: Experiment, owner: str = "", *, address: str = "") -> Obtained:
        """Return a run that shows `experiment`: one that trains it, one that did, or a new one.

        Raises:
            TooManyRunsError: it would be a new one, and there are too many.
        """
        with self._lock:
            found = self._find(experiment, owner, address)
        if found is None and (stored := self._archive.look_up(experiment.key)) is not None:
            found = Obtained(stored, Way.REPLAYED)
        with self._lock:
            # Others may have asked for the same meanwhile.
            found = found or self._find(experiment, owner, address)
            return found or Obtained(self.begin(experiment, owner, address=address), Way.BEGUN)

    def find(self, experiment: Experiment) -> str | None:
        """Return a run that trains `experiment` or did, without asking for one."""
        with self._lock:
            record = self._archive.showing(experiment)
        return self._archive.look_up(experiment.key) if record is None else record.id

    def expected_seconds(self, experiments: Iterable[Experiment]) -> float:
        """Return for how long experiments would train here, one after the other on each worker."""
        with self._lock:
            seconds = sum(self._dispatcher.seconds(experiment) for experiment in experiments)
        return seconds / max(1, len(self._dispatcher.workers))

    def begin(
        self,
        experiment: Experiment,
        owner: str = "",
        *,
        address: str = "",
        chunks: int | None = None,
    ) -> str:
        """Queue a new run, whatever was trained before, and return its id.

        Args:
            experiment: what to train.
            owner: who may pause and stop it.
            address: where the owner comes from.
            chunks: pause by itself after so many chunks.

        Raises:
            TooManyRunsError: this person has too many already, or everyone together has.
        """
        with self._lock:
            self._refuse_too_many(owner, address, self._dispatcher.seconds(experiment))
            record = self._new_record(experiment, owner, address)
            record.chunks = chunks
            self._dispatcher.enqueue(record)
            return record.id

    def expect(self, experiment: Experiment, visitor: str = "") -> None:
        """Let a free worker compile the network of `experiment`, which `visitor` may ask for next."""
        self._dispatcher.expect(experiment, visitor)

    def train_on(self, run: str, epochs: int, owner: str = "", *, address: str = "") -> str:
        """Queue a run that goes on where `run` ended, for so many more epochs, and return its id.

        It is the run that trains all those epochs from the start, to the last bit. `run` may be
        anybody's: it stays as it is.

        Raises:
            UnknownRunError: there is no such run.
            RecordingError: where it ended has not been kept.
            TooManyRunsError: there are too many runs.
        """
        before = self._archive.record(run)
        checkpoint = None if before.recorded else self._archive.checkpoint(before)
        if before.state is not RunState.FINISHED or checkpoint is None:
            raise RecordingError(
                N_(
                    "This run cannot be trained on: where it ended is not kept any more. Press "
                    "Train with more epochs."
                )
            )
        with self._lock:
            total = min(before.view().epochs_done + epochs, int(Experiment.EPOCHS.high))
            experiment = before.experiment.with_(epochs=total, stop=None)
            added = self._dispatcher.seconds(experiment) * epochs / total
            self._refuse_too_many(owner, address, added)
            record = self._new_record(experiment, owner, address)
            record.events = list(before.events)
            record.rates = list(before.rates)
            left = {CHECKPOINT: checkpoint}
            if before.probabilities is not None:
                left[PROBABILITIES] = before.probabilities.tobytes()
            record.keep(left)
            record.write_held()
            self._dispatcher.enqueue(record)
            return record.id

    def resume(self, run: str, by: str = "", *, chunks: int | None = None) -> None:
        """Go on with a run that is paused or about to pause; any other is left as it is.

        Args:
            run: its id.
            by: who wants that.
            chunks: pause by itself after so many more chunks.

        Raises:
            UnknownRunError: there is no such run.
            NotYoursError: it is another person's.
            TooManyRunsError: there are too many others.
        """
        record = self._archive.record(run)
        with self._lock:
            refuse_stranger(record, by)
            if record.state is RunState.PAUSED:
                left = self._dispatcher.seconds_left(record)
                self._refuse_too_many(record.owner, record.address, left)
            self._dispatcher.resume(record, chunks)

    def call_lab(
        self,
        name: str,
        *arguments: Any,
        by: str = "",
        limit: float = ANSWER_LIMIT,
    ) -> Any:  # noqa: ANN401
        """Return what a function of `playground.engine.lab` answers; unlike all others, this waits.

        A worker that trains answers too, so nobody waits for a run to end.

        Args:
            name: of the function.
            arguments: for it, plain data.
            by: who asks.
            limit: seconds after which an answer is not waited for.

        Raises:
            EngineError: there is no worker yet, or none that answers.
            TooManyQuestionsError: this person has asked one already, or too many others have.
        """
        return self._dispatcher.call_worker(name, arguments, by, limit)

    def change_rate(self, run: str, rate: float, by: str = "") -> str:
        """Change a run's learning rate from its next chunk on; return the run that has it.

        It is no plain repetition of its experiment any more: who asks for the experiment from now
        on is not shown this run. Where others have asked for it already, it goes on for them as it
        was, and the change is made at the same place of a new run, which begins where `run` was last
        saved. A run that is over is left as it is.

        Raises:
            UnknownRunError: there is no such run.
            NotYoursError: it is another person's.
            ExperimentError: the rate is outside what its choice allows.
            TooManyRunsError: it would be a new one, and there are too many.
        """
        Experiment.LEARNING_RATE.check(rate)
        record = self._archive.record(run)
        with self._lock:
            refuse_stranger(record, by)
            if record.state.is_over:
                return run
            if not (record.askers and record.state.is_active):
                self._dispatcher.change_rate(record, rate)
                return run
            saved = record.saved_events
        checkpoint = self._archive.checkpoint(record)
        with self._lock:
            if record.saved_events == saved and record.askers and record.state.is_active:
                return self._begin_changed(record, checkpoint, rate)
        return self.change_rate(run, rate, by)  # it has gone on meanwhile

    def pause(self, run: str, by: str = "") -> None:
        """Pause a run after the chunk that trains now; the worker is free for others then.

        A run that others have asked for as well goes on for them, and is theirs from here on.

        Raises:
            UnknownRunError: there is no such run.
            NotYoursError: it is another person's.
        """
        record = self._archive.record(run)
        with self._lock:
            refuse_stranger(record, by)
            if not self._is_left_to_others(record):
                self._dispatcher.pause(record)

    def stop(self, run: str, by: str = "") -> None:
        """End a run after the chunk that trains now; one that does not train ends at once.

        A run that others have asked for as well goes on for them, and is theirs from here on.

        Raises:
            UnknownRunError: there is no such run.
            NotYoursError: it is another person's.
        """
        record = self._archive.record(run)
        with self._lock:
            refuse_stranger(record, by)
            if not self._is_left_to_others(record):
                self._dispatcher.stop(record)

    def has_owner(self, owner: str) -> bool:
        """Return whether any run is `owner`'s; this waits for the store.

        Raises:
            StoreError: the store may have one and cannot be read now.
        """
        return self._archive.has_owner(owner)

    def view(self, run: str) -> RunView:
        """Return a run as it is now.

        Raises:
            UnknownRunError: there is no such run.
            StoreError: it may be in the store, which cannot be read now.
        """
        record = self._archive.record(run)
        with self._lock:
            return self._dispatcher.view(record)

    def news(self, run: str, after: int, restarts: int | None) -> News:
        """Return what is new of a run to somebody who knows so many events of so many restarts.

        Raises:
            UnknownRunError: there is no such run.
            StoreError: it may be in the store, which cannot be read now.
        """
        record = self._archive.record(run)
        with self._lock:
            return self._dispatcher.news(record, after, restarts)

    def probabilities(self, run: str) -> NDArray[np.float32] | None:
        """Return what the run's latest weights say of the test pictures, float32 (pictures, classes).

        Raises:
            UnknownRunError: there is no such run.
        """
        return self._archive.record(run).probabilities

    def artefact(self, run: str, name: str) -> bytes | None:
        """Return what a run has left under `name` (see `core/artefacts.py`), None if it is not kept.

        Raises:
            UnknownRunError: there is no such run.
            RecordingError: it is damaged.
            StoreError: the store cannot be read now.
        """
        return self._archive.artefact(run, name)

    async def beside(self, run: str, look: Callable[..., T], *arguments: Any) -> T:
        """Return `look(run, …)`, one of this service's methods, without holding up the running loop.

        A run that is not in memory is looked for in the store, by a few threads at a time.

        Raises:
            PlaygroundError: as `look` does.
        """
        if self._archive.is_at_hand(run):
            return look(run, *arguments)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, partial(look, run, *arguments))

    def listen(self, *runs: str) -> Listener:
        """Return a listener to changes of these runs, in the running loop; `leave` it in the end."""
        return self._notifier.listen(*runs)

    def leave(self, listener: Listener) -> None:
        """Wake a listener no more."""
        self._notifier.leave(listener)

    @property
    def listeners(self) -> int:
        """How many there are."""
        return self._notifier.listeners

    @property
    def sends_away(self) -> bool:
        """Whether the server is about to end, and nobody is to go on listening."""
        return self._sends_away

    async def follow(self, run: str, silence: float) -> AsyncIterator[RunView]:
        """Yield the run as it is, and again at every change, until it is over.

        Without a change it is yielded again after `silence` seconds, so that a listener who has
        gone is noticed. It ends early when the server is about to end.

        Raises:
            UnknownRunError: there is no such run.
        """
        listener = self.listen(run)
        try:
            while True:
                view = await self.beside(run, self.view)
                yield view
                if view.state.is_over or self._sends_away:
                    return
                await listener.wait(silence)
        finally:
            self.leave(listener)

    def send_away(self) -> None:
        """End every `follow`, those too that begin from here on."""
        self._sends_away = True
        self._notifier.notify_all()

    # --- runs asked for ----------------------------------------------------------------------------

    def _find(self, experiment: Experiment, owner: str, address: str) -> Obtained | None:
        """Return a run in memory that shows `experiment` to `owner`, if there is one."""
        record = self._archive.showing(experiment)
        if record is None:
            return None
        if not record.state.is_active:
            return Obtained(record.id, Way.REPLAYED)
        if add_asker(record, owner, address):
            self._archive.write_later(record.id)
        return Obtained(record.id, Way.JOINED)

    def _new_record(self, experiment: Experiment, owner: str, address: str) -> RunRecord:
        record = RunRecord(
            id=secrets.token_hex(4),
            experiment=experiment,
            owner=owner,
            address=address,
            versions=self._versions,
        )
        self._archive.add(record)
        return record

    def _begin_changed(self, shared: RunRecord, checkpoint: bytes | None, rate: float) -> str:
        """Leave a run to the others who asked for it, and train what it would be with another rate."""
        owner, address = shared.owner, shared.address
        self._refuse_too_many(owner, address, self._dispatcher.seconds(shared.experiment))
        self._is_left_to_others(shared)
        record = self._new_record(shared.experiment, owner, address)
        change_copy(record, shared, checkpoint, rate)
        self._dispatcher.enqueue(record)
        return record.id

    def _refuse_too_many(self, owner: str, address: str, seconds: float) -> None:
        left = self._dispatcher.seconds_left
        refuse_too_many(self._archive.active, owner, address, seconds, left)

    def _is_left_to_others(self, record: RunRecord) -> bool:
        """Hand a run over to the next who asked for it; return whether there is anyone."""
        following = next_owner(record)
        if following is not None:
            self._dispatcher.hand_over(record, *following)
        return following is not None

    # --- what the archive tells --------------------------------------------------------------------

    def _take_up(self, record: RunRecord) -> None:
        self._dispatcher.take_up(record)

    def _on_trouble(self) -> None:
        self._dispatcher.notify_all()

"""A run's record in this process: all that is known of it, and what of that is not written down yet."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from playground.core.artefacts import CHECKPOINT, PROBABILITIES, WEIGHTS
from playground.core.dataset import Dataset
from playground.core.events import Event, RateChange
from playground.core.experiment import Experiment
from playground.core.message import N_, Message, message
from playground.core.run import Ending, News, RunState, RunView, position_after
from playground.engine.task import Rate
from playground.store import Change, Request, StoredRun

_NOT_KEPT: Final = message(N_("Where this run stood could not be kept or read."))


def now() -> datetime:
    """Return the time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class RunRecord:
    """What is known of a run. Only the service and its dispatcher change it, under their lock.

    Args:
        owner: who began it and may pause and stop it.
        address: where the owner came from, as a keyed hash.
        turn: its number among all that came to wait; smaller comes first after a restart.
        askers: others who asked for the same run while it went on, in order, and where from.
        recorded: ISO date, for a run that ships with the project; nobody changes it.
        worker: address of the worker that has it, or None.
        chunks: the segment that waits or trains pauses by itself after so many.
        segment: number of that part of the run, from 1; a run that was paused has several, one after the other.
        requested: what a person last asked of the segment that trains.
        gives_way: whether that segment was told to pause for others and to wait again.
        gave_way: whether the run waits because it did.
        seconds_before: training time before that segment.
        snapshot_at: epochs trained when `probabilities` were taken.
        looks: how often they were taken in this process.
        test: Keras's loss and accuracy on the test pictures by the weights with which its latest segment
            ended; None while one trains, and if that was in another process.
        held: what the latest segment left that is not written at each break: where to go on, and the
            weights there. What is not here, only the store has, or nobody.
        rates: changes of its learning rate; what was told of them may have to be told again.
        asked_rate: a learning rate that was asked for and that no worker has told of yet.
        saved_events: how many of the events the checkpoint has behind it.
        stored_events: likewise, of the latest checkpoint that the store has or gets.
        written: how many of the events are known to be in the store.
        unwritten: what the store has to keep, or to forget (None), beside the events.
        notes: what has been lost of it and what that means, for people to read.
    """

    id: str
    experiment: Experiment
    owner: str = ""
    address: str = ""
    turn: int = 0
    askers: list[tuple[str, str]] = field(default_factory=list)
    state: RunState = RunState.QUEUED
    created: datetime = field(default_factory=now)
    started: datetime | None = None
    ended: datetime | None = None
    versions: str = ""
    recorded: str = ""
    events: list[Event] = field(default_factory=list)
    ending: Ending | None = None
    test: Mapping[str, float] | None = None
    held: dict[str, bytes] = field(default_factory=dict)
    probabilities: NDArray[np.float32] | None = None
    snapshot_at: float = 0.0
    looks: int = 0
    worker: str | None = None
    chunks: int | None = None
    restarts: int = 0
    segment: int = 0
    requested: Request | None = None
    gives_way: bool = False
    gave_way: bool = False
    seconds_before: float = 0.0
    rates: list[Rate] = field(default_factory=list)
    asked_rate: float | None = None
    saved_events: int = 0
    stored_events: int = 0
    written: int = 0
    unwritten: dict[str, bytes | None] = field(default_factory=dict)
    notes: list[Message] = field(default_factory=list)

    @classmethod
    def from_store(
        cls, run: StoredRun, events: tuple[Event, ...], probabilities: NDArray[np.float32] | None
    ) -> RunRecord:
        """Return a stored run's record.

        Raises:
            ValueError: the parts do not fit each other.
        """
        if (run.ending and run.ending.state) != (run.state if run.state.is_over else None):
            raise ValueError(f"the ending does not fit the state {run.state}")
        if not 0 <= run.saved_events <= len(events):
            raise ValueError(f"{run.saved_events} of {len(events)} points are said to be saved")
        return cls(
            id=run.id,
            experiment=run.experiment,
            owner=run.owner,
            address=run.address,
            turn=run.turn,
            askers=list(run.askers),
            state=run.state,
            created=run.created,
            started=run.started,
            ended=run.ended,
            versions=run.versions,
            events=list(events),
            ending=run.ending,
            probabilities=probabilities,
            snapshot_at=run.snapshot_at,
            chunks=run.chunks,
            restarts=run.restarts,
            segment=run.segment,
            requested=run.requested,
            rates=list(run.rates),
            asked_rate=run.asked_rate,
            saved_events=run.saved_events,
            stored_events=run.saved_events,
            written=len(events),
        )

    def change(self) -> Change:
        """Return what the store does not have yet."""
        stored = StoredRun(
            id=self.id,
            experiment=self.experiment,
            key="" if self.rates else self.experiment.key,
            owner=self.owner,
            address=self.address,
            turn=self.turn,
            askers=tuple(self.askers),
            state=self.state,
            created=self.created,
            started=self.started,
            ended=self.ended,
            versions=self.versions,
            ending=self.ending,
            snapshot_at=self.snapshot_at,
            chunks=self.chunks,
            restarts=self.restarts,
            segment=self.segment,
            requested=self.requested,
            rates=tuple(self.rates),
            asked_rate=self.asked_rate,
            saved_events=self.stored_events,
        )
        return Change(
            run=stored,
            after=self.written,
            events=tuple(self.events[self.written :]),
            artefacts=dict(self.unwritten),
        )

    def mark_written(self, change: Change) -> None:
        """Take note of what the store has by now; what has changed meanwhile is still to be written."""
        if self.written == change.after:
            self.written = min(change.after + len(change.events), len(self.events))
        for name, data in change.artefacts.items():
            if name in self.unwritten and self.unwritten[name] is data:
                del self.unwritten[name]
                if data is not None and self.held.get(name) is data:
                    del self.held[name]

    def write_anew(self) -> None:
        """Take note that the store has nothing of the run: all that is known of it is new."""
        self.written = 0
        self.unwritten[CHECKPOINT] = None
        self.write_held()
        if self.probabilities is not None:
            self.unwritten.setdefault(PROBABILITIES, self.probabilities.tobytes())

    @property
    def unwritten_size(self) -> int:
        """Bytes that are in memory only because the store does not have them yet."""
        return sum(len(data) for data in self.unwritten.values() if data is not None)

    def drop_unwritten(self, name: str) -> None:
        """Forget an artefact that waits for the store, and let the store forget an older one.

        A run that loses its checkpoint begins again when it goes on.
        """
        if self.unwritten.get(name) is None:
            return
        self.unwritten[name] = None
        self.held.pop(name, None)
        if name == PROBABILITIES:
            self.probabilities = None

    def begin_again(self, why: Message = _NOT_KEPT) -> None:
        """Forget all that was trained: where the run stood is not known any more.

        Args:
            why: a whole sentence, for people to read.
        """
        self.held.clear()
        self.unwritten |= {CHECKPOINT: None, WEIGHTS: None}
        self.saved_events = self.stored_events = 0
        self.rewind()
        self.restarts += 1
        again = N_("{why} It began again from the start.")
        self.notes.append(message(again, why=why))

    def rewind(self) -> None:
        """Forget what was told after the checkpoint: it will be told again."""
        del self.events[self.saved_events :]
        self.written = min(self.written, self.saved_events)

    @property
    def checkpoint(self) -> bytes | None:
        """Where to go on; None if there is none or only the store has it."""
        return self.held.get(CHECKPOINT)

    @property
    def held_size(self) -> int:
        """Bytes of what is held."""
        return sum(map(len, self.held.values()))

    def keep(self, artefacts: Mapping[str, bytes]) -> None:
        """Take what a segment of the run left; the checkpoint is of the run as it is now.

        Checkpoint and weights stay in memory until `write_held`, the store keeps the rest.
        """
        self.saved_events = len(self.events)
        self.held = {name: artefacts[name] for name in (CHECKPOINT, WEIGHTS) if name in artefacts}
        for name in artefacts.keys() - self.held.keys():
            self.unwritten[name] = artefacts[name]
        if PROBABILITIES in artefacts:
            self.probabilities = shares_of(artefacts[PROBABILITIES], self.experiment.data)
            self.snapshot_at = self.position
            self.looks += 1

    def write_held(self) -> None:
        """Have the store keep what is held, unless it has it."""
        self.unwritten |= self.held
        if CHECKPOINT in self.held:
            self.stored_events = self.saved_events

    def forget_checkpoint(self) -> None:
        """Have nobody keep a checkpoint: from here the run does not go on."""
        self.held.pop(CHECKPOINT, None)
        self.unwritten[CHECKPOINT] = None

    @property
    def segment_name(self) -> str:
        """Name of the segment that trains now, which no other segment of any run has."""
        return f"{self.id}/{self.segment}"

    @property
    def person(self) -> tuple[str, str]:
        """Who takes turns for it: a person at an address."""
        return self.address, self.owner

    @property
    def position(self) -> float:
        """Epochs trained so far, as in 2.4."""
        return position_after(self.events)

    @property
    def seconds(self) -> float:
        """Training time so far, without pauses."""
        return self.events[-1].seconds if self.events else 0.0

    @property
    def seconds_in_segment(self) -> float:
        """Training time of the segment that trains now."""
        return self.seconds - self.seconds_before

    @property
    def stored_seconds(self) -> float:
        """Training time that the checkpoint in the store has behind it."""
        return self.events[self.stored_events - 1].seconds if self.stored_events else 0.0

    @property
    def will_pause(self) -> bool:
        """Whether the segment that waits or trains ends with a pause, as far as is known."""
        if self.requested is None:
            return self.state.is_active and self.chunks is not None
        return self.requested == "pause"

    def view(self, *, ahead: int = 0, wait: float = 0.0) -> RunView:
        """Return the record as it is now, for pages."""
        return RunView(
            id=self.id,
            experiment=self.experiment,
            state=self.state,
            owner=self.owner,
            events=tuple(self.events),
            ending=self.ending,
            ended=self.ended,
            ahead=ahead,
            wait=wait,
            gave_way=self.gave_way,
            restarts=self.restarts,
            snapshot_at=self.snapshot_at,
            looks=self.looks,
            recorded=self.recorded,
            notes=tuple(self.notes),
        )

    def news(self, *, after: int, restarts: int | None, ahead: int = 0, wait: float = 0.0) -> News:
        """Return what is new to somebody.

        Args:
            after: how many events are known.
            restarts: of which restart they are; None if that is not known.
            ahead: for a queued run, how many are in front of it.
            wait: for a queued run, the seconds after which it is expected to start.
        """
        wants_none, is_void = after > len(self.events), restarts not in (None, self.restarts)
        known = 0 if is_void and not wants_none else after
        return News(
            run=self.id,
            restarts=self.restarts,
            events=tuple(self.events[known:]),
            state=self.state,
            owner=self.owner,
            ahead=ahead,
            wait=wait,
            gave_way=self.gave_way,
            looks=self.looks,
            snapshot_at=self.snapshot_at,
        )

    def stopped(self, reason: Message | None = None) -> Ending:
        """Return how the run ends if it is stopped while nothing trains it.

        Args:
            reason: why, if it was not by hand.
        """
        view = self.view()
        chunks = view.chunks
        loss, accuracy = self._test_figures()
        unfinished = bool(chunks) and chunks[-1].epoch > view.epochs_done
        return Ending(
            state=RunState.STOPPED,
            epochs_done=view.epochs_done,
            step=chunks[-1].step if unfinished else 0,
            reason=reason,
            test_loss=loss,
            test_accuracy=accuracy,
        )

    def _test_figures(self) -> tuple[float | None, float | None]:
        """Return loss and accuracy on the test pictures, as far as they are known."""
        last = self.view().last_test
        if self.test is not None:
            loss, accuracy = self.test["loss"], self.test["accuracy"]
        elif last is not None and not self.experiment.validates:
            loss, accuracy = last.val_loss, last.val_accuracy
        else:
            return None, None
        return loss if math.isfinite(loss) else None, accuracy

    def look(self, values: Mapping[str, Any]) -> None:
        """Take what the network thinks of the test pictures while it learns."""
        data = self.experiment.data
        self.probabilities = shares_of(values["probabilities"], data, np.float16)
        self.snapshot_at = values["position"]
        self.looks += 1

    def add(self, event: Event) -> bool:
        """Append `event` if it is the next one; return whether it was."""
        if event.seq != len(self.events) + 1:
            return False
        self.events.append(event)
        self.add_rate(event)
        return True

    def add_rate(self, event: Event) -> None:
        """Remember a change of the learning rate, if `event` is one that is not known yet."""
        if isinstance(event, RateChange):
            change = (event.epoch, event.chunk, event.learning_rate)
            if change not in self.rates:
                self.rates.append(change)
                if event.learning_rate == self.asked_rate:
                    self.asked_rate = None


def shares_of(
    data: bytes, of: Dataset, kind: type[np.floating[Any]] = np.float32
) -> NDArray[np.float32]:
    """Return float32 (test pictures, classes) of the bytes of such an array of another kind.

    Args:
        data: the bytes.
        of: the pictures that were looked at.
        kind: in which the numbers were written.

    Raises:
        ValueError: they are of no such array.
    """
    shares = np.frombuffer(data, kind).astype(np.float32, copy=False)
    return shares.reshape(of.test_images, of.classes)

"""One training run as everyone sees it: its state, what it has told so far, and how it ended."""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final

from playground.core.collapse import Collapse
from playground.core.events import ChunkEnd, EpochEnd, Event, RateChange
from playground.core.experiment import Experiment
from playground.core.message import Message


class RunState(enum.StrEnum):
    """Where a run stands. The first three are going on; the rest are over."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    DIVERGED = "diverged"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come, unless someone trains anew."""
        return self in _OVER

    @property
    def is_active(self) -> bool:
        """Whether a worker has the run or will have it without anyone pressing a button."""
        return self in (RunState.QUEUED, RunState.RUNNING)


_OVER: Final = frozenset({RunState.FINISHED, RunState.STOPPED, RunState.DIVERGED, RunState.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Why a run is over.

    Args:
        state: finished (all epochs, or the stop rule), stopped by a person, diverged or failed.
        epochs_done: whole epochs trained.
        step: for a stopped or diverged run, batches into the epoch that follows (from 1).
        value: for a run ended by its stop rule, the value that crossed the threshold; for a
            diverged one, the loss of the batch that showed it (NaN if it was not a number).
        reason: for a failed run, what happened; None in some that earlier versions kept. For a
            stopped one, why; None if a person did it.
        test_loss: loss on the test pictures by the last weights; None if it is not a number.
        test_accuracy: share of test pictures guessed right by the last weights, 0–1.
        collapse: for a run that gives most pictures the same answer in the end, what is known of it.
    """

    state: RunState
    epochs_done: int
    step: int = 0
    value: float | None = None
    reason: Message | None = None
    test_loss: float | None = None
    test_accuracy: float | None = None
    collapse: Collapse | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, which knows no NaN: a `value` that is none becomes None.

        A `collapse` is there only if there is one: versions that do not know of it read all others.
        """
        finite = self.value is not None and math.isfinite(self.value)
        collapse = {"collapse": self.collapse.to_dict()} if self.collapse else {}
        return collapse | {
            "state": str(self.state),
            "epochs_done": self.epochs_done,
            "step": self.step,
            "value": self.value if finite else None,
            "reason": self.reason.to_dict() if self.reason else None,
            "test_loss": self.test_loss,
            "test_accuracy": self.test_accuracy,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Ending:
        """Return the ending that `to_dict` wrote, of this version or another.

        A diverged run's None becomes NaN again; what a later version adds is left out.

        Raises:
            KeyError: a field is missing.
            TypeError: a field is of another type.
            ValueError: it is no state in which a run is over.
        """
        state = RunState(values["state"])
        if not state.is_over:
            raise ValueError(f"received {values['state']!r}, expected a state that is over")
        for name in ("epochs_done", "step"):
            if not isinstance(values[name], int):
                raise TypeError(f"{name}: received {values[name]!r}, expected a whole number")
        for name in ("value", "test_loss", "test_accuracy"):
            if not isinstance(values[name], int | float | None):
                raise TypeError(f"{name}: received {values[name]!r}, expected a number")
        value = values["value"]
        if value is None and state is RunState.DIVERGED:
            value = math.nan
        parsed = {
            "state": state,
            "value": value,
            "reason": Message.from_dict(values["reason"]) if values["reason"] else None,
            "collapse": Collapse.from_dict(values["collapse"]) if values.get("collapse") else None,
        }
        known = {field.name for field in fields(cls)}
        return cls(**{name: it for name, it in {**values, **parsed}.items() if name in known})


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is new of a run since somebody last heard of it.

    Args:
        run: its id.
        restarts: how often a lost worker made it start anew. If that is more than was known, all that
            was heard before is void, and `events` are all of them.
        events: those that were not known, in order.
        state: where it stands.
        owner: who may pause and stop it; never shown.
        ahead: for a queued run, how many are in front of it.
        wait: for a queued run, the seconds after which it is expected to start.
        gave_way: whether it is queued because it has had its worker for long while others waited.
        looks: how often the probabilities of the test pictures were taken, as far as this process knows.
        snapshot_at: epochs trained when that was.
    """

    run: str
    restarts: int
    events: tuple[Event, ...]
    state: RunState
    owner: str
    ahead: int
    wait: float
    gave_way: bool
    looks: int
    snapshot_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """A run at one moment: what pages draw. It never changes; ask for a new one.

    Args:
        id: short name, part of the link.
        experiment: what it trains.
        state: where it stands.
        events: all it has told, in order.
        ending: why it is over, once it is.
        owner: who may pause and stop it; never shown.
        ended: when it was over, aware, once it is.
        ahead: for a queued run, how many are in front of it.
        wait: for a queued run, the seconds after which it is expected to start.
        gave_way: whether it is queued because it has had its worker for long while others waited.
        restarts: how often a lost worker made it start anew.
        snapshot_at: epochs trained when the latest probabilities of the test pictures were taken.
        looks: how often they were taken, as far as this process knows; not a part of what the run is.
        recorded: ISO date for a run that ships with the project, else empty.
        notes: what has been lost of it and what that means; as far as this process knows.
    """

    id: str
    experiment: Experiment
    state: RunState
    owner: str = ""
    events: tuple[Event, ...] = ()
    ending: Ending | None = None
    ended: datetime | None = None
    ahead: int = 0
    wait: float = 0.0
    gave_way: bool = False
    restarts: int = 0
    snapshot_at: float = 0.0
    looks: int = field(default=0, compare=False)
    recorded: str = ""
    notes: tuple[Message, ...] = ()

    @property
    def chunks(self) -> tuple[ChunkEnd, ...]:
        """The points of the training curve."""
        return tuple(event for event in self.events if isinstance(event, ChunkEnd))

    @property
    def epochs(self) -> tuple[EpochEnd, ...]:
        """The ends of epochs, the look before training included."""
        return tuple(event for event in self.events if isinstance(event, EpochEnd))

    @property
    def rate_changes(self) -> tuple[RateChange, ...]:
        """Where a person changed the learning rate while the run trained."""
        return tuple(event for event in self.events if isinstance(event, RateChange))

    @property
    def learning_rate(self) -> float:
        """The learning rate now."""
        changes = self.rate_changes
        return changes[-1].learning_rate if changes else self.experiment.learning_rate

    @property
    def last_test(self) -> EpochEnd | None:
        """The latest look at the test pictures."""
        epochs = self.epochs
        return epochs[-1] if epochs else None

    @property
    def epochs_done(self) -> int:
        """Whole epochs trained."""
        test = self.last_test
        return test.epoch if test else 0

    @property
    def position(self) -> float:
        """Epochs trained so far, as in 2.4."""
        return position_after(self.events)

    @property
    def seconds(self) -> float:
        """Training time so far, without pauses."""
        return self.events[-1].seconds if self.events else 0.0

    @property
    def last_seq(self) -> int:
        """Number of the latest event; 0 if there is none."""
        return self.events[-1].seq if self.events else 0


def position_after(events: Sequence[Event]) -> float:
    """Return how many epochs have been trained when the last of `events` was told, as in 2.4."""
    if not events:
        return 0.0
    last = events[-1]
    return float(last.epoch) if isinstance(last, EpochEnd) else last.position

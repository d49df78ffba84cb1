"""What a run tells while it trains: small frozen facts, numbered in order, that travel as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Final, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkEnd:
    """A block of batches has been trained.

    Args:
        seq: number of the event within its run, from 1.
        epoch: the epoch being trained, from 1.
        step: batches trained in that epoch so far.
        position: epochs trained so far, as in 2.4.
        loss: mean training loss of the batches since the last event.
        accuracy: share of right guesses among the pictures of those batches, 0–1.
        seconds: training time so far, without pauses.
    """

    kind: ClassVar[str] = "chunk"
    seq: int
    epoch: int
    step: int
    position: float
    loss: float
    accuracy: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochEnd:
    """An epoch has ended and the test pictures have been looked at.

    Args:
        seq: number of the event within its run, from 1.
        epoch: epochs trained so far; 0 is the untrained network, which has no training values.
        loss: Keras's `loss`, the running mean over the epoch.
        accuracy: Keras's `accuracy`, likewise, 0–1.
        val_loss: loss on the test pictures, or on the validation pictures if the run holds some out.
        val_accuracy: accuracy on them, 0–1.
        seconds: training time so far, without pauses.
    """

    kind: ClassVar[str] = "epoch"
    seq: int
    epoch: int
    loss: float | None
    accuracy: float | None
    val_loss: float
    val_accuracy: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChange:
    """A person has changed the learning rate; the next chunk is trained with it.

    Args:
        seq: number of the event within its run, from 1.
        epoch: the epoch being trained, from 1.
        chunk: chunks trained of that epoch so far.
        position: epochs trained so far, as in 2.4.
        learning_rate: the rate from here on.
        seconds: training time so far, without pauses.
    """

    kind: ClassVar[str] = "rate"
    seq: int
    epoch: int
    chunk: int
    position: float
    learning_rate: float
    seconds: float


Event: TypeAlias = ChunkEnd | EpochEnd | RateChange

_COUNTS: Final = frozenset({"seq", "epoch", "step", "chunk"})
"""Fields that count something; every other one is a measure."""

_KINDS: dict[str, type[Event]] = {kind.kind: kind for kind in (ChunkEnd, EpochEnd, RateChange)}


def to_wire(event: Event) -> dict[str, Any]:
    """Return `event` as plain values, `kind` among them; what is not finite becomes None."""
    values = {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in asdict(event).items()
    }
    return {"kind": event.kind, **values}


def from_wire(values: Mapping[str, Any]) -> Event:
    """Return the event that `to_wire` wrote; a None that had to be a number becomes NaN.

    Raises:
        KeyError: it is of no known kind, or has no epoch.
        TypeError: a field is missing, unknown, or not a number of its kind.
    """
    kind = _KINDS[values["kind"]]
    fields = {name: value for name, value in values.items() if name != "kind"}
    untrained = kind is EpochEnd and fields["epoch"] == 0
    for name, value in fields.items():
        if name in _COUNTS:
            if not isinstance(value, int) or isinstance(value, bool):
                raise TypeError(f"{name}: received {value!r}, expected a whole number")
        elif value is None:
            if not (untrained and name in ("loss", "accuracy")):
                fields[name] = math.nan
        elif not isinstance(value, int | float) or isinstance(value, bool):
            raise TypeError(f"{name}: received {value!r}, expected a number")
    return kind(**fields)

"""Events arrive as they were sent, through strict JSON."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.events import ChunkEnd, EpochEnd, Event, from_wire, to_wire

COUNT = st.integers(0, 10**6)
VALUE = st.floats(allow_nan=False, allow_infinity=False)
CHUNKS = st.builds(
    ChunkEnd, seq=COUNT, epoch=COUNT, step=COUNT, position=VALUE, loss=VALUE, accuracy=VALUE,
    seconds=VALUE,
)  # fmt: skip
EPOCHS = st.builds(
    EpochEnd, seq=COUNT, epoch=st.integers(1, 100), loss=VALUE, accuracy=VALUE, val_loss=VALUE,
    val_accuracy=VALUE, seconds=VALUE,
)  # fmt: skip
UNTRAINED = EpochEnd(
    seq=1, epoch=0, loss=None, accuracy=None, val_loss=2.4, val_accuracy=0.1, seconds=0.0
)


def sent(event: Event) -> Event:
    """Return `event` as it comes out of JSON that any reader takes, a browser's included."""
    return from_wire(json.loads(json.dumps(to_wire(event), allow_nan=False)))


@given(CHUNKS | EPOCHS | st.just(UNTRAINED))
def test_an_event_arrives_as_it_was_sent(event: Event) -> None:
    assert sent(event) == event


def test_the_wire_is_plain_values_with_the_kind() -> None:
    event = ChunkEnd(seq=3, epoch=1, step=188, position=0.1, loss=0.9, accuracy=0.7, seconds=0.05)
    assert to_wire(event) == {
        "kind": "chunk", "seq": 3, "epoch": 1, "step": 188, "position": 0.1, "loss": 0.9,
        "accuracy": 0.7, "seconds": 0.05,
    }  # fmt: skip


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.inf])
def test_a_loss_that_is_no_number_arrives_as_nan(loss: float) -> None:
    chunk = ChunkEnd(seq=1, epoch=1, step=1, position=0.0, loss=loss, accuracy=0.1, seconds=0.1)
    assert to_wire(chunk)["loss"] is None
    arrived = sent(chunk)
    assert isinstance(arrived, ChunkEnd)
    assert math.isnan(arrived.loss)
    epoch = EpochEnd(
        seq=2, epoch=1, loss=loss, accuracy=0.1, val_loss=loss, val_accuracy=0.1, seconds=0.2
    )
    ended = sent(epoch)
    assert isinstance(ended, EpochEnd)
    assert ended.loss is not None
    assert math.isnan(ended.loss)
    assert math.isnan(ended.val_loss)


def test_the_untrained_network_has_no_training_values_and_keeps_none() -> None:
    broken = EpochEnd(
        seq=1, epoch=0, loss=None, accuracy=None, val_loss=math.nan, val_accuracy=0.1, seconds=0.0
    )
    arrived = sent(broken)
    assert isinstance(arrived, EpochEnd)
    assert arrived.loss is None
    assert arrived.accuracy is None
    assert math.isnan(arrived.val_loss)


@pytest.mark.parametrize(
    ("field", "value"),
    [("seq", "1"), ("epoch", 1.5), ("step", None), ("step", True), ("loss", "0.5"), ("loss", [1]),
     ("accuracy", False), ("kind", "other"), ("color", 1.0)],
)  # fmt: skip
def test_what_is_no_event_is_none(field: str, value: object) -> None:
    event = ChunkEnd(seq=3, epoch=1, step=188, position=0.1, loss=0.9, accuracy=0.7, seconds=0.05)
    with pytest.raises((KeyError, TypeError)):
        from_wire({**to_wire(event), field: value})

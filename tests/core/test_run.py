"""A run's states, its ending through strict JSON, and what a view answers."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.collapse import Collapse, CollapseKind
from playground.core.events import ChunkEnd, EpochEnd
from playground.core.experiment import Experiment
from playground.core.message import message
from playground.core.run import Ending, RunState, RunView

FINITE = st.floats(allow_nan=False, allow_infinity=False)


def stored(ending: Ending) -> Ending:
    """Return `ending` as it comes out of JSON that any reader takes."""
    return Ending.from_dict(json.loads(json.dumps(ending.to_dict(), allow_nan=False)))


@pytest.mark.parametrize(
    ("state", "is_over", "is_active"),
    [
        (RunState.QUEUED, False, True),
        (RunState.RUNNING, False, True),
        (RunState.PAUSED, False, False),
        (RunState.FINISHED, True, False),
        (RunState.STOPPED, True, False),
        (RunState.DIVERGED, True, False),
        (RunState.FAILED, True, False),
    ],
)
def test_where_a_run_stands(state: RunState, *, is_over: bool, is_active: bool) -> None:
    assert (state.is_over, state.is_active) == (is_over, is_active)


def test_no_state_is_forgotten() -> None:
    assert [str(state) for state in RunState] == [
        "queued", "running", "paused", "finished", "stopped", "diverged", "failed",
    ]  # fmt: skip


@given(
    st.builds(
        Ending,
        state=st.sampled_from([state for state in RunState if state.is_over]),
        epochs_done=st.integers(0, 100),
        step=st.integers(0, 3750),
        value=FINITE,
        reason=st.none()
        | st.builds(
            message,
            st.text(),
            received=st.text() | st.integers(),
            inner=st.builds(message, st.text(), number=st.integers()),
        ),
        test_loss=st.none() | FINITE,
        test_accuracy=st.none() | FINITE,
        collapse=st.none()
        | st.builds(
            Collapse, kind=st.sampled_from(CollapseKind), share=FINITE, layer=st.integers(0, 4)
        ),
    )
)
def test_an_ending_is_stored_as_it_was(ending: Ending) -> None:
    assert stored(ending) == ending


def test_no_value_stays_no_value() -> None:
    ending = Ending(state=RunState.FINISHED, epochs_done=5)
    assert stored(ending) == ending
    assert ending.to_dict() == {
        "state": "finished", "epochs_done": 5, "step": 0, "value": None, "reason": None,
        "test_loss": None, "test_accuracy": None,
    }  # fmt: skip


def test_what_a_later_version_adds_to_an_ending_is_left_out() -> None:
    ending = Ending(state=RunState.FINISHED, epochs_done=5)
    assert Ending.from_dict({**ending.to_dict(), "weather": "fine"}) == ending


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_diverged_runs_loss_survives_json_as_nan(value: float) -> None:
    ending = stored(Ending(state=RunState.DIVERGED, epochs_done=0, step=7, value=value))
    assert ending.value is not None
    assert math.isnan(ending.value)
    assert ending.step == 7


def test_a_run_that_has_told_nothing() -> None:
    view = RunView(id="a", experiment=Experiment(), state=RunState.QUEUED)
    assert (view.chunks, view.epochs, view.last_test) == ((), (), None)
    assert (view.seconds, view.last_seq, view.epochs_done) == (0.0, 0, 0)


def test_a_view_sorts_what_it_was_told() -> None:
    untrained = EpochEnd(
        seq=1, epoch=0, loss=None, accuracy=None, val_loss=2.4, val_accuracy=0.1, seconds=0.0
    )
    chunk = ChunkEnd(seq=2, epoch=1, step=1875, position=1.0, loss=0.5, accuracy=0.8, seconds=0.3)
    trained = EpochEnd(
        seq=3, epoch=1, loss=0.5, accuracy=0.8, val_loss=0.4, val_accuracy=0.85, seconds=0.4
    )
    view = RunView(
        id="a",
        experiment=Experiment(epochs=1),
        state=RunState.RUNNING,
        events=(untrained, chunk, trained),
    )
    assert view.chunks == (chunk,)
    assert view.epochs == (untrained, trained)
    assert view.last_test is trained
    assert (view.seconds, view.last_seq, view.epochs_done) == (0.4, 3, 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [("state", "paused"), ("state", "over"), ("epochs_done", "3"), ("step", None),
     ("value", "0.5"), ("test_loss", [1]), ("test_accuracy", "much")],
)  # fmt: skip
def test_what_is_no_ending_is_none(field: str, value: object) -> None:
    ending = Ending(state=RunState.FINISHED, epochs_done=3)
    with pytest.raises((TypeError, ValueError)):
        Ending.from_dict({**ending.to_dict(), field: value})

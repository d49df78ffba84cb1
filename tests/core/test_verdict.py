"""What repeated runs allow one to say."""

from __future__ import annotations

import pytest

from playground.core.events import EpochEnd
from playground.core.experiment import Experiment
from playground.core.run import RunState, RunView
from playground.core.stop_rule import StopRule
from playground.core.verdict import ahead, best_epoch, compare, last_value, stopping_epoch


def a_run(*val_losses: float, state: RunState = RunState.FINISHED) -> RunView:
    ends = [
        EpochEnd(
            seq=number + 1,
            epoch=number,
            loss=None if number == 0 else 1 / number,
            accuracy=None if number == 0 else 0.5,
            val_loss=loss,
            val_accuracy=0.5,
            seconds=2.0 * number,
        )
        for number, loss in enumerate(val_losses)
    ]
    return RunView(id="r", experiment=Experiment(), state=state, events=tuple(ends))


@pytest.mark.parametrize(
    ("values", "others", "direction"),
    [
        ([0.98, 0.97], [0.96, 0.95], "higher"),
        ([0.95], [0.96, 0.97], "lower"),
        ([0.95, 0.97], [0.96], "overlap"),
        ([0.96], [0.96], "overlap"),
    ],
)
def test_one_is_higher_only_if_every_seed_is(
    values: list[float], others: list[float], direction: str
) -> None:
    assert compare(values, others) == direction


@pytest.mark.parametrize(
    ("values", "higher", "lower"),
    [
        ({"a": [0.9, 0.8], "b": [0.7, 0.6], "c": [0.5]}, "a", "c"),
        ({"a": [0.9, 0.7], "b": [0.8, 0.6], "c": [0.5]}, None, "c"),
        ({"a": [0.9, 0.7], "b": [0.8, 0.6], "c": [0.65]}, None, None),
        ({"a": [0.5]}, "a", "a"),
        ({}, None, None),
    ],
)
def test_one_is_ahead_only_if_each_of_its_seeds_is(
    values: dict[str, list[float]], higher: str | None, lower: str | None
) -> None:
    assert ahead(values, higher=True) == higher
    assert ahead(values, higher=False) == lower


def test_what_a_run_ended_with() -> None:
    run = a_run(2.3, 0.5, 0.3, 0.4)
    assert best_epoch(run) == 2
    assert [last_value(run, name) for name in ("val_loss", "seconds", "epochs", "best_epoch")] == [
        0.4,
        6.0,
        3.0,
        2.0,
    ]
    assert last_value(a_run(2.3, 0.5, state=RunState.RUNNING), "val_loss") is None
    assert last_value(a_run(2.3), "val_loss") is None


def test_where_a_rule_would_have_stopped() -> None:
    run = a_run(2.3, 0.5, 0.3, 0.4)  # training losses 1, 1/2, 1/3
    assert stopping_epoch(run, StopRule("loss", 0.6)) == 2
    assert stopping_epoch(run, StopRule("val_loss", 0.35)) == 2
    assert stopping_epoch(run, StopRule("loss", 0.2)) is None

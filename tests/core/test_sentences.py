"""Why a run is over, in one sentence: every case, word for word."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest

from playground.core.events import EpochEnd
from playground.core.experiment import LABELS, Experiment
from playground.core.message import message
from playground.core.repair import offer_repair
from playground.core.run import Ending, RunState, RunView
from playground.core.sentences import (
    describe_deaths,
    describe_ending,
    describe_figures,
)
from playground.core.stop_rule import StopRule

WILD: dict[str, Any] = {"normalize": False, "optimizer": "sgd", "learning_rate": 10.0}


def ended(state: RunState, settings: dict[str, Any] | None = None, **ending: Any) -> RunView:
    values = {"epochs_done": 0, **ending}
    return RunView(
        id="r1",
        experiment=Experiment(**settings or {}),
        state=state,
        ending=Ending(state=state, **values),
    )


def said(view: RunView) -> str:
    return str(describe_ending(view))


def test_a_run_that_goes_on_has_no_ending() -> None:
    view = RunView(id="r1", experiment=Experiment(), state=RunState.RUNNING)
    assert describe_ending(view) is None
    assert offer_repair(view) is None


def test_all_epochs() -> None:
    assert said(ended(RunState.FINISHED, epochs_done=5)) == "Trained all 5 epochs."


@pytest.mark.parametrize(
    ("rule", "value", "sentence"),
    [
        (
            StopRule("loss", 0.4),
            0.35899,
            "Stopped after epoch 2 of 5: training loss 0.359 fell below 0.4.",
        ),
        (
            StopRule("val_accuracy", 0.85),
            0.8642,
            "Stopped after epoch 2 of 5: test accuracy 0.864 rose above 0.85.",
        ),
    ],
)
def test_a_threshold_is_named_with_the_value_that_crossed_it(
    rule: StopRule, value: float, sentence: str
) -> None:
    assert said(ended(RunState.FINISHED, {"stop": rule}, epochs_done=2, value=value)) == sentence


def test_it_is_said_which_pictures_crossed_the_threshold() -> None:
    held_out = {"stop": StopRule("val_loss", 0.4), "choose_by": "validation"}
    sentence = said(ended(RunState.FINISHED, held_out, epochs_done=2, value=0.39))
    assert sentence == "Stopped after epoch 2 of 5: validation loss 0.390 fell below 0.4."


def test_a_threshold_that_was_never_crossed_is_no_reason() -> None:
    view = ended(RunState.FINISHED, {"stop": StopRule("loss", 0.01)}, epochs_done=5)
    assert said(view) == "Trained all 5 epochs."


def test_a_stop_says_how_far_it_came() -> None:
    whole = ended(RunState.STOPPED, epochs_done=2)
    part = ended(RunState.STOPPED, epochs_done=2, step=250)
    none = ended(RunState.STOPPED)
    assert said(none) == "Stopped by hand before the first batch."
    assert said(whole) == "Stopped by hand after epoch 2 of 5."
    assert said(part) == "Stopped by hand in epoch 3 of 5, after 250 of 1875 batches."


def test_a_stop_that_nobody_asked_for_says_why() -> None:
    reason = message("The server has no room.")
    part = ended(RunState.STOPPED, epochs_done=2, step=250, reason=reason)
    whole = ended(RunState.STOPPED, epochs_done=2, reason=reason)
    assert said(part) == "The server has no room. It had trained 2.1 of 5 epochs."
    assert said(whole) == "The server has no room. It had trained 2 of 5 epochs."


@pytest.mark.parametrize(
    ("settings", "value", "sentence", "repair", "label"),
    [
        (
            WILD,
            2.1e10,
            (
                "Stopped at batch 2 of epoch 1: the loss shot up to 2.1 × 10¹⁰. The likely cause: with a "
                "learning rate of 10 and pixels up to 255, each step overshoots further than the one "
                "before."
            ),
            {**WILD, "normalize": True, "learning_rate": 0.01},
            "Use normalised pixels, learning rate 0.01",
        ),
        (
            {"learning_rate": 10.0},
            math.nan,
            (
                "Stopped at batch 2 of epoch 1: the loss is not a number any more (NaN). The likely "
                "cause: with a learning rate of 10, each step overshoots further than the one before."
            ),
            {"learning_rate": 0.001},
            "Use learning rate 0.001",
        ),
        (
            {"normalize": False, "optimizer": "momentum", "learning_rate": 0.01},
            math.nan,
            (
                "Stopped at batch 2 of epoch 1: the loss is not a number any more (NaN). The likely "
                "cause: pixels up to 255 make the first sums, and so the steps, far too large."
            ),
            {"normalize": True, "optimizer": "momentum", "learning_rate": 0.01},
            "Use normalised pixels",
        ),
    ],
)
def test_a_divergence_has_a_cause_and_a_repair(
    settings: dict[str, Any], value: float, sentence: str, repair: dict[str, Any], label: str
) -> None:
    view = ended(RunState.DIVERGED, settings, step=2, value=value)
    assert said(view) == sentence
    offered = offer_repair(view)
    assert offered is not None
    assert offered.experiment == Experiment(**repair)
    assert str(offered.label) == label


def test_only_where_memory_ran_out_is_a_smaller_network_the_advice() -> None:
    for_memory, otherwise = (str(describe_deaths(cause, 4)) for cause in ("memory", "unknown"))
    assert for_memory.startswith("The system ended the process that trains 4 times because memory")
    assert "smaller network" in for_memory
    assert otherwise == (
        "The process that trains ended 4 times before the run did; the server's log says more."
    )


def test_a_failure_says_what_to_do() -> None:
    assert said(ended(RunState.FAILED)) == (
        "Training broke off: the process that trains died several times. Nothing you set is lost."
    )
    calm = ended(RunState.DIVERGED, {"learning_rate": 0.001}, step=2, value=math.nan)
    assert said(calm).endswith("the steps overshoot; a smaller learning rate helps.")
    offered = offer_repair(calm)
    assert offered is not None
    assert offered.experiment == Experiment(learning_rate=0.0001)
    reason = message("The file {file} is missing.", file="x")
    assert said(ended(RunState.FAILED, reason=reason)) == (
        "Training broke off; nothing you set is lost, and Train tries again. What happened: The file x "
        "is missing."
    )


def test_every_field_of_an_experiment_has_a_label() -> None:
    assert set(LABELS) == {field.name for field in dataclasses.fields(Experiment)}


@pytest.mark.parametrize(
    ("settings", "epoch", "accuracy", "word"),
    [
        ({"dropout": 0.9}, 5, 0.31, "dropout"),
        ({"dropout": 0.9}, 5, 0.705, None),
        ({"dropout": 0.9, "hidden": ()}, 5, 0.31, None),
        ({}, 1, 0.65, "mean over the epoch"),
        ({"choose_by": "validation"}, 1, 0.65, "below validation accuracy"),
        ({}, 1, 0.705, None),
        ({}, 2, 0.65, None),
    ],
)
def test_training_figures_far_below_the_tests_are_explained(
    settings: dict[str, Any], epoch: int, accuracy: float, word: str | None
) -> None:
    end = EpochEnd(
        seq=1, epoch=epoch, loss=1, accuracy=accuracy, val_loss=1, val_accuracy=0.71, seconds=1
    )
    for state in RunState:
        view = RunView(id="r1", experiment=Experiment(**settings), state=state, events=(end,))
        said = describe_figures(view)
        assert (said is None) == (word is None or state.is_active)
        assert word is None or said is None or word in str(said)


def test_the_latest_look_is_that_of_the_last_epoch() -> None:
    end = EpochEnd(
        seq=1, epoch=0, loss=None, accuracy=None, val_loss=2.3, val_accuracy=0.1, seconds=0.1
    )
    view = RunView(id="r1", experiment=Experiment(), state=RunState.RUNNING, events=(end,))
    assert (view.last_test, view.epochs_done, view.position) == (end, 0, 0.0)

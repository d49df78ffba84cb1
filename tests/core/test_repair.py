"""What is said of a network that does not tell pictures apart, and the repair: word for word."""

from __future__ import annotations

from typing import Any

import pytest

from playground.core.collapse import Collapse, CollapseKind
from playground.core.events import RateChange
from playground.core.experiment import Experiment
from playground.core.repair import describe_collapse, offer_repair, steady_rate
from playground.core.run import Ending, RunState, RunView

SILENT = Collapse(kind=CollapseKind.SILENT, share=0.9998, layer=1)
SATURATED = Collapse(kind=CollapseKind.SATURATED, share=0.625, layer=2)
ALIKE = Collapse(kind=CollapseKind.ALIKE, share=1.0)


def collapsed(collapse: Collapse | None, **settings: Any) -> RunView:
    ending = Ending(state=RunState.FINISHED, epochs_done=1, collapse=collapse)
    return RunView(
        id="r1", experiment=Experiment(**settings), state=RunState.FINISHED, ending=ending
    )


@pytest.mark.parametrize(
    ("collapse", "settings", "sentence", "change", "label"),
    [
        (
            SILENT,
            {"learning_rate": 10.0},
            (
                "The network has died: for 99.98% of the test pictures every neuron of hidden layer 1 is "
                "silent (its ReLU gives 0), so that all of them get the same answer. The likely cause: "
                "with a learning rate of 10, the steps were far too large."
            ),
            {"learning_rate": 0.001},
            "Use learning rate 0.001",
        ),
        (
            SILENT,
            {"normalize": False, "learning_rate": 10.0, "optimizer": "momentum"},
            (
                "The network has died: for 99.98% of the test pictures every neuron of hidden layer 1 is "
                "silent (its ReLU gives 0), so that all of them get the same answer. The likely cause: "
                "with a learning rate of 10 and pixels up to 255, the steps were far too large."
            ),
            {"normalize": True, "learning_rate": 0.01},
            "Use normalised pixels, learning rate 0.01",
        ),
        (
            SATURATED,
            {"normalize": False, "activation": "tanh", "hidden": (32, 32)},
            (
                "A part of the network has died: for 62.5% of the test pictures the neurons of hidden "
                "layer 2 stand at the same ends of tanh, where it is flat, so that all of them get the "
                "same answer. The likely cause: pixels up to 255 make the first sums, and so the "
                "steps, far too large."
            ),
            {"normalize": True},
            "Use normalised pixels",
        ),
        (
            ALIKE,
            {"activation": "sigmoid", "hidden": (64, 64), "learning_rate": 0.0001},
            (
                "The network does not tell the pictures apart: 100% of the test pictures get the same "
                "answer. The likely cause: in every layer of sigmoid neurons the slopes shrink, so that "
                "the first layers hardly move."
            ),
            {"activation": "relu", "learning_rate": 0.001},
            "Use ReLU, learning rate 0.001",
        ),
        (
            Collapse(kind=CollapseKind.ALIKE, share=0.7),
            {"l2": 0.1, "dropout": 0.9},
            (
                "The network tells only some pictures apart: 70% of the test pictures get the same "
                "answer. The likely cause: an L2 penalty of 0.1 pulls the weights to 0 faster than the "
                "pictures move them away from it."
            ),
            {"l2": 0.0, "dropout": 0.0},
            "Use no L2 penalty, no dropout",
        ),
        (
            SILENT,
            {"hidden": (64, 1)},
            (
                "The network has died: for 99.98% of the test pictures every neuron of hidden layer 1 is "
                "silent (its ReLU gives 0), so that all of them get the same answer. The likely cause: "
                "a hidden layer of one neuron, past which hardly anything gets."
            ),
            {"hidden": (64, 32)},
            "Use at least 32 neurons a layer",
        ),
        (
            SILENT,
            {"init": "zero"},
            (
                "The network has died: for 99.98% of the test pictures every neuron of hidden layer 1 is "
                "silent (its ReLU gives 0), so that all of them get the same answer. The likely cause: "
                "with first weights of 0, all neurons of a hidden layer are alike, and stay alike."
            ),
            {"init": "random"},
            "Use random first weights",
        ),
        (
            SILENT,
            {"seed": 999_999},
            (
                "The network has died: for 99.98% of the test pictures every neuron of hidden layer 1 is "
                "silent (its ReLU gives 0), so that all of them get the same answer. The likely cause: "
                "unlucky first weights; another seed begins from others."
            ),
            {"seed": 0},
            "Use seed 0",
        ),
    ],
)
def test_a_collapse_is_named_with_its_cause_and_a_repair(
    collapse: Collapse, settings: dict[str, Any], sentence: str, change: dict[str, Any], label: str
) -> None:
    view = collapsed(collapse, **settings)
    assert str(describe_collapse(view)) == sentence
    repair = offer_repair(view)
    assert repair is not None
    assert repair.experiment == Experiment(**{**settings, **change})
    assert str(repair.label) == label


def test_a_rate_that_was_turned_up_on_the_way_is_the_cause() -> None:
    change = RateChange(seq=1, epoch=1, chunk=3, position=0.2, learning_rate=3.0, seconds=1.0)
    ending = Ending(state=RunState.FINISHED, epochs_done=5, collapse=SILENT)
    view = RunView(
        id="r1", experiment=Experiment(), state=RunState.FINISHED, events=(change,), ending=ending
    )
    assert str(describe_collapse(view)).endswith(
        "with a learning rate of 3, the steps were far too large."
    )
    repair = offer_repair(view)
    assert repair is not None
    assert repair.experiment == Experiment()


def test_a_sound_run_is_not_repaired() -> None:
    view = collapsed(None, learning_rate=10.0)
    assert (describe_collapse(view), offer_repair(view)) == (None, None)


def test_only_a_run_that_is_over_is_repaired() -> None:
    for state in RunState:
        view = RunView(id="r1", experiment=Experiment(learning_rate=10.0), state=state)
        assert (offer_repair(view) is None) == (state is not RunState.DIVERGED)


def test_a_steady_rate_is_one_that_a_learner_can_choose() -> None:
    for optimizer in ("adam", "sgd", "momentum", "rmsprop", "adamw"):
        rate = steady_rate(Experiment(optimizer=optimizer))
        assert Experiment(optimizer=optimizer, learning_rate=rate).learning_rate == rate

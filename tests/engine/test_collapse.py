"""Real runs that collapse, and after the repair learn; and sound ones that nobody calls dead."""

from __future__ import annotations

from typing import Any, Final

import pytest

from playground.core.collapse import CollapseKind
from playground.core.experiment import Experiment
from playground.core.repair import describe_collapse, offer_repair
from playground.core.run import RunState, RunView
from playground.engine.training import Trainer

PICTURES: Final = 10_000

WILD: Final[list[dict[str, Any]]] = [
    {"learning_rate": 10.0},
    {"normalize": False, "learning_rate": 10.0},
    {"learning_rate": 1.0, "hidden": (128, 128, 128)},
]
"""Links that visitors have tried."""


def train(trainer: Trainer, experiment: Experiment) -> RunView:
    ending = trainer.train(experiment, lambda _: None).ending
    assert ending is not None
    return RunView(id="r", experiment=experiment, state=ending.state, ending=ending)


def accuracy(view: RunView) -> float:
    assert view.ending is not None
    assert view.ending.test_accuracy is not None
    return view.ending.test_accuracy


@pytest.mark.parametrize("optimizer", Experiment.OPTIMIZER.options)
def test_whoever_goes_too_far_is_told_and_shown_the_way_back(
    trainer: Trainer, optimizer: str
) -> None:
    for settings in WILD:
        wild = Experiment(optimizer=optimizer, epochs=1, train_size=PICTURES, **settings)
        view = train(trainer, wild)
        if view.state is not RunState.DIVERGED:
            assert str(describe_collapse(view)).startswith("The network has died: ")
        assert accuracy(view) < 0.2
        repair = offer_repair(view)
        assert repair is not None
        repaired = train(trainer, repair.experiment)
        assert accuracy(repaired) > 0.5
        assert offer_repair(repaired) is None


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ({"activation": "tanh", "optimizer": "sgd", "learning_rate": 10.0}, CollapseKind.SATURATED),
        ({"activation": "sigmoid", "hidden": (16, 16, 16), "optimizer": "sgd"}, CollapseKind.ALIKE),
        ({"hidden": (1, 1)}, CollapseKind.SILENT),
    ],
)
def test_other_ways_to_collapse_are_told_apart(
    trainer: Trainer, settings: dict[str, Any], kind: CollapseKind
) -> None:
    base = Experiment(hidden=(16,), epochs=1, train_size=2_000)
    view = train(trainer, base.with_(**settings))
    assert view.ending is not None
    assert view.ending.collapse is not None
    assert view.ending.collapse.kind is kind
    assert offer_repair(view) is not None


@pytest.mark.parametrize(
    "settings",
    [
        {"learning_rate": 1e-5},  # has hardly moved
        {"train_size": 100},
        {"hidden": (), "learning_rate": 10.0},  # learns in giant strides
        {"normalize": False},
    ],
)
def test_a_slow_or_rough_network_is_not_called_dead(
    trainer: Trainer, settings: dict[str, Any]
) -> None:
    base = Experiment(epochs=1, train_size=2_000)
    view = train(trainer, base.with_(**settings))
    assert (describe_collapse(view), offer_repair(view)) == (None, None)

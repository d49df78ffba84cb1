"""Settings that change nothing are said, and no others."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.experiment import Experiment
from playground.core.no_effect import settings_without_effect
from playground.core.stop_rule import StopRule


@pytest.mark.parametrize(
    ("settings", "sentences"),
    [
        ({}, []),
        ({"hidden": ()}, []),
        ({"dropout": 0.9}, []),
        (
            {"hidden": (), "dropout": 0.9},
            [
                "Dropout changes nothing here: it switches off hidden neurons, and there is no hidden layer."
            ],
        ),
        (
            {"hidden": (), "dropout": 0.9, "activation": "tanh"},
            [
                "Dropout changes nothing here: it switches off hidden neurons, and there is no hidden layer.",
                "The activation changes nothing here: hidden layers have one, and there is none.",
            ],
        ),
        ({"hidden": (), "init": "zero"}, []),
        ({"activation": "sigmoid", "init": "zero"}, []),
        (
            {"init": "zero"},
            [
                "The hidden layers change nothing here: with weights of 0 they give 0 for every picture, and learn nothing."
            ],
        ),
        ({"train_size": 128, "batch_size": 128}, []),
        (
            {"train_size": 100, "batch_size": 128},
            [
                "A batch size above 100 changes nothing here: a batch holds all training pictures already."
            ],
        ),
        ({"stop": StopRule("accuracy", 0.99)}, []),
        (
            {"stop": StopRule("val_accuracy", 1.0)},
            ["The threshold changes nothing here: no value can lie beyond 1."],
        ),
        (
            {"stop": StopRule("loss", 0.0)},
            ["The threshold changes nothing here: no value can lie beyond 0."],
        ),
    ],
)
def test_a_setting_without_effect_is_named_with_its_reason(
    settings: dict[str, Any], sentences: list[str]
) -> None:
    assert [str(it) for it in settings_without_effect(Experiment(**settings))] == sentences


@given(value=st.floats(0, 1), metric=st.sampled_from(["loss", "accuracy"]))
def test_a_threshold_is_without_effect_only_where_nothing_crosses_it(
    value: float, metric: str
) -> None:
    rule = StopRule(metric, value)
    crossed = any(rule.crossed_by(result) for result in (0.0, 1.0))
    assert bool(settings_without_effect(Experiment(stop=rule))) is not crossed

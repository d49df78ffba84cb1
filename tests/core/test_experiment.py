"""An experiment is valid or is not made, and equal experiments meet under one key."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.errors import ExperimentError
from playground.core.experiment import LABELS, Experiment
from playground.core.stop_rule import StopRule
from tests.core import experiments, stop_rules, travelled

OTHER = Experiment(epochs=7, hidden=(512, 256), stop=StopRule("loss", 0.25))


@pytest.mark.parametrize(
    ("experiment", "text", "key"),
    [
        (Experiment(), '{"format":1}', "3f0a99256beeb89a"),
        (
            OTHER,
            '{"epochs":7,"format":1,"hidden":[512,256],"stop":["loss",0.25]}',
            "bb0d5b627d3c819b",
        ),
    ],
)
def test_json_and_key_stay(experiment: Experiment, text: str, key: str) -> None:
    """Stored runs are found by them: whoever changes them has to raise the format and carry these over."""
    assert experiment.to_json() == text
    assert experiment.key == key
    assert Experiment.from_dict(json.loads(text)) == experiment


def test_what_was_written_before_formats_had_numbers_is_read() -> None:
    text = (
        '{"activation":"relu","batch_size":32,"dataset":"fashion","dropout":0.0,"epochs":7,'
        '"hidden":[512,256],"l2":0.0,"learning_rate":0.001,"normalize":true,"optimizer":"adam",'
        '"seed":0,"stop":["loss",0.25],"train_size":60000}'
    )
    assert Experiment.from_dict(json.loads(text)) == OTHER


@pytest.mark.parametrize("number", [2, 0, -1, "1", 1.0, True])
def test_another_format_is_refused(number: object) -> None:
    with pytest.raises(
        ExperimentError, match=r"Format of the settings: received “.*”, expected 1 or less"
    ):
        Experiment.from_dict({"format": number})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"learning_rate": 10}, {"learning_rate": 10.0}),
        ({"learning_rate": True}, {"learning_rate": 1.0}),
        ({"dropout": 0}, {"dropout": -0.0}),
        ({"l2": 0}, {"l2": 0.0}),
        ({"epochs": 7}, {"epochs": 7.0}),
        ({"epochs": True}, {"epochs": 1}),
        ({"epochs": np.int64(7)}, {"epochs": 7}),
        ({"batch_size": 64.0}, {"batch_size": 64}),
        ({"train_size": 1e3}, {"train_size": 1000}),
        ({"seed": False}, {"seed": 0}),
        ({"normalize": 1}, {"normalize": True}),
        ({"normalize": 0}, {"normalize": False}),
        ({"hidden": [512, 256]}, {"hidden": (512, 256)}),
        ({"hidden": (True,)}, {"hidden": (1,)}),
        ({"stop": StopRule("loss", 1)}, {"stop": StopRule("loss", 1.0)}),
        ({"stop": StopRule("loss", -0.0)}, {"stop": StopRule("loss", 0)}),
    ],
)
def test_equal_experiments_meet_whatever_their_numbers_type(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    first, second = Experiment(**one), Experiment(**other)
    assert first == second
    assert first.to_json() == second.to_json()
    assert first.key == second.key
    assert hash(first) == hash(second)


@given(experiments(), experiments())
def test_experiments_are_equal_if_and_only_if_their_keys_are(
    one: Experiment, other: Experiment
) -> None:
    assert (one == other) == (one.key == other.key)
    assert (one == other) == (list(one.differences(other)) == [])
    twin = one.with_()
    assert twin == one
    assert twin.key == one.key


@given(experiments(), experiments())
def test_the_key_says_every_field_alone(one: Experiment, other: Experiment) -> None:
    for name in one.differences(other):
        changed = one.with_(**{name: getattr(other, name)})
        assert changed.key != one.key, name


@given(experiments())
def test_json_reads_back(experiment: Experiment) -> None:
    text = experiment.to_json()
    again = Experiment.from_dict(json.loads(text))
    assert again == experiment
    assert again.to_json() == text
    assert json.dumps(json.loads(text), sort_keys=True, separators=(",", ":")) == text
    assert travelled(experiment) == experiment


@given(experiments())
def test_the_key_is_sixteen_hexadecimal_digits(experiment: Experiment) -> None:
    assert len(experiment.key) == 16
    assert set(experiment.key) <= set("0123456789abcdef")


def test_differences_are_named() -> None:
    changed = Experiment().with_(epochs=6, stop=StopRule("loss", 0.4))
    assert list(changed.differences(Experiment())) == ["epochs", "stop"]


@pytest.mark.parametrize(
    ("train_size", "batch_size", "steps"),
    [(60_000, 32, 1875), (60_000, 1024, 59), (100, 32, 4), (100, 100, 1), (100, 1024, 1)],
)
def test_steps_of_an_epoch(train_size: int, batch_size: int, steps: int) -> None:
    assert Experiment(train_size=train_size, batch_size=batch_size).steps_per_epoch == steps


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("dataset", "cats"), ("dataset", None), ("normalize", "false"), ("normalize", 2),
        ("hidden", (0,)), ("hidden", 128), ("hidden", "128"), ("epochs", 0), ("epochs", 1.5),
        ("epochs", "5"), ("batch_size", 15), ("learning_rate", 0), ("learning_rate", float("nan")),
        ("learning_rate", None), ("optimizer", "lion"), ("activation", "gelu"), ("dropout", 0.91),
        ("l2", -0.1), ("train_size", 60_001), ("seed", -1),
    ],
)  # fmt: skip
def test_a_bad_field_is_refused(field: str, value: object) -> None:
    with pytest.raises(ExperimentError, match=r"received “.*”, expected "):
        Experiment().with_(**{field: value})


@pytest.mark.parametrize(
    ("metric", "value", "says"),
    [
        ("none", 0.4, "A stop rule needs a metric: use no rule to never stop early."),
        (
            "f1",
            0.4,
            "Stop early: received “f1”, expected one of none, loss, accuracy, val_loss, val_accuracy.",
        ),
        ("loss", 11, "Threshold: received “11”, expected a number from 0 to 10."),
        ("loss", float("nan"), "Threshold: received “nan”, expected a number from 0 to 10."),
        ("accuracy", 5, "Threshold: received 5, expected a number from 0 to 1 for accuracy."),
        (
            "val_accuracy",
            1.5,
            "Threshold: received 1.5, expected a number from 0 to 1 for accuracy.",
        ),
    ],
)
def test_a_bad_stop_rule_is_refused(metric: str, value: float, says: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        StopRule(metric, value)
    assert str(caught.value) == says


@pytest.mark.parametrize(
    ("metric", "value", "crosses"),
    [
        ("loss", 0.359, True), ("loss", 0.4, False), ("loss", 0.5, False), ("val_loss", 0.3, True),
        ("accuracy", 0.41, True), ("accuracy", 0.4, False), ("val_accuracy", 0.3, False),
        ("loss", float("nan"), False), ("accuracy", float("nan"), False),
    ],
)  # fmt: skip
def test_a_rule_is_crossed_downwards_by_loss_and_upwards_by_accuracy(
    metric: str, value: float, *, crosses: bool
) -> None:
    assert StopRule(metric, 0.4).crossed_by(value) is crosses


@given(stop_rules(), st.floats())
def test_a_value_at_the_threshold_does_not_cross_it(rule: StopRule, value: float) -> None:
    assert not rule.crossed_by(rule.value)
    assert rule.watches_accuracy == ("accuracy" in rule.metric)
    if rule.crossed_by(value):
        assert (value > rule.value) == rule.watches_accuracy


@pytest.mark.parametrize(
    "values",
    [{"format": 1, "sede": 0}, {"sede": 0}, {"seed": 0}, {}],
    ids=["unknown", "unknown and no format", "no format and not all", "nothing"],
)
def test_stored_values_must_be_the_fields(values: dict[str, Any]) -> None:
    with pytest.raises(ExperimentError) as caught:
        Experiment.from_dict(values)
    received = ", ".join(name for name in values if name != "format")
    assert str(caught.value) == (
        f"An experiment needs the fields {', '.join(sorted(LABELS))}; received {received}."
    )


@pytest.mark.parametrize("stop", ["loss", ["loss"], 0.4, ["loss", 0.4, 1], ["loss", None], [1, 2]])
def test_a_stored_stop_rule_must_be_a_metric_and_a_value(stop: object) -> None:
    with pytest.raises(ExperimentError, match=r"received “.*”, expected"):
        Experiment.from_dict({**Experiment().to_dict(), "stop": stop})


HELD_OUT = Experiment(choose_by="validation")


def test_who_holds_pictures_out_trains_on_the_others() -> None:
    assert (HELD_OUT.train_size, HELD_OUT.most_to_train) == (50_000, 50_000)
    assert HELD_OUT.with_(choose_by="test", train_size=60_000) == Experiment()
    assert HELD_OUT.to_json() == '{"choose_by":"validation","format":1}'
    with pytest.raises(ExperimentError, match="expected a whole number from 100 to 50000"):
        Experiment(choose_by="validation", train_size=50_001)

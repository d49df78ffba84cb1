"""Shapes, counts, arithmetic and code of a network, by hand."""

from __future__ import annotations

import pytest
from hypothesis import given

from playground.core.errors import ExperimentError
from playground.core.experiment import Experiment
from playground.core.layers import ACTIVATIONS, Dense, Dropout, Flatten, hidden_kind
from playground.core.network import Network
from tests.core import experiments


@pytest.mark.parametrize(
    ("hidden", "each"),
    [
        ((), [7_850]),  # 784 × 10 + 10
        ((1,), [785, 20]),  # 784 × 1 + 1, 1 × 10 + 10
        ((128,), [100_480, 1_290]),  # 784 × 128 + 128, 128 × 10 + 10
        ((512,), [401_920, 5_130]),  # 784 × 512 + 512, 512 × 10 + 10
        ((512, 256), [401_920, 131_328, 2_570]),  # …, 512 × 256 + 256, 256 × 10 + 10
        ((1024,) * 4, [803_840, 1_049_600, 1_049_600, 1_049_600, 10_250]),
    ],
)
def test_counts_by_hand(hidden: tuple[int, ...], each: list[int]) -> None:
    network = Network.of(Experiment(hidden=hidden, dropout=0.5))
    assert [step.parameters for step in network.learning_steps] == each
    assert network.parameters == network.multiplications == sum(each)


def test_the_notebooks_network() -> None:
    network = Network.of(Experiment())
    assert network == Network((28, 28), (Flatten(), Dense(128), Dense(10, "softmax")))
    assert network.shapes == ((28, 28), (784,), (128,), (10,))
    assert network.weight_shapes == {
        "dense_1.kernel": (784, 128),
        "dense_1.bias": (128,),
        "dense_2.kernel": (128, 10),
        "dense_2.bias": (10,),
    }
    assert (
        network.code
        == """keras.Sequential(
    [
        keras.Input((28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)"""
    )


def test_choices_become_layers() -> None:
    chosen = Experiment(hidden=(5, 3), dropout=0.2, l2=0.01, activation="tanh")
    assert Network.of(chosen).layers == (
        Flatten(),
        Dense(5, "tanh", 0.01),
        Dropout(0.2),
        Dense(3, "tanh", 0.01),
        Dropout(0.2),
        Dense(10, "softmax", 0.01),
    )
    penalty = "kernel_regularizer=keras.regularizers.L2(0.01)"
    assert (
        str(Dense(5, "tanh", 0.01).keras())
        == f'keras.layers.Dense(5, activation="tanh", {penalty})'
    )


def test_a_row_at_a_time_costs_what_its_rows_cost() -> None:
    assert Dense(5).multiplications((28, 28)) == 28 * (28 * 5 + 5)
    assert Dense(5).output_shape((28, 28)) == (28, 5)


def test_the_arithmetic_is_spelt_out() -> None:
    assert str(Dense(128).arithmetic((784,))) == "784 × 128 + 128 = 100,480 parameters"
    assert Flatten().arithmetic((28, 28)) is None


@given(experiments())
def test_each_layer_takes_what_the_one_before_gives(experiment: Experiment) -> None:
    network = Network.of(experiment)
    steps = network.steps
    assert steps[0].inputs == experiment.data.shape
    assert steps[-1].outputs == (experiment.data.classes,)
    assert [step.inputs for step in steps[1:]] == [step.outputs for step in steps[:-1]]
    assert len(network.learning_steps) == len(experiment.hidden) + 1


@pytest.mark.parametrize("layer", ["fog20", "", "-1", "12345", "5.5", "conv", 0, 1025])
def test_a_hidden_layer_of_no_known_kind_or_size_is_refused(layer: int | str) -> None:
    with pytest.raises(ExperimentError, match="received “"):
        hidden_kind(layer)


def test_every_activation_that_can_be_chosen_has_its_function() -> None:
    assert set(Experiment.ACTIVATION.options) <= set(ACTIVATIONS)

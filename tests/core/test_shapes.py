"""Parameter counts, by hand."""

from __future__ import annotations

import pytest
from hypothesis import given

from playground.core.experiment import Experiment
from playground.core.shapes import DenseShape, dense_shapes, parameter_count
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
    experiment = Experiment(hidden=hidden)
    assert [layer.parameters for layer in dense_shapes(experiment)] == each
    assert parameter_count(experiment) == sum(each)


def test_the_notebooks_network() -> None:
    assert dense_shapes(Experiment()) == (
        DenseShape(inputs=784, units=128, is_output=False),
        DenseShape(inputs=128, units=10, is_output=True),
    )
    assert parameter_count(Experiment()) == 101_770


@given(experiments())
def test_each_layer_takes_what_the_one_before_gives(experiment: Experiment) -> None:
    layers = dense_shapes(experiment)
    assert layers[0].inputs == 28 * 28
    assert layers[-1].units == 10
    assert [layer.inputs for layer in layers[1:]] == [layer.units for layer in layers[:-1]]
    assert [layer.is_output for layer in layers] == [False] * len(experiment.hidden) + [True]

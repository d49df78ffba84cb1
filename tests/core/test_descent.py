"""The loss against one weight is what the network with that weight comes to, and its steps lead down."""

from __future__ import annotations

import numpy as np
import pytest

from playground.core.descent import descend
from playground.core.layers import Dense, Dropout, Flatten
from playground.core.network import Network
from playground.core.weights import Weights, answers

NETWORK = Network((2, 2), (Flatten(), Dense(3), Dropout(0.5), Dense(4, "softmax")))
RANDOM = np.random.default_rng(5)
WEIGHTS = Weights(
    {
        name: RANDOM.normal(size=shape).astype(np.float32)
        for name, shape in NETWORK.weight_shapes.items()
    },
    1.0,
)
IMAGES = RANDOM.integers(0, 256, (40, 2, 2)).astype(np.uint8)
LABELS = RANDOM.integers(0, 4, 40).astype(np.uint8)
FOUND = descend(NETWORK, WEIGHTS, IMAGES, LABELS, normalize=True)


def loss_with(neuron: int, answer: int, value: float) -> float:
    """Return the loss of the whole network with one weight of its last layer changed."""
    kernel = WEIGHTS.arrays["dense_2.kernel"].copy()
    kernel[neuron, answer] = value
    changed = Weights({**WEIGHTS.arrays, "dense_2.kernel": kernel}, 1.0)
    shares = answers(NETWORK, changed, IMAGES, normalize=True)
    return float(-np.log(shares[np.arange(40), LABELS]).mean())


def test_the_curve_is_the_loss_of_the_network_with_that_weight() -> None:
    values = [*FOUND.values, *FOUND.steps]
    for value, loss in zip(values, [*FOUND.losses, *FOUND.heights], strict=True):
        assert loss == pytest.approx(loss_with(FOUND.neuron, FOUND.answer, value), abs=1e-5)
    kernel = WEIGHTS.arrays["dense_2.kernel"]
    middle = FOUND.values[len(FOUND.values) // 2]
    assert middle == pytest.approx(float(kernel[FOUND.neuron, FOUND.answer]))


def test_it_is_the_weight_whose_curve_bends_most() -> None:
    def bend(neuron: int, answer: int) -> float:
        at = float(WEIGHTS.arrays["dense_2.kernel"][neuron, answer])
        low, here, high = (loss_with(neuron, answer, at + by) for by in (-0.05, 0, 0.05))
        return low - 2 * here + high

    bends = {(neuron, answer): bend(neuron, answer) for neuron in range(3) for answer in range(4)}
    assert max(bends, key=bends.__getitem__) == (FOUND.neuron, FOUND.answer)


def test_each_step_leads_down_and_is_as_long_as_the_slope_is_steep() -> None:
    assert (np.diff(FOUND.heights) < 0).all()
    slopes = [
        (loss_with(FOUND.neuron, FOUND.answer, at + 0.01) - loss_with(FOUND.neuron, FOUND.answer, at - 0.01)) / 0.02
        for at in FOUND.steps[:-1]
    ]  # fmt: skip
    rates = -np.diff(FOUND.steps) / slopes
    assert rates == pytest.approx(np.full(len(rates), rates[0]), rel=0.02)

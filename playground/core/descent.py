"""The loss against one weight, and gradient descent on it, from the weights that a run has left.

The weight leads to one of the answers' scores, and only that score moves with it: of each picture it is
enough to know what goes through the weight, and how probable the answer and the true class are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from playground.core.network import Network
from playground.core.weights import Weights, outputs

REACH: Final = 1.0
"""How far to both sides the weight is moved."""

VALUES: Final = 61
STEPS: Final = 8

PACE: Final = 0.5
"""Learning rate times the curve's sharpest bend: at 1, one step would reach the bottom of such a parabola."""

LEAST: Final = 1e-7
"""A probability below which Keras's loss counts none."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Descent:
    """The loss as a function of one weight, all others as they are.

    Args:
        neuron: of the last hidden layer, from which the weight leads.
        answer: to which it leads.
        values: of the weight, ascending; in the middle stands the one that it has in the network.
        losses: at each of them, the mean over the pictures.
        steps: the values that gradient descent comes by, from that end on where the loss is larger.
        heights: the losses there.
    """

    neuron: int
    answer: int
    values: Floats
    losses: Floats
    steps: Floats
    heights: Floats


@dataclass(frozen=True, slots=True)
class _Pictures:
    """What one weight can change, each (pictures,).

    Args:
        inputs: what goes through the weight.
        shares: the probability of the answer that it leads to.
        truth: the probability of the true class.
        is_true: whether the answer is the true class.
    """

    inputs: Floats
    shares: Floats
    truth: Floats
    is_true: NDArray[np.bool_]

    def loss(self, move: float) -> float:
        """Return the loss once the weight has been moved by so much."""
        change = move * self.inputs
        sums = np.log1p(self.shares * np.expm1(change))
        return float(np.mean(sums - np.log(self.truth) - self.is_true * change))

    def slope(self, move: float) -> float:
        """Return how the loss changes there, for each unit that the weight is moved on."""
        powers = self.shares * np.exp(move * self.inputs)
        shares = powers / (1 - self.shares + powers)
        return float(np.mean((shares - self.is_true) * self.inputs))


def descend(
    network: Network,
    weights: Weights,
    images: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    *,
    normalize: bool,
) -> Descent:
    """Return the loss against that weight of the last layer on which it depends most.

    Args:
        network: what it is made of; it has a hidden layer.
        weights: its weights.
        images: uint8, (pictures, rows, columns), 0–255.
        labels: uint8, (pictures,).
        normalize: whether it has learnt from pixels of 0–1.
    """
    *_, hidden, answers = (
        layer.astype(np.float64) for layer in outputs(network, weights, images, normalize=normalize)
    )
    bends = (hidden**2).T @ (answers * (1 - answers)) / len(images)  # (neurons, answers)
    neuron, answer = (int(it) for it in np.unravel_index(bends.argmax(), bends.shape))
    pictures = _Pictures(
        inputs=hidden[:, neuron],
        shares=answers[:, answer],
        truth=np.maximum(answers[np.arange(len(labels)), labels], LEAST),
        is_true=labels == answer,
    )
    learnt = float(weights.arrays[f"{network.steps[-1].name}.kernel"][neuron, answer])
    moves = np.linspace(-REACH, REACH, VALUES)
    losses = np.array([pictures.loss(move) for move in moves])
    rate = PACE * (moves[1] - moves[0]) ** 2 / float(np.diff(losses, 2).max())
    steps = [float(moves[0] if losses[0] > losses[-1] else moves[-1])]
    for _ in range(STEPS):
        steps.append(steps[-1] - rate * pictures.slope(steps[-1]))
    return Descent(
        neuron,
        answer,
        learnt + moves,
        losses,
        learnt + np.array(steps),
        np.array([pictures.loss(step) for step in steps]),
    )

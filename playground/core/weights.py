"""The numbers that a network has learnt, by name, and the answers that follow from them, in NumPy alone.

How they are kept and sent, `named_arrays` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from playground.core.errors import RecordingError
from playground.core.message import N_
from playground.core.named_arrays import pack, unpack
from playground.core.network import Network

WHITE: Final = 255.0
"""The largest pixel; normalised ones are divided by it."""

SELDOM: Final = 0.01
"""Share of the pictures below which a neuron that answers no more of them hardly takes part."""

NEAR: Final = 0.001
"""Share of a layer's largest weight by which neurons that are alike may differ: float32 rounds."""

_POSITION: Final = "position"
_UNREADABLE: Final = N_(
    "The weights of this run are damaged, or are those of another network. Train it again to see them."
)


@dataclass(frozen=True, slots=True)
class Weights:
    """A network's weights at one moment.

    Args:
        arrays: float32, by their names in the network, as in `dense_1.kernel` (inputs, units).
        position: epochs trained by then, as in 2.4.
    """

    arrays: Mapping[str, NDArray[np.float32]]
    position: float

    def to_bytes(self) -> bytes:
        """Return them as one piece; `from_bytes` reads it."""
        return pack(self.arrays, {_POSITION: repr(float(self.position))})

    @classmethod
    def from_bytes(cls, data: bytes, network: Network) -> Weights:
        """Return what `to_bytes` wrote.

        Args:
            data: what it wrote.
            network: whose weights they are.

        Raises:
            RecordingError: it did not write that, or of another network.
        """
        try:
            arrays, words = unpack(data)
            position = float(words[_POSITION])
        except (KeyError, ValueError) as error:
            raise RecordingError(_UNREADABLE) from error
        shapes = {name: array.shape for name, array in arrays.items()}
        if shapes != network.weight_shapes or any(it.dtype != np.float32 for it in arrays.values()):
            raise RecordingError(_UNREADABLE)
        return cls(arrays, position)


def answers(
    network: Network, weights: Weights, images: NDArray[np.uint8], *, normalize: bool
) -> NDArray[np.float32]:
    """Return what a network answers to pictures.

    Args:
        network: what it is made of.
        weights: its weights.
        images: uint8, (pictures, rows, columns), 0–255.
        normalize: whether it has learnt from pixels of 0–1.

    Returns:
        The probabilities, float32 (pictures, classes).
    """
    *_, last = outputs(network, weights, images, normalize=normalize)
    return last


def outputs(
    network: Network, weights: Weights, images: NDArray[np.uint8], *, normalize: bool
) -> Iterator[NDArray[np.float32]]:
    """Yield what each layer that learns makes of pictures, float32 (pictures, *shape), the answers last.

    Args are those of `answers`.
    """
    values: NDArray[np.floating[Any]] = images.astype(np.float32)
    if normalize:
        values = values * np.float32(1 / WHITE)
    for step in network.steps:
        own = {
            weight.name: weights.arrays[f"{step.name}.{weight.name}"]
            for weight in step.layer.weights(step.inputs)
        }
        values = step.layer.answer(values, own)
        if own:
            yield values.astype(np.float32, copy=False)


def seldom_active(
    network: Network, weights: Weights, images: NDArray[np.uint8], *, normalize: bool
) -> int:
    """Return how many neurons of the first hidden layer answer fewer than `SELDOM` of the pictures.

    To all others their ReLU gives 0. Args are those of `answers`; the network has a hidden layer.
    """
    first = next(outputs(network, weights, images, normalize=normalize))
    active: NDArray[np.floating[Any]] = (first > 0).mean(axis=0)
    return int((active < SELDOM).sum())


def distinct_neurons(network: Network, weights: Weights) -> int:
    """Return how many neurons of the first hidden layer differ from each other in what they weigh.

    Args:
        network: what it is made of; it has a hidden layer.
        weights: its weights.
    """
    kernel = weights.arrays[f"{network.learning_steps[0].name}.kernel"]
    near = NEAR * np.abs(kernel).max()
    distinct: list[NDArray[np.float32]] = []
    for column in kernel.T:
        if all(np.abs(column - other).max() > near for other in distinct):
            distinct.append(column)
    return len(distinct)

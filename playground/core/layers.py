"""The kinds of layers that a network is made of: shapes, what is learnt, arithmetic, code, and answers.

A new kind is one class here; one that can be chosen as a hidden layer stands in `HIDDEN_KINDS`. Keras is
asked for the same layers by their `keras` call; nothing here trains.
"""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from playground.core.choices import Number, quote
from playground.core.errors import ExperimentError
from playground.core.keras_call import KerasCall
from playground.core.message import N_, Message, message

Shape: TypeAlias = tuple[int, ...]
"""Of what goes through a network, the batch left out."""

Array: TypeAlias = NDArray[np.floating[Any]]

HiddenLayer: TypeAlias = int | str
"""A hidden layer as an experiment has it: a dense one by its units, any other kind as a link spells it."""


@dataclass(frozen=True, slots=True)
class Weight:
    """An array that a layer learns.

    Args:
        name: Keras's, as "kernel".
        shape: of the array.
        start: how it begins: Glorot's uniform distribution, or zeros. In the order of Keras's layers,
            one seed draws all of a network's.
    """

    name: str
    shape: Shape
    start: Literal["glorot", "zeros"]


class Layer(ABC):
    """One layer of a network."""

    name: ClassVar[str]
    """Begins the names of its arrays: the first `dense` layer has `dense_1.kernel`."""

    @abstractmethod
    def keras(self) -> KerasCall:
        """Return how Keras makes it."""

    def output_shape(self, inputs: Shape) -> Shape:
        """Return the shape of what comes out if `inputs` comes in."""
        return inputs

    def weights(self, inputs: Shape) -> tuple[Weight, ...]:
        """Return what it learns, in Keras's order."""
        return ()

    def parameters(self, inputs: Shape) -> int:
        """Return how many numbers it learns."""
        return sum(math.prod(weight.shape) for weight in self.weights(inputs))

    def multiplications(self, inputs: Shape) -> int:
        """Return how many products, or additions without one, an answer to one picture takes."""
        return self.parameters(inputs)

    def arithmetic(self, inputs: Shape) -> Message | None:
        """Return how the number of its parameters is worked out; None if it has none."""
        parameters = self.parameters(inputs)
        if not parameters:
            return None
        return message(N_("{parameters} parameters"), parameters=f"{parameters:,}")

    def answer(self, inputs: Array, weights: Mapping[str, Array]) -> Array:
        """Return what it makes of `inputs` when it is not learning.

        Args:
            inputs: (pictures, *shape).
            weights: its arrays by their names, as in "kernel".
        """
        return inputs


class HiddenKind(Layer):
    """A kind of layer that can be chosen as a hidden one."""

    prefix: ClassVar[str]
    """Small letters in front of its size in a link, as in `noise20`; none for dense layers."""

    label: ClassVar[str]
    """Its name in a menu."""

    size: ClassVar[Number]
    """The whole number that is chosen with it; its key is the first slider's."""

    @classmethod
    @abstractmethod
    def of_size(cls, size: int, *, activation: str, l2: float) -> Self:
        """Return the hidden layer of an experiment."""


@dataclass(frozen=True, slots=True)
class Flatten(Layer):
    """Lays the rows of a picture behind one another."""

    name: ClassVar[str] = "flatten"

    def keras(self) -> KerasCall:
        return KerasCall("layers.Flatten")

    def output_shape(self, inputs: Shape) -> Shape:
        return (math.prod(inputs),)

    def answer(self, inputs: Array, weights: Mapping[str, Array]) -> Array:
        return inputs.reshape(len(inputs), -1)


@dataclass(frozen=True, slots=True)
class Dense(HiddenKind):
    """Every unit weighs all inputs, adds its bias, and passes the sum through the activation.

    It works along the last axis, as Keras's does.

    Args:
        units: how many there are.
        activation: a key of `ACTIVATIONS`.
        l2: how much the squares of its weights add to the loss.
    """

    name: ClassVar[str] = "dense"
    prefix: ClassVar[str] = ""
    label: ClassVar[str] = N_("Dense")
    size: ClassVar[Number] = Number(
        key="hidden_units",
        label=N_("Neurons"),
        help=N_(
            "How many neurons this layer has; each of them has a weight for every number that comes in."
        ),
        section="network",
        low=1,
        high=1024,
        default=128,
        whole=True,
        marks=(
            1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 100, 128, 160, 192, 200,
            256, 300, 320, 384, 400, 448, 500, 512, 600, 640, 700, 768, 800, 896, 900, 1000, 1024,
        ),
    )  # fmt: skip

    units: int
    activation: str = "relu"
    l2: float = 0.0

    @classmethod
    def of_size(cls, size: int, *, activation: str, l2: float) -> Self:
        return cls(size, activation, l2)

    def keras(self) -> KerasCall:
        keywords: list[tuple[str, Any]] = [("activation", self.activation)]
        if self.l2:
            keywords.append(("kernel_regularizer", KerasCall("regularizers.L2", (self.l2,))))
        return KerasCall("layers.Dense", (self.units,), tuple(keywords))

    def output_shape(self, inputs: Shape) -> Shape:
        return (*inputs[:-1], self.units)

    def weights(self, inputs: Shape) -> tuple[Weight, ...]:
        kernel = Weight("kernel", (inputs[-1], self.units), "glorot")
        return kernel, Weight("bias", (self.units,), "zeros")

    def multiplications(self, inputs: Shape) -> int:
        return math.prod(inputs[:-1]) * self.parameters(inputs)

    def arithmetic(self, inputs: Shape) -> Message:
        return message(
            N_("{inputs} × {units} + {units} = {parameters} parameters"),
            inputs=inputs[-1],
            units=self.units,
            parameters=f"{self.parameters(inputs):,}",
        )

    def answer(self, inputs: Array, weights: Mapping[str, Array]) -> Array:
        return ACTIVATIONS[self.activation](inputs @ weights["kernel"] + weights["bias"])


@dataclass(frozen=True, slots=True)
class Dropout(Layer):
    """Switches off a share of the units at random in each step of learning, and none afterwards."""

    name: ClassVar[str] = "dropout"

    rate: float

    def keras(self) -> KerasCall:
        return KerasCall("layers.Dropout", (self.rate,))


HIDDEN_KINDS: Final[tuple[type[HiddenKind], ...]] = (Dense,)
"""The kinds of hidden layers that can be chosen; the first is meant by a number alone."""


def _relu(sums: Array) -> Array:
    return np.maximum(sums, 0)


def _sigmoid(sums: Array) -> Array:
    halved: Array = (np.tanh(sums / 2) + 1) / 2  # the exponential would overflow
    return halved


def _linear(sums: Array) -> Array:
    return sums


def _softmax(sums: Array) -> Array:
    powers = np.exp(sums - sums.max(axis=-1, keepdims=True))
    shares: Array = powers / powers.sum(axis=-1, keepdims=True)
    return shares


ACTIVATIONS: Final[Mapping[str, Callable[[Array], Array]]] = {
    "relu": _relu,
    "tanh": np.tanh,
    "sigmoid": _sigmoid,
    "linear": _linear,
    "softmax": _softmax,
}
"""By Keras's names, what a layer makes of its sums, (pictures, units)."""

_TOKEN: Final = re.compile(r"([a-z]*)([0-9]{1,4})")


def hidden_kind(layer: HiddenLayer) -> tuple[type[HiddenKind], int]:
    """Return the kind of a hidden layer and its size.

    Raises:
        ExperimentError: there is no such kind, or the size is none of its sizes.
    """
    found = _TOKEN.fullmatch(str(layer))
    kinds = {kind.prefix: kind for kind in HIDDEN_KINDS}
    if found is None or found[1] not in kinds:
        raise ExperimentError(
            message(
                N_("Hidden layer: received {received}, expected one of {names}."),
                received=quote(str(layer)),
                names=", ".join(f"{prefix}{int(it.size.default)}" for prefix, it in kinds.items()),
            )
        )
    kind, size = kinds[found[1]], int(found[2])
    kind.size.check(size)
    return kind, size


def spell_hidden(kind: type[HiddenKind], size: int) -> HiddenLayer:
    """Return a hidden layer as an experiment has it."""
    return f"{kind.prefix}{size}" if kind.prefix else size

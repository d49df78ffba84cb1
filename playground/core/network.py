"""A network, layer by layer: the shapes that go through it, what it learns, what that costs, and its code.

Everybody who has to know what a network is made of reads it here: the engine that has Keras build it, the
forecast of its time, the arithmetic on the page, the lessons that break one. It trains and draws nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Self

from playground.core.experiment import Experiment
from playground.core.layers import Dense, Dropout, Flatten, Layer, Shape, hidden_kind


@dataclass(frozen=True, slots=True)
class Step:
    """A layer at its place in a network.

    Args:
        layer: what it is.
        name: of the layer in this network: `dense_2` is the second dense one.
        inputs: the shape of what comes in.
        outputs: the shape of what comes out.
    """

    layer: Layer
    name: str
    inputs: Shape
    outputs: Shape

    @property
    def parameters(self) -> int:
        """How many numbers the layer learns."""
        return self.layer.parameters(self.inputs)


@dataclass(frozen=True, slots=True)
class Network:
    """Layers in a row.

    Args:
        input_shape: of a picture.
        layers: from the picture to the answers.
    """

    input_shape: Shape
    layers: tuple[Layer, ...]

    @classmethod
    def of(cls, experiment: Experiment) -> Self:
        """Return the network that an experiment trains."""
        layers: list[Layer] = [Flatten()]
        for chosen in experiment.hidden:
            kind, size = hidden_kind(chosen)
            layers.append(kind.of_size(size, activation=experiment.activation, l2=experiment.l2))
            if experiment.dropout:
                layers.append(Dropout(experiment.dropout))
        layers.append(Dense(experiment.data.classes, "softmax", experiment.l2))
        return cls(experiment.data.shape, tuple(layers))

    @property
    def steps(self) -> tuple[Step, ...]:
        """The layers at their places, first to last."""
        steps, shape, numbers = [], self.input_shape, Counter[str]()
        for layer in self.layers:
            numbers[layer.name] += 1
            outputs = layer.output_shape(shape)
            steps.append(Step(layer, f"{layer.name}_{numbers[layer.name]}", shape, outputs))
            shape = outputs
        return tuple(steps)

    @property
    def learning_steps(self) -> tuple[Step, ...]:
        """The layers that learn something, first to last; the last one answers."""
        return tuple(step for step in self.steps if step.parameters)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shape of a picture, and of what comes out of each layer."""
        return (self.input_shape, *(step.outputs for step in self.steps))

    @property
    def weight_shapes(self) -> dict[str, Shape]:
        """The shape of each array that is learnt, by its name, as in `dense_1.kernel`; in Keras's order."""
        return {
            f"{step.name}.{weight.name}": weight.shape
            for step in self.steps
            for weight in step.layer.weights(step.inputs)
        }

    @property
    def parameters(self) -> int:
        """How many numbers are learnt."""
        return sum(step.parameters for step in self.steps)

    @property
    def multiplications(self) -> int:
        """How many products an answer to one picture takes; a bias counts as one."""
        return sum(step.layer.multiplications(step.inputs) for step in self.steps)

    @property
    def code(self) -> str:
        """The Python that has Keras build it."""
        lines = [f"keras.Input({self.input_shape})", *(str(layer.keras()) for layer in self.layers)]
        inner = "".join(f"        {line},\n" for line in lines)
        return f"keras.Sequential(\n    [\n{inner}    ]\n)"

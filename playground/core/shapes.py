"""Shapes and parameter counts of a network, with the arithmetic that leads to them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from playground.core.experiment import INPUT_SHAPE, Experiment


@dataclass(frozen=True, slots=True)
class DenseShape:
    """One dense layer: `inputs` × `units` weights and one bias a unit."""

    inputs: int
    units: int
    is_output: bool

    @property
    def parameters(self) -> int:
        """Weights and biases together."""
        return self.inputs * self.units + self.units


def dense_shapes(experiment: Experiment) -> tuple[DenseShape, ...]:
    """Return the dense layers of `experiment`, first to last, the output layer included."""
    units = experiment.units
    inputs = (math.prod(INPUT_SHAPE), *units[:-1])
    last = len(units) - 1
    return tuple(
        DenseShape(inputs=came, units=width, is_output=index == last)
        for index, (came, width) in enumerate(zip(inputs, units, strict=True))
    )


def parameter_count(experiment: Experiment) -> int:
    """Return how many numbers training may change."""
    return sum(layer.parameters for layer in dense_shapes(experiment))

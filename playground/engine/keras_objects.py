"""Makes in Keras what `core` describes: layers, optimisers, whole networks without their training."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import Any

import keras

from playground.core.experiment import Experiment
from playground.core.keras_call import KerasCall
from playground.core.network import Network


def make(described: object) -> Any:  # noqa: ANN401 - Keras ships no types
    """Return what Keras makes of a call; anything else is returned as it is.

    Raises:
        AttributeError: Keras has no such thing.
    """
    if not isinstance(described, KerasCall):
        return described
    arguments = map(make, described.arguments)
    keywords = {name: make(value) for name, value in described.keywords}
    return attrgetter(described.path)(keras)(*arguments, **keywords)


def make_layers(network: Network, *, named: bool = False) -> list[keras.layers.Layer]:
    """Return Keras's layers of a network, its input first.

    Args:
        network: what it is made of.
        named: whether each has its name in the network; else Keras counts all layers of the process.
    """
    layers = [
        make(named_call(step.layer.keras(), step.name) if named else step.layer.keras())
        for step in network.steps
    ]
    return [keras.Input(network.input_shape), *layers]


def named_call(call: KerasCall, name: str) -> KerasCall:
    """Return `call` for a thing of that name, which its variables' paths begin with."""
    return replace(call, keywords=(*call.keywords, ("name", name)))


def set_first_weights(
    model: keras.Sequential, network: Network, seed: int, *, init: str = Experiment.INIT.default
) -> None:
    """Give a model the weights that training with `seed` begins from.

    Keras's own initialisers draw the weights, in the order of the layers, from the seed; what layers
    draw while they train, as dropout does, begins anew from it.

    Args:
        model: made of `make_layers(network)`.
        network: what it is made of.
        seed: of the experiment.
        init: of the experiment; "zero" for weights that are all 0.

    Raises:
        TypeError: a layer keeps something that is not described, as the weights of the run before.
    """
    seeds = keras.random.SeedGenerator(seed)
    for layer, step in zip(model.layers, network.steps, strict=True):
        left = {id(variable) for variable in layer.variables}
        for weight in step.layer.weights(step.inputs):
            variable = getattr(layer, weight.name)
            start = "zeros" if init == "zero" else weight.start
            variable.assign(_first_values(start, weight.shape, seeds))
            left.discard(id(variable))
        generator = getattr(layer, "seed_generator", None)
        if generator is not None:
            generator.state.assign(keras.ops.convert_to_tensor([seed, 1], dtype="uint32"))
            left.discard(id(generator.state))
        if left:
            raise TypeError(
                f"{step.name}: received a layer with more weights than it describes, {layer.variables}"
            )


def _first_values(start: str, shape: tuple[int, ...], seeds: keras.random.SeedGenerator) -> Any:  # noqa: ANN401
    match start:
        case "glorot":
            return keras.initializers.GlorotUniform(seed=seeds)(shape)
        case "zeros":
            return keras.ops.zeros(shape)
        case _:
            raise ValueError(f"received {start!r}, expected a way in which weights begin")

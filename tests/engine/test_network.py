"""A network begins from its seed, all of it, and Keras makes what is described."""

from __future__ import annotations

from dataclasses import dataclass

import keras
import pytest

from playground.core.experiment import Experiment
from playground.core.keras_call import KerasCall
from playground.core.layers import Flatten, Layer
from playground.core.network import Network
from playground.engine.keras_objects import make, make_layers, set_first_weights


@dataclass(frozen=True)
class Forgetful(Layer):
    """A layer that does not say what it learns."""

    name = "forgetful"

    def keras(self) -> KerasCall:
        return KerasCall("layers.BatchNormalization")


@dataclass(frozen=True)
class Unknown(Layer):
    name = "unknown"

    def keras(self) -> KerasCall:
        return KerasCall("layers.Fog", (3,))


def test_a_layer_whose_weights_nobody_would_draw_is_refused() -> None:
    network = Network((28, 28), (Flatten(), Forgetful()))
    with pytest.raises(TypeError, match="forgetful_1: received a layer with more weights"):
        set_first_weights(keras.Sequential(make_layers(network)), network, 0)


def test_a_layer_that_keras_does_not_have_is_an_error() -> None:
    with pytest.raises(AttributeError, match="Fog"):
        make_layers(Network((28, 28), (Flatten(), Unknown())))


def test_what_is_no_call_is_left_as_it_is() -> None:
    assert make("relu") == "relu"


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment(),
        Experiment(hidden=()),
        Experiment(hidden=(5, 3, 2, 1), dropout=0.2, l2=0.01, activation="tanh"),
    ],
)
def test_keras_has_the_shapes_and_counts_that_are_described(experiment: Experiment) -> None:
    network = Network.of(experiment)
    model = keras.Sequential(make_layers(network))
    assert [layer.output.shape[1:] for layer in model.layers] == list(network.shapes[1:])
    assert model.count_params() == network.parameters
    kept = [(tuple(weight.shape), weight.name) for weight in model.weights if weight.trainable]
    described = [(shape, name.split(".")[1]) for name, shape in network.weight_shapes.items()]
    assert kept == described


def test_the_code_makes_the_same_network() -> None:
    network = Network.of(Experiment(hidden=(5, 3), dropout=0.2, l2=0.01, activation="tanh"))
    made = eval(network.code, {"keras": keras})  # noqa: S307 - our own
    for layer, same in zip(made.layers, make_layers(network)[1:], strict=True):
        ours, theirs = layer.get_config(), same.get_config()
        for own in ("name", "build_config", "dtype"):
            ours.pop(own, None), theirs.pop(own, None)
        assert (type(layer), str(ours)) == (type(same), str(theirs))

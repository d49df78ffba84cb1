"""A network begins from its seed, all of it."""

from __future__ import annotations

import keras
import pytest

from playground.engine.network import set_first_weights


def test_a_layer_whose_weights_nobody_would_draw_is_refused() -> None:
    network = keras.Sequential(
        [keras.layers.Input((28, 28)), keras.layers.Flatten(), keras.layers.BatchNormalization()]
    )
    with pytest.raises(TypeError, match="received a layer BatchNormalization"):
        set_first_weights(network, 0)

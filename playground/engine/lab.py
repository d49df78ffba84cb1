"""Short experiments that a worker makes at once, beside whatever it trains; each answers in a second.

What goes in and out is plain data. Nothing here is compiled by XLA: it would hide the error of a
network with too few outputs behind a loss that is not a number.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from playground.core.experiment import Experiment
from playground.core.network import Network
from playground.core.recipe import Recipe
from playground.data import load_split

BATCH: Final = 32
"""Training pictures of an attempt, as the lessons have it; every label is among them."""

CROWD: Final = 256
"""Training pictures under the microscope."""

_NOISE: Final = re.compile(r"\x1b\[\d+m|\{\{.*?\}\}|\[Op:.*?\]|\s+name:\s*$")
_END: Final = re.compile(r"\s*(Label values:|Arguments received by|Detected at node).*", re.DOTALL)
_HEAD: Final = re.compile(r"^Exception encountered when calling [\w.]+\(\)\.\s*")


def attempt(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """Build a network, train it on one batch with plain Keras, and return what Keras says.

    Args:
        recipe: as `Recipe.to_dict` writes it.

    Returns:
        `error`, the name of the error's class, or None; `message`, Keras's own words without what
        only its developers need; `loss` of the batch if there was no error; `stage`, how far it got:
        "building", "layer" (a layer refused the pictures), "loss" (the answers do not fit the labels),
        or "nowhere" if nothing failed.
    """
    import keras
    import tensorflow as tf

    from playground.engine.keras_objects import make_layers

    wanted = Recipe.from_dict(recipe)
    images, labels = _batch(wanted.data.name)
    one_hot = np.eye(wanted.data.classes, dtype=np.float32)
    targets = one_hot[labels] if wanted.labels == "one-hot" else labels
    stage = "building"
    try:
        network = keras.Sequential(make_layers(wanted.network))
        network.compile(
            optimizer="adam",
            loss="sparse_categorical_crossentropy",
            metrics=["accuracy"],
            run_eagerly=True,
        )
        stage = "layer"
        network(images)
        stage = "loss"
        loss, _ = network.train_on_batch(images, targets)
        return {"error": None, "message": "", "loss": float(loss), "stage": "nowhere"}
    except (ValueError, tf.errors.InvalidArgumentError) as error:
        message = clean(str(error))
        return {"error": type(error).__name__, "message": message, "loss": None, "stage": stage}
    finally:
        gc.collect()  # a network is full of circles


def training_picture(dataset: str, number: int) -> dict[str, Any]:
    """Return `pixels` of a training picture, uint8 (rows, columns), and its `label`.

    The page's process has no training pictures: they take 47 MB.
    """
    split = load_split(dataset, "train")
    return {"pixels": split.images[number], "label": int(split.labels[number])}


def microscope(experiment: Mapping[str, Any], picture: int) -> dict[str, Any]:
    """Return what the first weights make of pixels of 0–1 and of 0–255, before any training.

    Args:
        experiment: as `Experiment.to_dict` writes it; it has a hidden layer.
        picture: number of a test picture.

    Returns:
        For "normalised" and "raw": `inputs` of the picture (pixels,); `sums`, what each hidden unit of
        the first layer adds up to for it; `largest`, the largest of the probabilities for each of
        `CROWD` training pictures; `loss`, their mean loss; and `gradient`, the length of its gradient
        with respect to the first layer's weights.
    """
    import keras
    import tensorflow as tf

    from playground.core.weights import WHITE
    from playground.engine.keras_objects import make_layers, set_first_weights

    wanted = Experiment.from_dict(dict(experiment))
    described = Network.of(wanted)
    network = keras.Sequential(make_layers(described))
    set_first_weights(network, described, wanted.seed, init=wanted.init)
    first = next(layer for layer in network.layers if isinstance(layer, keras.layers.Dense))
    one = load_split(wanted.dataset, "test").images[picture].astype(np.float32)
    crowd = load_split(wanted.dataset, "train")
    images = tf.constant(crowd.images[:CROWD].astype(np.float32))
    labels = tf.constant(crowd.labels[:CROWD].astype(np.int32))
    seen = {}
    for name, scale in (("normalised", 1 / WHITE), ("raw", 1.0)):
        inputs = (one * scale).reshape(1, -1)
        with tf.GradientTape() as tape:
            guesses = network(images * scale, training=False)
            losses = keras.losses.sparse_categorical_crossentropy(labels, guesses)
            loss = tf.reduce_mean(losses)
        gradient = tape.gradient(loss, first.kernel.value)
        seen[name] = {
            "inputs": inputs[0],
            "sums": (inputs @ np.asarray(first.kernel) + np.asarray(first.bias))[0],
            "largest": np.asarray(tf.reduce_max(guesses, axis=1)),
            "loss": float(loss),
            "gradient": float(tf.norm(gradient)),
        }
    return seen


def clean(text: str) -> str:
    """Return an error's words without escape codes, names of nodes and lists of arguments."""
    text = _HEAD.sub("", _NOISE.sub("", text).strip())
    lines = [line.strip() for line in _END.sub("", text).splitlines()]
    return "\n".join(line for line in lines if line)[:600]


@cache
def _batch(dataset: str) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return normalised training pictures, float32 (32, rows, columns), and their labels, int64 (32,)."""
    split = load_split(dataset, "train")
    images = split.images[:BATCH].astype(np.float32) / np.float32(255)
    return images, split.labels[:BATCH].astype(np.int64)

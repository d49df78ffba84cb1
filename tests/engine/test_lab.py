"""Networks broken on purpose: what the pure arithmetic says is what Keras does."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest

from playground.core.experiment import Experiment
from playground.core.recipe import FlattenPlace, Labels, Recipe, run_through
from playground.data import load_split
from playground.engine.lab import attempt, microscope, training_picture
from playground.engine.network import reset_network
from playground.engine.training import Trainer

FLATTEN: Final[tuple[FlattenPlace, ...]] = ("first", "late", "removed")
LABELS: Final[tuple[Labels, ...]] = ("numbers", "one-hot")
GRID: Final = [
    Recipe(flatten=flatten, hidden=hidden, outputs=outputs, labels=labels, input_shape=size)
    for flatten in FLATTEN
    for hidden in (None, 32)
    for outputs in (5, 10, 12)
    for labels in LABELS
    for size in ((28, 28), (14, 14))
]


@pytest.mark.parametrize("recipe", GRID, ids=str)
def test_keras_fails_where_the_ribbon_cracks_and_nowhere_else(recipe: Recipe) -> None:
    told = attempt(recipe.to_dict())
    assert (told["error"] is not None) == (run_through(recipe).mismatch is not None), told
    assert (told["loss"] is None) == (told["error"] is not None)
    assert (told["stage"] == "nowhere") == (told["error"] is None)


@pytest.mark.parametrize(
    ("recipe", "error", "words"),
    [
        (
            Recipe(outputs=7),
            "InvalidArgumentError",
            "Received a label value of 9 which is outside the valid range of [0, 7).",
        ),
        (
            Recipe(flatten="removed"),
            "ValueError",
            (
                "Argument `output` must have rank (ndim) `target.ndim - 1`. Received: "
                "target.shape=(32,), output.shape=(32, 28, 10)"
            ),
        ),
        (
            Recipe(labels="one-hot"),
            "ValueError",
            (
                "Argument `output` must have rank (ndim) `target.ndim - 1`. Received: "
                "target.shape=(32, 10), output.shape=(32, 10)"
            ),
        ),
    ],
    ids=["seven outputs", "no Flatten", "one-hot"],
)
def test_the_words_are_keras_own(recipe: Recipe, error: str, words: str) -> None:
    told = attempt(recipe.to_dict())
    assert told == {"error": error, "message": words, "loss": None, "stage": "loss"}


def test_a_wrong_input_size_names_both_sizes() -> None:
    told = attempt(Recipe(input_shape=(14, 14)).to_dict())
    assert (told["error"], told["stage"]) == ("ValueError", "layer")
    assert "to have value 196, but received input with shape (32, 784)" in told["message"]
    assert "\n" not in told["message"]


def test_a_training_picture_is_that_of_the_dataset() -> None:
    split = load_split("fashion", "train")
    told = training_picture("fashion", 42)
    assert told["label"] == split.labels[42] == 9
    np.testing.assert_array_equal(told["pixels"], split.images[42])


def test_the_microscope_sees_the_same_weights_at_both_scales() -> None:
    seen = microscope(Experiment(dataset="mnist", seed=3).to_dict(), 34)
    normalised, raw = seen["normalised"], seen["raw"]
    assert normalised["inputs"].shape == (784,)
    assert normalised["sums"].shape == (128,)
    assert normalised["largest"].shape == (256,)
    np.testing.assert_allclose(raw["inputs"], 255 * normalised["inputs"], rtol=1e-5)
    np.testing.assert_allclose(raw["sums"], 255 * normalised["sums"], rtol=1e-3, atol=1e-2)
    assert raw["largest"].mean() > 0.9
    assert normalised["largest"].mean() < 0.5
    assert raw["loss"] > 10 > normalised["loss"]
    assert raw["gradient"] > 10 * normalised["gradient"]


def test_the_microscopes_weights_are_those_that_training_begins_from() -> None:
    experiment = Experiment(dataset="mnist", seed=3)
    trainer = Trainer()
    network = trainer.network(experiment)
    reset_network(network, experiment)
    picture = load_split("mnist", "test").images[34].reshape(1, -1) / np.float32(255)
    sums = picture @ np.asarray(network.layers[1].kernel)
    np.testing.assert_allclose(
        microscope(experiment.to_dict(), 34)["normalised"]["sums"], sums[0], rtol=1e-4, atol=1e-5
    )

"""Compiled chunks against Keras itself: the same batches lead to the same weights and values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from playground.core.events import ChunkEnd, EpochEnd, Event
from playground.core.experiment import Experiment
from playground.data import Split, load_split
from playground.engine.network import reset_network
from playground.engine.schedule import build_schedule
from playground.engine.training import Trainer

ROUNDING: Final = 1e-4  # the largest difference of a weight after 100 steps

OPTIMIZERS: Final[dict[str, Callable[[float], keras.optimizers.Optimizer]]] = {
    "adam": lambda rate: keras.optimizers.Adam(learning_rate=rate),
    "sgd": lambda rate: keras.optimizers.SGD(learning_rate=rate),
    "momentum": lambda rate: keras.optimizers.SGD(learning_rate=rate, momentum=0.9),
    "rmsprop": lambda rate: keras.optimizers.RMSprop(learning_rate=rate),
    "adamw": lambda rate: keras.optimizers.AdamW(learning_rate=rate),
}

HUNDRED_STEPS: Final = Experiment(train_size=3_200, epochs=1, hidden=(32,))

SMALLER_LAST_BATCH: Final = HUNDRED_STEPS.with_(train_size=3_190)
REGULARIZED: Final = SMALLER_LAST_BATCH.with_(activation="tanh", hidden=(32, 16), l2=0.001)

VARIATIONS: Final = {
    "pixels as they are": HUNDRED_STEPS.with_(normalize=False, learning_rate=0.0001),
    "no hidden layer": HUNDRED_STEPS.with_(hidden=()),
    "nothing but a smaller batch": HUNDRED_STEPS.with_(train_size=100, batch_size=128, epochs=3),
    "a smaller last batch": SMALLER_LAST_BATCH,
    "tanh, two layers and L2": REGULARIZED,
}


@pytest.fixture(scope="module")
def train() -> Split:
    return load_split("fashion", "train")


@pytest.fixture(scope="module")
def test() -> Split:
    return load_split("fashion", "test")


def plain_model(experiment: Experiment, weights: list[NDArray[np.float32]]) -> keras.Sequential:
    """Return the notebook's model, uncompiled by XLA, with the given weights."""
    regularizer = keras.regularizers.L2(experiment.l2) if experiment.l2 else None
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten()])
    for units in experiment.hidden:
        model.add(
            keras.layers.Dense(
                units, activation=experiment.activation, kernel_regularizer=regularizer
            )
        )
    model.add(keras.layers.Dense(10, activation="softmax", kernel_regularizer=regularizer))
    model.compile(
        optimizer=OPTIMIZERS[experiment.optimizer](experiment.learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )
    model.set_weights(weights)
    return model


def inputs(experiment: Experiment, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the images as the notebook feeds them."""
    pixels = images.astype(np.float32)
    return pixels / np.float32(255) if experiment.normalize else pixels


def batches(experiment: Experiment) -> Iterator[NDArray[np.int32]]:
    """Yield the rows of every batch of the run, in order."""
    schedule = build_schedule(experiment)
    for epoch in range(experiment.epochs):
        order = schedule.order(epoch)
        for start in range(0, experiment.train_size, experiment.batch_size):
            yield order[start : start + experiment.batch_size]


def run(
    trainer: Trainer, experiment: Experiment
) -> tuple[list[NDArray[np.float32]], list[NDArray[np.float32]], list[Event]]:
    """Return the weights before, the weights after, and the events of a run in chunks."""
    network = trainer.network(experiment)
    reset_network(network, experiment)
    before = network.get_weights()
    events: list[Event] = []
    trainer.train(experiment, events.append)
    return before, network.get_weights(), events


def assert_same_weights(trainer: Trainer, experiment: Experiment, train: Split) -> None:
    before, after, _ = run(trainer, experiment)
    model = plain_model(experiment, before)
    for rows in batches(experiment):
        model.train_on_batch(inputs(experiment, train.images[rows]), train.labels[rows])
    for start, ours, theirs in zip(before, after, model.get_weights(), strict=True):
        assert np.abs(ours - theirs).max() <= ROUNDING
        # Something was learnt, by far more than the difference that rounding may make.
        assert np.abs(ours - start).max() > 10 * ROUNDING


def test_every_optimizer_on_offer_is_compared() -> None:
    assert set(OPTIMIZERS) == set(Experiment.OPTIMIZER.options)


@pytest.mark.parametrize("optimizer", Experiment.OPTIMIZER.options)
def test_chunks_train_the_weights_that_keras_trains(
    trainer: Trainer, train: Split, optimizer: str
) -> None:
    rate = 0.05 if optimizer in ("sgd", "momentum") else 0.001
    experiment = HUNDRED_STEPS.with_(optimizer=optimizer, learning_rate=rate)
    assert_same_weights(trainer, experiment, train)


@pytest.mark.parametrize("name", VARIATIONS)
def test_so_they_do_with(trainer: Trainer, train: Split, name: str) -> None:
    assert_same_weights(trainer, VARIATIONS[name], train)


def test_an_epoch_ends_with_the_values_that_keras_fit_returns(
    trainer: Trainer, train: Split, test: Split
) -> None:
    experiment = REGULARIZED.with_(epochs=2)
    before, _, events = run(trainer, experiment)
    told = [event for event in events if isinstance(event, EpochEnd)]
    model = plain_model(experiment, before)
    schedule = build_schedule(experiment)
    held_out = inputs(experiment, test.images), test.labels

    loss, accuracy = model.evaluate(*held_out, batch_size=2_000, verbose=0)
    assert told[0].epoch == 0
    assert (told[0].loss, told[0].accuracy) == (None, None)
    assert told[0].val_loss == pytest.approx(loss, rel=1e-5)
    assert told[0].val_accuracy == pytest.approx(accuracy, abs=1e-6)
    for epoch, event in enumerate(told[1:]):
        order = schedule.order(epoch)
        history = model.fit(
            inputs(experiment, train.images[order]),
            train.labels[order],
            batch_size=experiment.batch_size,
            validation_data=held_out,
            shuffle=False,
            verbose=0,
        ).history
        assert event.epoch == epoch + 1
        assert event.loss == pytest.approx(history["loss"][0], rel=1e-4)
        assert event.val_loss == pytest.approx(history["val_loss"][0], rel=1e-4)
        # One picture on the border between two classes may fall to either side.
        assert event.accuracy == pytest.approx(history["accuracy"][0], abs=2 / 3_190)
        assert event.val_accuracy == pytest.approx(history["val_accuracy"][0], abs=2 / 10_000)
    assert len(told) == 1 + experiment.epochs


def test_a_point_of_the_curve_is_the_mean_over_its_own_pictures(
    trainer: Trainer, train: Split
) -> None:
    experiment = SMALLER_LAST_BATCH
    before, _, events = run(trainer, experiment)
    model = plain_model(experiment, before)
    losses: list[float] = []
    hits: list[bool] = []
    for chunk, event in zip(
        build_schedule(experiment).chunks(0),
        (event for event in events if isinstance(event, ChunkEnd)),
        strict=True,
    ):
        losses_before = len(losses)
        for rows in np.split(
            chunk, range(experiment.batch_size, chunk.size, experiment.batch_size)
        ):
            images, labels = inputs(experiment, train.images[rows]), train.labels[rows]
            probabilities = model.predict_on_batch(images)  # (batch, 10)
            losses += list(-np.log(probabilities[np.arange(len(rows)), labels]))
            hits += list(probabilities.argmax(axis=1) == labels)
            model.train_on_batch(images, labels)
        assert event.loss == pytest.approx(np.mean(losses[losses_before:]), rel=1e-3)
        assert event.accuracy == pytest.approx(
            np.mean(hits[losses_before:]), abs=1.01 / len(hits[losses_before:])
        )
    ended = next(event for event in events if isinstance(event, EpochEnd) and event.epoch == 1)
    assert ended.loss == pytest.approx(np.mean(losses), rel=1e-4)
    assert ended.accuracy == pytest.approx(np.mean(hits), abs=2 / len(hits))

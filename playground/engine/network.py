"""The network of an experiment as a Keras model whose steps are compiled a chunk at a time.

`ChunkedNetwork` is an ordinary `keras.Sequential`: `fit`, `evaluate` and callbacks are Keras's own.
What differs is the unit of work. A "batch" that `fit` sees is a block of row numbers, and one
compiled call runs Keras's own `train_step` on the pictures of each row in turn, so that Python is
asked once a chunk and not once a batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Self

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from playground.core.experiment import Experiment
from playground.core.network import Network
from playground.core.optimizers import OPTIMIZERS
from playground.core.weights import WHITE
from playground.data import Split
from playground.engine.keras_objects import make, make_layers, named_call, set_first_weights
from playground.engine.keras_private import forget_gradients, loss_sums, note_loss
from playground.engine.schedule import build_schedule

HOPELESS_LOSS: Final = 1e9
"""A batch's loss from which no run comes back: with weights that large every ReLU dies."""

_NEVER: Final = -1


@dataclass(frozen=True, slots=True)
class Pictures:
    """Both sets of a dataset as TensorFlow tensors: bytes, cast only inside compiled code."""

    train_images: tf.Tensor  # (N, rows, columns) uint8
    train_labels: tf.Tensor  # (N,) int32
    test_images: tf.Tensor  # (M, rows, columns) uint8
    test_labels: tf.Tensor  # (M,) int32

    @classmethod
    def from_splits(cls, train: Split, test: Split) -> Self:
        """Return the tensors of two splits."""
        return cls(
            tf.constant(train.images),
            tf.constant(train.labels.astype(np.int32)),
            tf.constant(test.images),
            tf.constant(test.labels.astype(np.int32)),
        )


class ChunkedNetwork(keras.Sequential):  # type: ignore[misc]  # Keras ships no types
    """A classifier of pictures that trains from row numbers.

    After `compile` and `bind`, `fit` takes a dataset of triples as `feed` describes, and
    `evaluate` one of pairs as `numbers_to_look_at` returns it.
    """

    def bind(self, pictures: Pictures, described: Network, *, has_remainder: bool) -> None:
        """Attach the pictures, and what it is made of. Compilation happens at the first call.

        Only training is compiled by XLA: for looking at test pictures it is no faster, and its
        compilation would make a new architecture wait twice as long.
        """
        self.pictures = pictures
        self.described = described
        self._has_remainder = has_remainder
        self.scale = tf.Variable(1.0, trainable=False, dtype=tf.float32)
        self._bad_row = tf.Variable(_NEVER, trainable=False, dtype=tf.int32)
        self._bad_loss = tf.Variable(0.0, trainable=False, dtype=tf.float32)
        shape = (pictures.test_images.shape[0], *described.shapes[-1])
        self._guesses = tf.Variable(tf.zeros(shape), trainable=False)
        # Nothing in it is for AutoGraph, which leaves a file behind for each worker that is killed.
        self._train_rows = tf.function(self._train_each_row, autograph=False, jit_compile=True)

    def train_step(self, data: tuple[tf.Tensor, tf.Tensor, tf.Tensor]) -> dict[str, Any]:
        """Train one chunk and return Keras's running metrics.

        Args:
            data: rows int32 (steps, batch); how many of them to train in full; and how many pictures
                of the row after those: the smaller batch that may end an epoch.
        """
        rows, count, remainder = data
        self._train_rows(rows, count)
        if self._has_remainder:
            # Compiling a second program for one small batch would cost more than it saves.
            tf.cond(
                remainder > 0,
                lambda: self._train_remainder(rows[count, :remainder], count),
                lambda: tf.constant(False),
            )
        return dict(self.get_metrics_result())

    def test_step(self, data: tuple[tf.Tensor, tf.Tensor]) -> dict[str, Any]:
        """Look at some pictures as Keras does and return running metrics; keep the guesses of test pictures.

        Args:
            data: rows int32 (n,) of a set; and bool (n,), whether that is the training set, the same for all.
        """
        rows, of_training = data[0], data[1][0]
        pictures = self.pictures
        pixels, labels = tf.cond(
            of_training,
            lambda: _take(rows, pictures.train_images, pictures.train_labels),
            lambda: _take(rows, pictures.test_images, pictures.test_labels),
        )
        images = self._inputs(pixels)
        guesses = self(images, training=False)
        tf.cond(of_training, lambda: tf.constant(False), lambda: self._keep(guesses, rows))
        loss = self.compute_loss(images, labels, guesses, training=False)
        if not note_loss(self, loss, tf.shape(rows)[0]):
            return dict(super().test_step((images, labels)))
        return dict(self.compute_metrics(images, labels, guesses))

    @property
    def guesses(self) -> NDArray[np.float32]:
        """What was found when all test pictures were looked at last: probabilities, float32 (M, classes)."""
        return np.array(self._guesses)

    def predict_test(self) -> NDArray[np.float32]:
        """Return the probabilities of all test pictures by the weights of now, float32 (M, classes)."""
        return np.asarray(self(self._inputs(self.pictures.test_images), training=False))

    def hidden_outputs(self) -> Iterator[NDArray[np.float32]]:
        """Yield what each hidden layer makes of all test pictures now, float32 (M, units)."""
        outputs = self._inputs(self.pictures.test_images)
        for layer, step in zip(self.layers[:-1], self.described.steps, strict=False):
            outputs = layer(outputs, training=False)
            if step.parameters:
                yield np.asarray(outputs)

    @property
    def divergence(self) -> tuple[int, float] | None:
        """The first row (from 0) of the last chunk whose loss was hopeless, and that loss."""
        row = int(self._bad_row.numpy())
        return None if row == _NEVER else (row, float(self._bad_loss.numpy()))

    def _keep(self, guesses: tf.Tensor, rows: tf.Tensor) -> tf.Tensor:
        self._guesses.scatter_update(tf.IndexedSlices(guesses, rows))
        return tf.constant(True)

    def _train_each_row(self, rows: tf.Tensor, count: tf.Tensor) -> None:
        self._bad_row.assign(_NEVER)

        def train_row(row: tf.Tensor) -> tuple[tf.Tensor]:
            self._train_and_judge(rows[row], row)
            return (row + 1,)

        tf.while_loop(lambda row: row < count, train_row, (tf.constant(0),))

    def _train_remainder(self, row: tf.Tensor, number: tf.Tensor) -> tf.Tensor:
        self._train_and_judge(row, number)
        return tf.constant(True)

    def _train_and_judge(self, row: tf.Tensor, number: tf.Tensor) -> None:
        """Train one batch; remember its number and loss if they are the first hopeless ones."""
        before = loss_sums(self)
        running = self._train_pictures(row)
        after = loss_sums(self)
        if before is None or after is None:
            loss = running["loss"]  # of the epoch so far
        else:
            (total, seen), (new_total, now_seen) = before, after
            loss = (new_total - total) / (now_seen - seen)
        is_first = (self._bad_row.read_value() == _NEVER) & ~(loss < HOPELESS_LOSS)
        self._bad_row.assign(tf.where(is_first, number, self._bad_row.read_value()))
        self._bad_loss.assign(tf.where(is_first, loss, self._bad_loss.read_value()))

    def _train_pictures(self, row: tf.Tensor) -> dict[str, tf.Tensor]:
        """Train one batch and return Keras's running metrics."""
        images = self._inputs(tf.gather(self.pictures.train_images, row))
        return dict(super().train_step((images, tf.gather(self.pictures.train_labels, row))))

    def _inputs(self, images: tf.Tensor) -> tf.Tensor:
        return tf.cast(images, tf.float32) * self.scale


def _take(rows: tf.Tensor, images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    return tf.gather(images, rows), tf.gather(labels, rows)


def build_network(experiment: Experiment, pictures: Pictures) -> ChunkedNetwork:
    """Return a network for `experiment`, compiled in Keras's sense and with fresh weights."""
    described = Network.of(experiment)
    optimizer = OPTIMIZERS[experiment.optimizer].keras(experiment.learning_rate)
    network = ChunkedNetwork(make_layers(described, named=True), name="network")
    network.compile(
        optimizer=make(named_call(optimizer, "optimizer")),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,  # `ChunkedNetwork` says itself what XLA compiles
    )
    forget_gradients(network.optimizer)
    network.optimizer.build(network.trainable_variables)
    build_metrics(network, experiment.data.classes)
    network.bind(pictures, described, has_remainder=build_schedule(experiment).has_remainder)
    reset_network(network, experiment)
    return network


def build_metrics(network: keras.Model, classes: int) -> None:
    """Let a network's metrics make their variables now.

    Keras makes them at the first call, and TensorFlow then traces a program that made variables a
    second time.
    """
    label, guess = tf.zeros(1, tf.int32), tf.fill((1, classes), 1.0 / classes)
    network.compute_loss(y=label, y_pred=guess)
    network.compute_metrics(None, label, guess)
    network.reset_metrics()


def reset_network(network: ChunkedNetwork, experiment: Experiment) -> None:
    """Give `network` the first weights of `experiment` and forget all training."""
    set_first_weights(network, network.described, experiment.seed, init=experiment.init)
    for variable in network.optimizer.variables:
        variable.assign(keras.ops.zeros(variable.shape, dtype=variable.dtype))
    network.optimizer.learning_rate = experiment.learning_rate
    network.scale.assign(1.0 / WHITE if experiment.normalize else 1.0)
    network.reset_metrics()

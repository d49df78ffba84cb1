"""Trains the notebooks' runs anew and says what came out; compares nothing and writes nothing.

Imports TensorFlow: the caller sets the number of threads first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import keras
import tensorflow as tf

from benchmarks.progress import Progress, work
from playground.core.errors import EngineError
from playground.core.events import EpochEnd, Event
from playground.core.experiment import Experiment
from playground.core.optimizers import OPTIMIZERS
from playground.data import load_split
from playground.engine.keras_objects import make, make_layers
from playground.engine.network import ChunkedNetwork, build_network
from playground.engine.training import Trainer
from reproduction.editions import Figures, NotebookError, NotebookRun

METRICS: Final = ("loss", "accuracy", "val_loss", "val_accuracy")
LEAST_PROBABILITY: Final = 1e-7


def repeat_runs(runs: Sequence[NotebookRun], seeds: Sequence[int]) -> dict[str, list[Figures]]:
    """Return the figures of `runs` by id, one for each of `seeds`.

    Args:
        runs: what to train.
        seeds: each run is trained once with each.

    Raises:
        DataError: a dataset's file is missing or not the one expected.
        EngineError: a run ended before the epoch whose figures are wanted.
    """
    trainer, clipped_trainer = Trainer(), ClippedTrainer()
    figures: dict[str, list[Figures]] = {run.id: [] for run in runs}
    groups = group_runs(runs)
    longest_of = [
        max((it.experiment for it in group), key=lambda it: it.epochs) for group in groups
    ]
    progress = Progress("notebooks", len(seeds) * sum(work(longest) for longest in longest_of))
    for group, longest in zip(groups, longest_of, strict=True):
        for seed in seeds:
            progress.step(f"{', '.join(run.id for run in group)}, seed {seed}", work(longest))
            experiment = longest.with_(seed=seed)
            epochs = train(clipped_trainer if group[0].clipped else trainer, experiment)
            for run in group:
                figures[run.id].append(figures_of(run, epochs))
    progress.end()
    return figures


def group_runs(runs: Sequence[NotebookRun]) -> list[list[NotebookRun]]:
    """Return `runs` in groups that one training serves: the same but for the number of epochs.

    A shorter run is the beginning of a longer one, bit for bit: the order of the pictures depends
    on the seed and the epoch alone.
    """
    groups: dict[tuple[str, bool], list[NotebookRun]] = {}
    for run in runs:
        groups.setdefault((run.experiment.with_(epochs=1).key, run.clipped), []).append(run)
    return list(groups.values())


def figures_of(run: NotebookRun, epochs: Sequence[Figures]) -> Figures:
    """Return the figures of `run` from those of each epoch, the first one's first.

    Raises:
        EngineError: the training ended before the epoch whose figures are wanted.
    """
    if run.experiment.stop:
        return replace(epochs[-1], epochs=len(epochs))
    wanted = run.epoch or run.experiment.epochs
    if wanted > len(epochs):
        raise EngineError(
            f"{run.id}: expected {wanted} epochs, received {len(epochs)}, because the loss grew too "
            "large. Train the same settings in the playground to see where."
        )
    return epochs[wanted - 1]


def train(trainer: Trainer, experiment: Experiment) -> list[Figures]:
    """Return the figures of each epoch, trained as the playground trains."""
    events: list[Event] = []
    trainer.train(experiment, events.append)
    return [
        Figures(**{name: getattr(event, name) for name in METRICS})
        for event in events
        if isinstance(event, EpochEnd) and event.epoch
    ]


class ClippedTrainer(Trainer):
    """A trainer whose networks learn by TensorFlow 1.13's loss; all else is the playground's."""

    def network(self, experiment: Experiment) -> ChunkedNetwork:
        """Return a new compiled network of the experiment's architecture."""
        network = build_network(experiment, self.pictures(experiment.dataset))
        network.compile(
            optimizer=make(OPTIMIZERS[experiment.optimizer].keras(experiment.learning_rate)),
            loss=clipped_crossentropy,
            metrics=["accuracy"],
            jit_compile=False,  # `ChunkedNetwork` says itself what XLA compiles
        )
        network.optimizer.build(network.trainable_variables)
        return network


def clipped_crossentropy(labels: tf.Tensor, probabilities: tf.Tensor) -> tf.Tensor:
    """Return the cross-entropy of each picture as TensorFlow 1.13 computed it.

    Args:
        labels: any number type, (N,) or (N, 1).
        probabilities: float32, (N, 10), after softmax.

    Source:
        tensorflow/python/keras/backend.py of TensorFlow 1.13.1, `sparse_categorical_crossentropy`.
    """
    kept = tf.clip_by_value(probabilities, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
    return tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=tf.cast(tf.reshape(labels, [-1]), tf.int64), logits=tf.math.log(kept)
    )


def provoke(error: NotebookError) -> str:
    """Return what Keras says when it is to fit the network of `error` to one batch of MNIST.

    Empty if it does not mind. Nothing is compiled: compiled code gives wrong labels no error but
    a loss that is not a number.
    """
    split = load_split(error.recipe.data.name, "train")
    model = keras.Sequential(make_layers(error.recipe.network))
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", run_eagerly=True)
    try:
        model.fit(split.images[:32] / 255, split.labels[:32], shuffle=False, verbose=0)
    except (ValueError, tf.errors.InvalidArgumentError) as refusal:
        return sentence_of(str(refusal))
    return ""


def sentence_of(text: str) -> str:
    """Return TensorFlow's error message without where it arose and which labels there were."""
    without_place = re.sub(r"^\{\{.*?\}\}\s*", "", text)
    return re.split(r"\s+(?:Label values:|\[Op:)", without_place, maxsplit=1)[0].strip()

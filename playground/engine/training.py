"""One run, or a segment of one, trained by Keras's own `fit` over compiled chunks."""

from __future__ import annotations

import itertools
import math
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from playground.core.collapse import Collapse, CollapseKind, find_collapse
from playground.core.confidence import Confidence
from playground.core.events import Event
from playground.core.experiment import Experiment
from playground.core.run import Ending, RunState
from playground.core.weights import Weights
from playground.data import load_split
from playground.engine.architecture import WARM_NETWORKS, Architecture
from playground.engine.callbacks import (
    Command,
    FollowRate,
    PauseOrStop,
    Progress,
    Reporter,
    Snapshot,
    StopAtThreshold,
    StopWhenDiverged,
)
from playground.engine.checkpoint import Checkpoint, capture_weights
from playground.engine.network import (
    ChunkedNetwork,
    Pictures,
    build_network,
    reset_network,
)
from playground.engine.schedule import Schedule, build_schedule

EVALUATION_BATCH: Final = 2_000
"""Test pictures that are looked at together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingResult:
    """What a segment of a run ends with.

    Args:
        ending: why it is over; None if it is only paused.
        checkpoint: where to go on; for a paused run, and for one that trained all its epochs and may
            be given more.
        probabilities: float32 (pictures, classes), of the test pictures, by the weights as they are now.
        confidence: what it thought of the test pictures after each epoch, those of earlier segments too.
        weights: as they are now.
        test: Keras's "loss" and "accuracy" on the test pictures, by the weights as they are now.
    """

    ending: Ending | None
    checkpoint: Checkpoint | None
    probabilities: NDArray[np.float32]
    confidence: Confidence
    weights: Weights
    test: Mapping[str, float]


def never() -> Command | None:
    """Return no command: a run that nobody interrupts."""
    return None


def no_rate() -> float | None:
    """Return no learning rate: it stays what it is."""
    return None


NO_RATES: Final[Mapping[tuple[int, int], float]] = MappingProxyType({})


class Trainer:
    """Trains experiments one after the other, keeping pictures and compiled networks warm."""

    def __init__(self) -> None:
        self._pictures: dict[str, Pictures] = {}
        self._networks: OrderedDict[Architecture, ChunkedNetwork] = OrderedDict()

    def train(  # noqa: PLR0913 - all by name, and all but two may be left out
        self,
        experiment: Experiment,
        tell: Callable[[Event], None],
        *,
        ask: Callable[[], Command | None] = never,
        ask_rate: Callable[[], float | None] = no_rate,
        rates: Mapping[tuple[int, int], float] = NO_RATES,
        start: Checkpoint | None = None,
        chunks: int | None = None,
        show: Callable[[float, NDArray[np.float32]], None] | None = None,
        callbacks: Sequence[keras.callbacks.Callback] = (),
    ) -> TrainingResult:
        """Train `experiment` from its beginning or from `start`.

        Args:
            experiment: what to train.
            tell: called with each event, in order.
            ask: called after each chunk for a person's command.
            ask_rate: called after each chunk for a new learning rate.
            rates: learning rates by epoch (from 1) and chunks trained of it, from where on they hold.
            start: where an earlier segment of the same run ended.
            chunks: pause by itself after so many chunks.
            show: called now and then with the epochs trained so far and the probabilities of the
                test pictures, float32 (pictures, classes).
            callbacks: further Keras callbacks.

        Raises:
            DataError: a dataset's file is missing or not the one expected.
        """
        network = self.network(experiment)
        reset_network(network, experiment)
        schedule = build_schedule(experiment)
        untrained = None
        if start is None:
            untrained = look(network, experiment, held_out=experiment.validates)
        progress = Progress(schedule, start, validates=experiment.validates)
        reporter = Reporter(progress, tell)
        diverged = StopWhenDiverged(progress)
        pause_or_stop = PauseOrStop(progress, ask, chunks)
        threshold = [] if experiment.stop is None else [StopAtThreshold(progress, experiment.stop)]
        rate = FollowRate(progress, ask_rate, rates, tell)
        known = None if untrained is None or experiment.validates else network.guesses
        snapshots = [] if show is None else [Snapshot(progress, show, known)]
        if untrained is not None:
            reporter.tell_epoch(0, {f"val_{name}": value for name, value in untrained.items()})
        history = network.fit(
            feed(schedule, start),
            steps_per_epoch=schedule.chunks_per_epoch,
            epochs=experiment.epochs,
            initial_epoch=progress.epoch,
            validation_data=numbers_to_look_at(experiment, held_out=experiment.validates),
            verbose=0,
            shuffle=False,
            callbacks=[
                progress,
                reporter,
                diverged,
                *threshold,
                rate,
                *snapshots,
                *callbacks,
                pause_or_stop,
            ],
        )
        # Keras looks at the pictures after every epoch, one that was interrupted too.
        test = {name: history.history[f"val_{name}"][-1] for name in ("loss", "accuracy")}
        if experiment.validates:
            test = look(network, experiment, held_out=False)
        weights = Weights(capture_weights(network), progress.position)
        if pause_or_stop.command is Command.PAUSE:
            return TrainingResult(
                ending=None,
                checkpoint=pause_or_stop.checkpoint,
                probabilities=network.guesses,
                confidence=progress.confidence,
                weights=weights,
                test=test,
            )
        ending = _ending(test, progress, diverged, threshold, pause_or_stop)
        ending = replace(ending, collapse=_collapse(network, experiment, ending))
        return TrainingResult(
            ending=ending,
            checkpoint=progress.checkpoint() if ending.state is RunState.FINISHED else None,
            probabilities=network.guesses,
            confidence=progress.confidence,
            weights=weights,
            test=test,
        )

    def network(self, experiment: Experiment) -> ChunkedNetwork:
        """Return a compiled network of the experiment's architecture, warm if there is one."""
        architecture = Architecture.of(experiment)
        if architecture not in self._networks:
            network = build_network(experiment, self.pictures(experiment.dataset))
            compile_training(network, build_schedule(experiment))
            self._networks[architecture] = network
            while len(self._networks) > WARM_NETWORKS:
                self._networks.popitem(last=False)
        self._networks.move_to_end(architecture)
        return self._networks[architecture]

    def warm_up(self, experiment: Experiment) -> None:
        """Compile all that a run of the experiment's architecture calls."""
        network = self.network(experiment)
        look(network, experiment, held_out=False)
        network.predict_test()

    def pictures(self, dataset: str) -> Pictures:
        """Return a dataset's tensors, loaded on first use."""
        if dataset not in self._pictures:
            train, test = load_split(dataset, "train"), load_split(dataset, "test")
            self._pictures[dataset] = Pictures.from_splits(train, test)
        return self._pictures[dataset]


def feed(schedule: Schedule, start: Checkpoint | None) -> tf.data.Dataset:
    """Return the endless dataset of which `fit` takes `chunks_per_epoch` elements an epoch.

    They are what `ChunkedNetwork.train_step` takes: rows int32 (rows, batch_size), how many of them
    to train in full, and how many pictures of the row after those. Chunks trained before `start`
    are there, but empty.
    """
    first_epoch, first_chunk = (start.epoch, start.chunk) if start else (0, 0)
    shape = _rows_shape(schedule)

    def chunks() -> Iterator[tuple[NDArray[np.int32], int, int]]:
        for epoch in itertools.count(first_epoch):
            for chunk, pictures in enumerate(schedule.chunks(epoch)):
                rows = np.zeros(shape, np.int32)
                if epoch == first_epoch and chunk < first_chunk:
                    yield rows, 0, 0
                else:
                    rows.flat[: pictures.size] = pictures
                    yield rows, *divmod(pictures.size, schedule.batch_size)

    number = tf.TensorSpec((), tf.int32)
    signature = (tf.TensorSpec(shape, tf.int32), number, number)
    return tf.data.Dataset.from_generator(chunks, output_signature=signature)


def _rows_shape(schedule: Schedule) -> tuple[int, int]:
    """Return the shape of a chunk's rows: one more where a smaller batch may follow the full ones."""
    return schedule.most_steps + schedule.has_remainder, schedule.batch_size


def numbers_to_look_at(experiment: Experiment, *, held_out: bool) -> tf.data.Dataset:
    """Return the numbers of all validation or test pictures, in blocks that `evaluate` takes.

    Args:
        experiment: whose pictures.
        held_out: the validation pictures, which are the last of the training set; else the test pictures.
    """
    data = experiment.data
    first, last = 0, data.test_images
    if held_out:
        first, last = data.train_images - data.validation_images, data.train_images
    numbers = np.arange(first, last, dtype=np.int32)
    blocks = tf.data.Dataset.from_tensor_slices((numbers, np.full(len(numbers), held_out)))
    return blocks.batch(EVALUATION_BATCH)


def look(network: ChunkedNetwork, experiment: Experiment, *, held_out: bool) -> dict[str, float]:
    """Return Keras's `loss` and `accuracy` on all validation or test pictures."""
    numbers = numbers_to_look_at(experiment, held_out=held_out)
    return dict(network.evaluate(numbers, return_dict=True, verbose=0))


def compile_training(network: ChunkedNetwork, schedule: Schedule) -> None:
    """Compile a network's training before the clock runs, by training no batch: no weight changes."""
    nothing = np.zeros((1, *_rows_shape(schedule)), np.int32)
    zero = np.zeros(1, np.int32)
    empty = tf.data.Dataset.from_tensor_slices((nothing, zero, zero))
    network.fit(empty, epochs=1, verbose=0, shuffle=False)


def _collapse(network: ChunkedNetwork, experiment: Experiment, ending: Ending) -> Collapse | None:
    """Return how the network has collapsed, if it has and the run does not say worse.

    That one hardly tells pictures apart before it has seen them all is no wonder.
    """
    if ending.state is RunState.DIVERGED:
        return None
    found = find_collapse(network.guesses, experiment.activation, network.hidden_outputs)
    is_early = ending.epochs_done == 0 and found is not None and found.kind is CollapseKind.ALIKE
    return None if is_early else found


def _ending(
    test: Mapping[str, float],
    progress: Progress,
    diverged: StopWhenDiverged,
    threshold: Sequence[StopAtThreshold],
    pause_or_stop: PauseOrStop,
) -> Ending:
    crossed = next((rule.value for rule in threshold if rule.value is not None), None)
    if diverged.step is not None:
        state, step, value = RunState.DIVERGED, diverged.step, diverged.loss
    elif crossed is None and pause_or_stop.command is Command.STOP:
        state, step, value = RunState.STOPPED, progress.step, None
    else:
        state, step, value = RunState.FINISHED, 0, crossed
    whole = progress.at_epoch_end and state is not RunState.DIVERGED
    return Ending(
        state=state,
        epochs_done=progress.epoch + whole,
        step=0 if whole else step,
        value=value,
        test_loss=test["loss"] if math.isfinite(test["loss"]) else None,
        test_accuracy=test["accuracy"],
    )

"""Whole runs: the same twice, ended for each of the reasons there are, paused and taken up again."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.testing import assert_array_equal
from tensorflow.python.eager.polymorphic_function import polymorphic_function

from playground.core.events import ChunkEnd, EpochEnd, Event, RateChange
from playground.core.experiment import Experiment
from playground.core.run import Ending, RunState
from playground.core.stop_rule import STOP_METRIC, StopRule
from playground.data import load_split
from playground.engine.callbacks import Command
from playground.engine.checkpoint import Checkpoint
from playground.engine.schedule import build_schedule
from playground.engine.training import Trainer, TrainingResult

SMALL: Final = Experiment(train_size=2_000, hidden=(16,), epochs=3)
WITH_DROPOUT: Final = SMALL.with_(train_size=1_100, batch_size=256, dropout=0.3, epochs=2)


class Told(list[Event]):
    """What a run told, with the pieces that tests ask for."""

    @property
    def curve(self) -> list[Event]:
        """The events without the clock."""
        return [replace(event, seconds=0.0) for event in self]

    @property
    def epochs(self) -> list[EpochEnd]:
        return [event for event in self if isinstance(event, EpochEnd)]

    @property
    def chunks(self) -> list[ChunkEnd]:
        return [event for event in self if isinstance(event, ChunkEnd)]


@pytest.fixture(scope="module", autouse=True)
def nothing_is_logged() -> Iterator[None]:
    """Fail if TensorFlow warned of anything, such as being made to trace too often.

    It counts what all networks of a process trace together: those of other modules do not count here.
    """
    counted = polymorphic_function._FrequentTracingDetectorManager()
    polymorphic_function._frequent_tracing_detector_manager = counted
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setLevel(logging.WARNING)
    logger = tf.get_logger()
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)
    assert written.getvalue() == ""


def run(trainer: Trainer, experiment: Experiment) -> tuple[Told, TrainingResult]:
    told = Told()
    return told, trainer.train(experiment, told.append)


def ending_of(result: TrainingResult) -> Ending:
    assert result.ending is not None
    # Only a run that came to its own end may be given more epochs.
    assert (result.checkpoint is not None) == (result.ending.state is RunState.FINISHED)
    return result.ending


def after(asked: int, command: Command) -> Callable[[], Command | None]:
    """Return an `ask` that gives the command when asked for the `asked`th time, and ever after."""
    left = iter(range(asked - 1))
    return lambda: None if next(left, None) is not None else command


def test_the_same_seed_gives_the_same_curve_and_probabilities(
    trainer: Trainer, other_trainer: Trainer
) -> None:
    first, first_result = run(trainer, WITH_DROPOUT)
    other_seed, _ = run(trainer, WITH_DROPOUT.with_(seed=1))
    again, again_result = run(trainer, WITH_DROPOUT)
    elsewhere, elsewhere_result = run(other_trainer, WITH_DROPOUT)
    assert first.curve == again.curve == elsewhere.curve
    assert first_result.ending == again_result.ending == elsewhere_result.ending
    assert_array_equal(first_result.probabilities, again_result.probabilities)
    assert_array_equal(first_result.probabilities, elsewhere_result.probabilities)
    for one, other in zip(first, other_seed, strict=True):
        assert not isinstance(one, RateChange)
        assert not isinstance(other, RateChange)
        assert one.loss != other.loss or one.loss is None
    assert first.epochs[0].val_loss != other_seed.epochs[0].val_loss


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_neurons_that_begin_with_zeros_stay_alike(trainer: Trainer, activation: str) -> None:
    drawn = SMALL.with_(activation=activation, epochs=1)
    before, _ = run(trainer, drawn)
    _, result = run(trainer, drawn.with_(init="zero"))
    after_it, _ = run(trainer, drawn)
    arrays = result.weights.arrays
    learnt = {name for name, array in arrays.items() if np.abs(array).max() > 0.01}
    if activation == "relu":
        assert learnt == {"dense_2.bias"}, "a ReLU of 0 lets nothing through, either way"
    else:
        assert learnt == set(arrays)
        assert np.ptp(arrays["dense_1.kernel"], axis=1).max() < 1e-4
        assert np.ptp(arrays["dense_2.kernel"], axis=1).max() > 0.01, "each class learns its own"
    assert before.curve == after_it.curve, "the same network, warm: its weights are drawn again"


def test_a_finished_run_goes_on_as_the_one_that_trains_all_epochs(trainer: Trainer) -> None:
    whole, whole_result = run(trainer, WITH_DROPOUT.with_(epochs=4))
    first, first_result = run(trainer, WITH_DROPOUT)
    assert first_result.checkpoint is not None
    rest = Told()
    rest_result = trainer.train(
        WITH_DROPOUT.with_(epochs=4),
        rest.append,
        start=Checkpoint.from_bytes(first_result.checkpoint.to_bytes()),
    )
    assert Told([*first, *rest]).curve == whole.curve
    assert rest_result.ending == whole_result.ending
    assert_array_equal(rest_result.probabilities, whole_result.probabilities)


def test_a_changed_learning_rate_holds_from_the_next_chunk_on(trainer: Trainer) -> None:
    plain, _ = run(trainer, SMALL)
    asked = iter([None, None, 0.01])
    told = Told()
    result = trainer.train(SMALL, told.append, ask_rate=lambda: next(asked, None))
    (change,) = (event for event in told if isinstance(event, RateChange))
    place = told.index(change)
    assert change.learning_rate == 0.01
    assert (change.epoch, change.chunk, change.seq) == (1, 3, place + 1)
    assert change.position == told.chunks[2].position
    assert told.curve[:place] == plain.curve[:place]
    assert told.chunks[3].loss != plain.chunks[3].loss
    # Made again at the same place, it is the same run, to the last bit.
    again = Told()
    same = trainer.train(SMALL, again.append, rates={(1, 3): 0.01})
    assert again.curve == told.curve
    assert_array_equal(same.probabilities, result.probabilities)
    # And the next run of this network begins with its own rate.
    assert run(trainer, SMALL)[0].curve == plain.curve


def test_a_rate_changed_before_a_pause_holds_after_it(trainer: Trainer) -> None:
    whole = Told()
    trainer.train(SMALL, whole.append, rates={(1, 3): 0.01})
    first, rest = Told(), Told()
    paused = trainer.train(SMALL, first.append, rates={(1, 3): 0.01}, chunks=7)
    trainer.train(SMALL, rest.append, rates={(1, 3): 0.01}, start=paused.checkpoint)
    assert Told([*first, *rest]).curve == whole.curve


def test_events_are_numbered_and_tell_where_the_run_is(trainer: Trainer) -> None:
    told, result = run(trainer, SMALL)
    schedule = build_schedule(SMALL)
    assert [event.seq for event in told] == list(range(1, len(told) + 1))
    assert [event.epoch for event in told.epochs] == [0, 1, 2, 3]
    assert len(told.chunks) == SMALL.epochs * schedule.chunks_per_epoch
    for number, chunk in enumerate(told.chunks):
        epoch, index = divmod(number, schedule.chunks_per_epoch)
        assert chunk.epoch == epoch + 1
        assert chunk.step == schedule.steps_after(index + 1)
        assert chunk.position == pytest.approx(epoch + chunk.step / SMALL.steps_per_epoch)
    seconds = [event.seconds for event in told]
    assert seconds == sorted(seconds)
    assert ending_of(result) == Ending(
        state=RunState.FINISHED,
        epochs_done=3,
        test_loss=told.epochs[-1].val_loss,
        test_accuracy=told.epochs[-1].val_accuracy,
    )


@pytest.mark.parametrize("dataset", Experiment.DATASET.options)
def test_probabilities_are_those_of_the_test_pictures(trainer: Trainer, dataset: str) -> None:
    told, result = run(trainer, SMALL.with_(dataset=dataset))
    labels = load_split(dataset, "test").labels
    probabilities = result.probabilities
    assert probabilities.shape == (10_000, 10)
    assert probabilities.dtype == np.float32
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    hits = float(np.mean(probabilities.argmax(axis=1) == labels))
    loss = float(-np.log(probabilities[np.arange(10_000), labels]).mean())
    assert hits == pytest.approx(told.epochs[-1].val_accuracy, abs=1e-6)
    assert loss == pytest.approx(told.epochs[-1].val_loss, rel=1e-3)
    assert hits > 0.6  # 2,000 pictures three times: far from guessing, which is 0.1


def test_another_dataset_is_another_curve(trainer: Trainer) -> None:
    fashion, _ = run(trainer, SMALL)
    digits, _ = run(trainer, SMALL.with_(dataset="mnist"))
    assert [event.loss for event in fashion.chunks] != [event.loss for event in digits.chunks]


@pytest.mark.parametrize("metric", [name for name in STOP_METRIC.options if name != "none"])
def test_a_rule_stops_after_the_first_epoch_that_crosses_it(trainer: Trainer, metric: str) -> None:
    free, _ = run(trainer, SMALL)
    values = [getattr(event, metric) for event in free.epochs[1:]]
    rule = StopRule(metric, (values[0] + values[1]) / 2)
    assert [rule.crossed_by(value) for value in values[:2]] == [False, True]

    told, result = run(trainer, SMALL.with_(stop=rule))
    ending = ending_of(result)
    assert (ending.state, ending.epochs_done, ending.step) == (RunState.FINISHED, 2, 0)
    assert ending.value == values[1]
    assert told.curve == free.curve[: len(told)]
    assert told[-1] == told.epochs[2]


def test_the_notebooks_eighth_exercise_stops_early(trainer: Trainer) -> None:
    rule = StopRule("loss", 0.4)
    told, result = run(trainer, Experiment(hidden=(512,), stop=rule))
    ending = ending_of(result)
    assert (ending.state, ending.epochs_done) == (RunState.FINISHED, 2)
    assert ending.value == told.epochs[2].loss
    assert ending.value is not None
    assert ending.value < 0.4


def assert_pauses_leave_no_trace(
    experiment: Experiment, chunks: int, workers: tuple[Trainer, ...]
) -> None:
    """Pause every few chunks, go on in the next worker, and compare with a run left alone."""
    undisturbed, expected = run(workers[0], experiment)
    told = Told()
    result = workers[0].train(experiment, told.append, chunks=chunks)
    parts = 1
    while result.ending is None:
        assert result.checkpoint is not None
        assert len(told.chunks) == parts * chunks
        start = Checkpoint.from_bytes(result.checkpoint.to_bytes())  # as processes do
        worker = workers[parts % len(workers)]
        result = worker.train(experiment, told.append, start=start, chunks=chunks)
        parts += 1
    assert parts == -(-len(undisturbed.chunks) // chunks)
    assert told.curve == undisturbed.curve
    assert result.ending == expected.ending
    assert_array_equal(result.probabilities, expected.probabilities)
    seconds = [event.seconds for event in told]
    assert seconds == sorted(seconds)


# Four chunks an epoch: three full batches and a smaller one.
@pytest.mark.parametrize("chunks", [1, 3, 4], ids=["each", "amid epochs", "at an epoch's end"])
def test_paused_and_taken_up_by_another_worker_a_run_goes_on_bit_for_bit(
    trainer: Trainer, other_trainer: Trainer, chunks: int
) -> None:
    assert build_schedule(WITH_DROPOUT).chunks_per_epoch == 4
    assert_pauses_leave_no_trace(WITH_DROPOUT, chunks, (trainer, other_trainer))


def test_a_checkpoint_survives_another_run_in_the_same_network(trainer: Trainer) -> None:
    undisturbed, _ = run(trainer, WITH_DROPOUT)
    told = Told()
    paused = trainer.train(WITH_DROPOUT, told.append, ask=after(3, Command.PAUSE))
    assert paused.checkpoint is not None
    assert (paused.checkpoint.epoch, paused.checkpoint.chunk) == (0, 3)
    run(trainer, WITH_DROPOUT.with_(seed=5, learning_rate=0.1))
    trainer.train(WITH_DROPOUT, told.append, start=paused.checkpoint)
    assert told.curve == undisturbed.curve


def test_a_pause_hands_back_what_the_network_thinks_so_far(trainer: Trainer) -> None:
    told = Told()
    paused = trainer.train(SMALL, told.append, chunks=1)
    _, finished = run(trainer, SMALL)
    labels = load_split(SMALL.dataset, "test").labels
    so_far = np.mean(paused.probabilities.argmax(axis=1) == labels)
    at_the_end = np.mean(finished.probabilities.argmax(axis=1) == labels)
    assert so_far < at_the_end


@pytest.mark.parametrize(
    ("asked", "epochs_done", "chunks_into_next"),
    [(1, 0, 1), (3, 0, 3), (4, 1, 0), (5, 1, 1)],
)
def test_stop_ends_a_run_at_the_chunk_where_it_is(
    trainer: Trainer, asked: int, epochs_done: int, chunks_into_next: int
) -> None:
    undisturbed, _ = run(trainer, WITH_DROPOUT)
    told = Told()
    result = trainer.train(WITH_DROPOUT, told.append, ask=after(asked, Command.STOP))
    ending = ending_of(result)
    assert ending.state is RunState.STOPPED
    assert ending.epochs_done == epochs_done
    assert ending.step == build_schedule(WITH_DROPOUT).steps_after(chunks_into_next)
    assert ending.value is None
    assert len(told.chunks) == asked
    assert len(told.epochs) == 1 + epochs_done  # an interrupted epoch has no values of its own
    assert told.curve == undisturbed.curve[: len(told)]
    labels = load_split("fashion", "test").labels
    hits = np.mean(result.probabilities.argmax(axis=1) == labels)
    assert ending.test_accuracy == pytest.approx(hits, abs=1e-6)


@pytest.mark.parametrize("command", Command)
def test_a_command_at_the_very_end_comes_too_late(trainer: Trainer, command: Command) -> None:
    undisturbed, expected = run(trainer, WITH_DROPOUT)
    told = Told()
    last = len(undisturbed.chunks)
    result = trainer.train(WITH_DROPOUT, told.append, ask=after(last, command))
    assert told.curve == undisturbed.curve
    assert result.ending == expected.ending
    assert ending_of(result).state is RunState.FINISHED


def test_stop_in_an_epoch_whose_values_would_cross_the_rule_is_still_a_stop(
    trainer: Trainer,
) -> None:
    rule = StopRule("val_accuracy", 0.0)
    result = trainer.train(SMALL.with_(stop=rule), Told().append, ask=after(3, Command.STOP))
    ending = ending_of(result)
    assert (ending.state, ending.value) == (RunState.STOPPED, None)
    assert ending.step == build_schedule(SMALL).steps_after(3)


DIVERGING: Final = Experiment(
    train_size=2_000, normalize=False, optimizer="sgd", learning_rate=10, epochs=2
)


@pytest.mark.parametrize("hidden", [(128,), (512, 256)])
def test_a_hopeless_run_ends_at_its_step(trainer: Trainer, hidden: tuple[int, ...]) -> None:
    told, result = run(trainer, DIVERGING.with_(hidden=hidden))
    ending = ending_of(result)
    assert ending.state is RunState.DIVERGED
    assert ending.epochs_done == 0
    assert ending.value is not None
    assert not ending.value < 1e9
    # It ends with the chunk that holds the step, and not an epoch later.
    assert 1 <= ending.step <= told.chunks[-1].step
    assert ending.step > (told.chunks[-2].step if len(told.chunks) > 1 else 0)
    assert ending.test_loss is None or np.isfinite(ending.test_loss)


def test_a_run_after_a_hopeless_one_is_sound(trainer: Trainer) -> None:
    experiment = DIVERGING.with_(hidden=(128,))
    run(trainer, experiment)
    sound, result = run(trainer, experiment.with_(normalize=True, learning_rate=0.1))
    assert ending_of(result).state is RunState.FINISHED
    assert sound.epochs[-1].val_loss < sound.epochs[0].val_loss


def test_kerass_own_callbacks_work_beside_ours(trainer: Trainer, tmp_path: Path) -> None:
    history = keras.callbacks.History()
    told = Told()
    trainer.train(
        SMALL,
        told.append,
        callbacks=[
            # It notes the rate for those that come after it.
            keras.callbacks.ReduceLROnPlateau(monitor="loss", min_delta=10, patience=1, factor=0.5),
            keras.callbacks.CSVLogger(str(tmp_path / "log.csv")),
            history,
        ],
    )
    expected = [event.val_loss for event in told.epochs[1:]]
    assert history.history["val_loss"] == pytest.approx(expected)
    with (tmp_path / "log.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["val_loss"]) for row in rows] == pytest.approx(expected)
    # No epoch is better than the first by 10, so the rate is halved after the second and the third.
    assert history.history["learning_rate"] == pytest.approx([0.001, 0.001, 0.0005])
    assert float(trainer.network(SMALL).optimizer.learning_rate) == pytest.approx(0.00025)


def test_kerass_early_stopping_ends_a_run(trainer: Trainer) -> None:
    told = Told()
    result = trainer.train(
        SMALL,
        told.append,
        callbacks=[keras.callbacks.EarlyStopping(monitor="val_loss", min_delta=10, patience=1)],
    )
    ending = ending_of(result)
    assert (ending.state, ending.epochs_done, ending.value) == (RunState.FINISHED, 2, None)
    assert [event.epoch for event in told.epochs] == [0, 1, 2]


# Last, because every optimiser is a program of its own and a trainer keeps only a few.
@pytest.mark.parametrize(
    "optimizer", [name for name in Experiment.OPTIMIZER.options if name != WITH_DROPOUT.optimizer]
)
def test_a_pause_keeps_the_state_of_every_optimizer(trainer: Trainer, optimizer: str) -> None:
    experiment = WITH_DROPOUT.with_(optimizer=optimizer, learning_rate=0.003)
    assert_pauses_leave_no_trace(experiment, 3, (trainer,))


def test_what_it_thinks_after_each_epoch_survives_a_pause(trainer: Trainer) -> None:
    labels = load_split(SMALL.dataset, "test").labels
    whole = trainer.train(SMALL, Told().append).confidence
    part = trainer.train(SMALL, Told().append, chunks=build_schedule(SMALL).chunks_per_epoch + 2)
    assert part.checkpoint is not None
    assert part.confidence.epochs == 1
    kept = Checkpoint.from_bytes(part.checkpoint.to_bytes())
    told = Told()
    rest = trainer.train(SMALL, told.append, start=kept)
    assert rest.confidence.epochs == whole.epochs == SMALL.epochs
    assert_array_equal(rest.confidence.guess, whole.guess)
    assert_array_equal(rest.confidence.of_truth, whole.of_truth)
    right = (rest.confidence.guess == labels).mean(axis=1).tolist()
    assert right[1:] == pytest.approx([end.val_accuracy for end in told.epochs[-2:]], abs=1e-6)

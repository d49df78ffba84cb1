"""Validation pictures: held out of training, watched in place of the test pictures, which come once, at the end."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from playground.core.events import EpochEnd, Event
from playground.core.experiment import Experiment
from playground.core.network import Network
from playground.core.run import RunState
from playground.core.stop_rule import StopRule
from playground.core.weights import answers
from playground.data import Split, load_split
from playground.engine.callbacks import Command
from playground.engine.network import Pictures
from playground.engine.schedule import build_schedule
from playground.engine.training import Trainer, TrainingResult

ALL: Final = Experiment(hidden=(4,), batch_size=1024, epochs=2, choose_by="validation")
HELD_OUT: Final = slice(50_000, 60_000)


def run(trainer: Trainer, experiment: Experiment) -> tuple[list[EpochEnd], TrainingResult]:
    told: list[Event] = []
    result = trainer.train(experiment, told.append)
    return [event for event in told if isinstance(event, EpochEnd)], result


def right(result: TrainingResult, split: Split) -> float:
    return float((result.probabilities.argmax(axis=1) == split.labels).mean())


@pytest.mark.parametrize("train_size", [50_000, 1_000])
def test_no_epoch_holds_a_picture_that_is_held_out(train_size: int) -> None:
    schedule = build_schedule(ALL.with_(train_size=train_size, batch_size=32))
    for epoch in range(3):
        rows = np.concatenate(list(schedule.chunks(epoch)))
        assert len(np.unique(rows)) == len(rows) == train_size
        assert rows.max() < HELD_OUT.start


def test_what_is_held_out_is_watched_and_never_trained_on(trainer: Trainer) -> None:
    train, test = load_split("fashion", "train"), load_split("fashion", "test")
    images = train.images.copy()
    images[HELD_OUT] = 255 - images[HELD_OUT]
    other = Trainer()
    other._pictures["fashion"] = Pictures.from_splits(Split(images, train.labels), test)

    ends, result = run(trainer, ALL)
    other_ends, other_result = run(other, ALL)

    for name, array in result.weights.arrays.items():
        assert_array_equal(other_result.weights.arrays[name], array)
    assert [end.loss for end in ends] == [end.loss for end in other_ends]
    assert all(one.val_loss != other.val_loss for one, other in zip(ends, other_ends, strict=True))
    assert other_result.ending is not None
    assert result.ending is not None
    assert other_result.ending.test_accuracy == result.ending.test_accuracy


def test_the_curve_is_of_the_held_out_pictures_and_the_end_of_the_test_pictures(
    trainer: Trainer,
) -> None:
    train, test = load_split("fashion", "train"), load_split("fashion", "test")
    ends, result = run(trainer, ALL)
    guesses = answers(Network.of(ALL), result.weights, train.images[HELD_OUT], normalize=True)
    labels = train.labels[HELD_OUT]
    assert ends[-1].val_accuracy == pytest.approx((guesses.argmax(axis=1) == labels).mean())
    truth = guesses[np.arange(len(labels)), labels]
    assert_allclose(ends[-1].val_loss, -np.log(truth).mean(), rtol=1e-4)

    assert result.ending is not None
    assert result.ending.state is RunState.FINISHED
    assert result.ending.test_accuracy == pytest.approx(right(result, test))
    assert result.ending.test_accuracy != ends[-1].val_accuracy
    # The epochs' guesses, by which pictures are said to be forgotten, are of the test pictures.
    assert_array_equal(result.confidence.guess[-1], result.probabilities.argmax(axis=1))


def test_the_stop_rule_watches_the_held_out_pictures(trainer: Trainer) -> None:
    ends, _ = run(trainer, ALL)
    rule = StopRule("val_loss", round(ends[1].val_loss + 1e-3, 4))
    _, result = run(trainer, ALL.with_(stop=rule))
    assert result.ending is not None
    assert (result.ending.epochs_done, result.ending.value) == (1, ends[1].val_loss)


def test_a_pause_tells_what_the_test_pictures_say(trainer: Trainer) -> None:
    result = trainer.train(ALL, lambda _: None, ask=lambda: Command.PAUSE)
    assert result.ending is None
    test = load_split("fashion", "test")
    assert result.test["accuracy"] == pytest.approx(right(result, test))

"""What a run thought of the test pictures, epoch by epoch."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from playground.core.confidence import Confidence
from playground.core.errors import RecordingError

PICTURES = 10_000
LABELS = np.zeros(PICTURES, np.uint8)
LABELS[1] = 3


def guesses(*rows: dict[int, float]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Return probabilities: those of the first pictures as given, all others sure of class 0."""
    table = np.zeros((PICTURES, 10), np.float32)
    table[:, 0] = 1.0
    for picture, row in enumerate(rows):
        table[picture] = 0
        for label, share in row.items():
            table[picture, label] = share
    return table


@pytest.fixture
def confidence() -> Confidence:
    best = guesses({0: 0.9, 1: 0.1}, {3: 0.8, 5: 0.2}, {0: 0.6, 2: 0.4})
    last = guesses({1: 0.75, 0: 0.25}, {5: 0.5, 3: 0.25}, {0: 0.55, 2: 0.45})
    return Confidence.none().after(best, LABELS).after(last, LABELS)


def test_each_epoch_has_the_truths_probability_and_the_guess(confidence: Confidence) -> None:
    assert confidence.epochs == 2
    np.testing.assert_allclose(
        confidence.of_truth[:, :3], [[0.9, 0.8, 0.6], [0.25, 0.25, 0.55]], atol=1e-3
    )
    assert confidence.guess[:, :3].tolist() == [[0, 3, 0], [1, 5, 0]]


def of_guesses(*rows: str) -> Confidence:
    """Return that of pictures whose right class is 0; a row a picture, a digit an epoch."""
    guess = np.array([[int(digit) for digit in row] for row in rows], np.uint8).T
    return Confidence(np.where(guess == 0, 0.75, 0.25).astype(np.float16), guess)


def test_what_was_right_around_the_best_epoch_and_is_wrong_at_the_end_is_forgotten() -> None:
    confidence = of_guesses(
        "1000001111",  # known from 2 to 6, wrong in the last three
        "1010001111",  # wrong for once around the best epoch
        "1000001101",  # right for once at the end
        "1111110000",  # learnt
        "0000000000",
        "0000000222",
    )
    labels = np.zeros(6, np.uint8)
    assert sorted(confidence.forgotten(labels, best=4)) == [0, 5]
    assert confidence.learnt(labels, best=4).tolist() == [3]
    assert sorted(confidence.forgotten(labels, best=1)) == [5]
    assert confidence.forgotten(labels, best=6).tolist() == [], "the last three are too near"
    assert confidence.lost_an_epoch(labels) == pytest.approx(6 / 9)


def test_the_first_is_the_one_that_fell_most() -> None:
    confidence = of_guesses("000000111", "000000111")
    confidence.of_truth[:6, 1] = 1.0
    assert confidence.forgotten(np.zeros(2, np.uint8), best=3).tolist() == [1, 0]


def test_without_two_epochs_none_turns() -> None:
    assert of_guesses("0", "1").lost_an_epoch(np.zeros(2, np.uint8)) == 0.0


def test_it_survives_a_journey(confidence: Confidence) -> None:
    again = Confidence.from_bytes(confidence.to_bytes(), PICTURES)
    np.testing.assert_array_equal(again.of_truth, confidence.of_truth)
    np.testing.assert_array_equal(again.guess, confidence.guess)
    assert again.of_truth.dtype == np.float16


@pytest.mark.parametrize("kept", [0, 1, 100, -1])
def test_a_damaged_one_is_said_to_be_that(confidence: Confidence, kept: int) -> None:
    with pytest.raises(RecordingError, match="is damaged"):
        Confidence.from_bytes(confidence.to_bytes()[:kept], PICTURES)


@pytest.mark.parametrize("other", [np.zeros((2, 9), np.float16), np.zeros((2, 10_000))])
def test_arrays_that_do_not_fit_are_damage_too(
    confidence: Confidence, other: NDArray[np.float16]
) -> None:
    with pytest.raises(RecordingError, match="is damaged"):
        Confidence.from_bytes(Confidence(other, confidence.guess).to_bytes(), PICTURES)

"""What a run thought of every test picture after each epoch: how sure it was of the truth, and its guess."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from typing import Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from playground.core.errors import RecordingError
from playground.core.message import N_

_KINDS: Final = (np.dtype(np.float16), np.dtype(np.uint8))
_UNREADABLE: Final = N_(
    "What this network thought of the test pictures after each epoch is damaged. Train it again to see it."
)


@dataclass(frozen=True, slots=True)
class Confidence:
    """The guesses of a run, epoch by epoch; row 0 is after epoch 1.

    Args:
        of_truth: probability of the true class, float16 (epochs, pictures).
        guess: the likeliest class, uint8 (epochs, pictures).
    """

    of_truth: NDArray[np.float16]
    guess: NDArray[np.uint8]

    @classmethod
    def none(cls, pictures: int = 0) -> Confidence:
        """Return that of a run before its first epoch, or of one whose epochs are not known.

        Args:
            pictures: how many test pictures there are.
        """
        shape = (0, pictures)
        return cls(np.zeros(shape, np.float16), np.zeros(shape, np.uint8))

    @property
    def epochs(self) -> int:
        """How many epochs there are."""
        return len(self.guess)

    def after(self, guesses: NDArray[np.float32], labels: NDArray[np.uint8]) -> Confidence:
        """Return this and one more epoch.

        Args:
            guesses: probabilities of the test pictures, float32 (pictures, classes).
            labels: their true classes, uint8 (pictures,).
        """
        before = self if self.epochs else Confidence.none(len(labels))
        truth = guesses[np.arange(len(labels)), labels].astype(np.float16)
        guess = guesses.argmax(axis=1).astype(np.uint8)
        return Confidence(np.vstack([before.of_truth, truth]), np.vstack([before.guess, guess]))

    def forgotten(self, labels: NDArray[np.uint8], best: int, last: int) -> NDArray[np.intp]:
        """Return the pictures that were right after epoch `best` and are wrong after epoch `last`.

        The first is the one whose probability of the truth has fallen most.

        Args:
            labels: the true classes, uint8 (pictures,).
            best: from 1.
            last: from 1.
        """
        was, now = self.guess[best - 1] == labels, self.guess[last - 1] != labels
        found = np.flatnonzero(was & now)
        fall = self.of_truth[best - 1, found].astype(float) - self.of_truth[last - 1, found]
        return found[np.argsort(-fall, kind="stable")]

    def to_bytes(self) -> bytes:
        """Return it as a compressed NumPy archive, read without pickle."""
        file = io.BytesIO()
        np.savez_compressed(file, of_truth=self.of_truth, guess=self.guess)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes, pictures: int) -> Confidence:
        """Return what `to_bytes` wrote.

        Args:
            data: what it wrote.
            pictures: how many test pictures there are.

        Raises:
            RecordingError: it did not write that.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as archive:
                of_truth, guess = archive["of_truth"], archive["guess"]
        except (EOFError, KeyError, OSError, ValueError, BadZipFile, zlib.error) as error:
            raise RecordingError(_UNREADABLE) from error
        shape = (len(guess), pictures)
        if not of_truth.shape == guess.shape == shape or (of_truth.dtype, guess.dtype) != _KINDS:
            raise RecordingError(_UNREADABLE)
        return cls(of_truth, guess)

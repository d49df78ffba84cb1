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

AROUND: Final = 2
"""Epochs on either side of the best one in which a picture has to be right to count as known."""

LAST: Final = 3
"""Epochs at the end in which it has to be wrong to count as forgotten."""

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

    def forgotten(self, labels: NDArray[np.uint8], best: int) -> NDArray[np.intp]:
        """Return the pictures that were right around epoch `best` and are wrong at the end.

        From one epoch to the next, hundreds change sides and back. So each of them was right in every
        epoch from `AROUND` before to `AROUND` after, and wrong in each of the `LAST` epochs.

        Args:
            labels: the true classes, uint8 (pictures,).
            best: from 1.

        Returns:
            Their numbers, first the one whose probability of the truth has fallen most; none where the
            two spans of epochs touch.
        """
        return self._changed(labels, best, right_at_first=True)

    def learnt(self, labels: NDArray[np.uint8], best: int) -> NDArray[np.intp]:
        """Return the pictures that were wrong around epoch `best` and are right at the end."""
        return self._changed(labels, best, right_at_first=False)

    def lost_an_epoch(self, labels: NDArray[np.uint8]) -> float:
        """Return how many pictures turn from right to wrong from an epoch to the next, on average."""
        right = self.guess == labels
        if self.epochs < 2:
            return 0.0
        return float((right[:-1] & ~right[1:]).sum(axis=1).mean())

    def _changed(
        self, labels: NDArray[np.uint8], best: int, *, right_at_first: bool
    ) -> NDArray[np.intp]:
        around = slice(max(0, best - 1 - AROUND), best + AROUND)
        last = slice(self.epochs - LAST, self.epochs)
        if around.stop > last.start:
            return np.zeros(0, np.intp)
        right = (self.guess == labels) == right_at_first
        found = np.flatnonzero(right[around].all(axis=0) & ~right[last].any(axis=0))
        truth = self.of_truth.astype(float)
        change = np.abs(truth[around].mean(axis=0) - truth[last].mean(axis=0))[found]
        return found[np.argsort(-change, kind="stable")]

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

"""Where a run stands, in full: enough to go on bit for bit in another process."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.core.confidence import Confidence
from playground.engine.network import ChunkedNetwork


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A run between two chunks.

    Args:
        epoch: whole epochs trained.
        chunk: chunks trained of the next one.
        seq: number of the last event told.
        seconds: training time so far.
        state: weights, optimiser, random state of dropout, and Keras's running metrics.
        confidence: what the run thought of the test pictures after each epoch so far.
    """

    epoch: int
    chunk: int
    seq: int
    seconds: float
    state: tuple[NDArray[np.generic], ...]
    confidence: Confidence = field(default_factory=Confidence.none)

    def to_bytes(self) -> bytes:
        """Return it as a NumPy archive, read without pickle: it may come out of a database."""
        place = np.array([self.epoch, self.chunk, self.seq], np.int64)
        file = io.BytesIO()
        np.savez(
            file,
            np.float64(self.seconds),
            place,
            *self.state,
            of_truth=self.confidence.of_truth,
            guess=self.confidence.guess,
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Checkpoint:
        """Return what `to_bytes` wrote."""
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            named = {name: archive[name] for name in archive.files}
        # Those of an earlier version have no confidence: their epochs are not known.
        known = "guess" in named
        confidence = (
            Confidence(named.pop("of_truth"), named.pop("guess")) if known else Confidence.none()
        )
        seconds, place, *state = named.values()
        epoch, chunk, seq = place.tolist()
        return cls(
            epoch=epoch,
            chunk=chunk,
            seq=seq,
            seconds=float(seconds),
            state=tuple(state),
            confidence=confidence,
        )


def capture_state(network: ChunkedNetwork) -> tuple[NDArray[np.generic], ...]:
    """Return copies of all that training changes in `network`."""
    return tuple(np.array(variable.numpy()) for variable in _variables(network))


def restore_state(network: ChunkedNetwork, state: tuple[NDArray[np.generic], ...]) -> None:
    """Put back what `capture_state` returned for a network of the same architecture."""
    for variable, value in zip(_variables(network), state, strict=True):
        variable.assign(value)


def _variables(network: ChunkedNetwork) -> list[Any]:
    metrics = [variable for metric in network.metrics for variable in metric.variables]
    rest = [v for v in network.variables if all(v is not m for m in metrics)]
    return [*rest, *network.optimizer.variables, *metrics]

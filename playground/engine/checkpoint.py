"""Where a run stands, in full and by name: enough to go on bit for bit in another process."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import keras
import numpy as np
from numpy.typing import NDArray

from playground.core.confidence import Confidence
from playground.core.errors import CheckpointError
from playground.core.message import N_, message
from playground.core.named_arrays import pack, unpack
from playground.engine.network import ChunkedNetwork

FORMAT: Final = "playground-checkpoint-2"
FIRST_KERAS: Final = "3.15"
"""The versions of Keras that wrote checkpoints by position, which say nothing of that."""

_NUMBERED: Final = b"PK"
"""Begins a checkpoint of the days before names: a NumPy archive, its arrays in the order of `state_of`."""

_OF_TRUTH: Final = "confidence/of_truth"
_GUESS: Final = "confidence/guess"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A run between two chunks.

    Args:
        epoch: whole epochs trained.
        chunk: chunks trained of the next one.
        seq: number of the last event told.
        seconds: training time so far.
        state: weights, optimiser, random state of dropout, and Keras's running metrics, by the names of
            `state_of`; of an earlier version by their places in it, "0", "1" and so on.
        confidence: what the run thought of the test pictures after each epoch so far.
        keras: the version that wrote it.
    """

    epoch: int
    chunk: int
    seq: int
    seconds: float
    state: Mapping[str, NDArray[np.generic]]
    confidence: Confidence = field(default_factory=Confidence.none)
    keras: str = keras.__version__

    def to_bytes(self) -> bytes:
        """Return it as one piece, in which nothing can be run: it may come out of a database."""
        arrays: dict[str, NDArray[Any]] = dict(self.state)
        arrays[_OF_TRUTH], arrays[_GUESS] = self.confidence.of_truth, self.confidence.guess
        words = {
            "format": FORMAT,
            "keras": self.keras,
            "epoch": str(self.epoch),
            "chunk": str(self.chunk),
            "seq": str(self.seq),
            "seconds": repr(float(self.seconds)),
        }
        return pack(arrays, words)

    @classmethod
    def from_bytes(cls, data: bytes) -> Checkpoint:
        """Return what `to_bytes` wrote, of this version or an earlier one.

        Raises:
            CheckpointError: it is damaged, or a later version wrote it.
        """
        try:
            if data.startswith(_NUMBERED):
                return _read_numbered(data)
            arrays, words = unpack(data)
            if words["format"] != FORMAT:
                raise _other_version(words["format"])
            return cls(
                epoch=int(words["epoch"]),
                chunk=int(words["chunk"]),
                seq=int(words["seq"]),
                seconds=float(words["seconds"]),
                confidence=Confidence(arrays.pop(_OF_TRUTH), arrays.pop(_GUESS)),
                state=arrays,
                keras=words["keras"],
            )
        except (EOFError, KeyError, OSError, ValueError, zipfile.BadZipFile) as error:
            raise CheckpointError(N_("Where this run stood is damaged.")) from error


def state_of(network: ChunkedNetwork) -> dict[str, Any]:
    """Return Keras's variables that training changes, by name, always in the same order.

    A weight has its name in the description of the network, as `dense_1.kernel`; whatever else there is
    has the path that Keras gives it, in which nothing counts: layers and optimiser have names of ours.
    """
    metrics = [variable for metric in network.metrics for variable in metric.variables]
    own = [variable for variable in network.variables if all(variable is not it for it in metrics)]
    layers = {
        id(variable): f"{step.name}.{variable.name}"
        for layer, step in zip(network.layers, network.described.steps, strict=True)
        for variable in layer.variables
    }
    return {
        **{layers[id(variable)]: variable for variable in own},
        **{variable.path: variable for variable in (*network.optimizer.variables, *metrics)},
    }


def capture_weights(network: ChunkedNetwork) -> dict[str, NDArray[np.float32]]:
    """Return copies of a network's weights by their names in its description."""
    variables = state_of(network)
    return {name: np.array(variables[name]) for name in network.described.weight_shapes}


def capture_state(network: ChunkedNetwork) -> dict[str, NDArray[np.generic]]:
    """Return copies of all that training changes in `network`."""
    return {name: np.array(variable.numpy()) for name, variable in state_of(network).items()}


def restore_state(network: ChunkedNetwork, start: Checkpoint) -> None:
    """Put back what `capture_state` returned for a network of the same architecture.

    Raises:
        CheckpointError: it is of another one, or Keras has other names for it by now.
    """
    variables, state = state_of(network), dict(start.state)
    if "0" in state and len(state) == len(variables):
        state = dict(zip(variables, state.values(), strict=True))
    shapes = {name: tuple(variable.shape) for name, variable in variables.items()}
    if {name: array.shape for name, array in state.items()} != shapes:
        raise _other_version(f"Keras {start.keras}")
    for name, variable in variables.items():
        variable.assign(state[name])


def _read_numbered(data: bytes) -> Checkpoint:
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        named = {name: archive[name] for name in archive.files}
    # The earliest ones have no confidence: their epochs are not known.
    known = "guess" in named
    confidence = (
        Confidence(named.pop("of_truth"), named.pop("guess")) if known else Confidence.none()
    )
    seconds, place, *state = named.values()
    epoch, chunk, seq = place.tolist()
    return Checkpoint(
        epoch=epoch,
        chunk=chunk,
        seq=seq,
        seconds=float(seconds),
        state={str(number): array for number, array in enumerate(state)},
        confidence=confidence,
        keras=FIRST_KERAS,
    )


def _other_version(received: str) -> CheckpointError:
    return CheckpointError(
        message(
            N_("Where this run stood was written by another version ({received}; here is {own})."),
            received=received,
            own=f"Keras {keras.__version__}",
        )
    )

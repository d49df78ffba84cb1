"""A finished run in one file: what it trained, all it told, and what it left.

Reads and writes the file and checks what it reads; it neither trains nor decides what is recorded.

A recording is a NumPy archive (.npz, read without pickle): `record`, the UTF-8 bytes of a JSON object, and
the bytes of each artefact under its name (`artefacts.py`).
"""

from __future__ import annotations

import importlib.metadata
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from playground.core.artefacts import PROBABILITIES
from playground.core.errors import RecordingError
from playground.core.events import from_wire, to_wire
from playground.core.experiment import Experiment
from playground.core.message import N_, Message, message
from playground.core.run import Ending, RunView

FOLDER: Final = Path(__file__).parent.parent / "recorded"
"""Where the recordings that ship with the project lie, one a dataset."""

FORMAT: Final = "playground-recording-2"
PACKAGES: Final = ("keras", "numpy", "tensorflow", "tensorflow-cpu")
"""Packages whose versions a recording notes, those that are installed."""

_REMEDY: Final = message(
    N_(
        "Put the project's own file back, for example with: git checkout -- playground/recorded; or "
        "record the run anew: make baseline"
    )
)


@dataclass(frozen=True, slots=True)
class Recording:
    """A run that is over.

    Args:
        view: the run; `view.recorded` is the ISO date of its training.
        artefacts: what it left, bytes by name; the probabilities at least.
        versions: of the packages that trained it, by name.
    """

    view: RunView
    artefacts: Mapping[str, bytes]
    versions: Mapping[str, str]

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """The answers to the test pictures by the last weights, float32 (pictures, classes); read-only."""
        shares = np.frombuffer(self.artefacts[PROBABILITIES], np.float32)
        return shares.reshape(-1, self.view.experiment.data.classes)


def recorded_id(dataset: str) -> str:
    """Return the id of the run that ships with the project for a dataset."""
    return f"recorded-{dataset}"


def installed_versions() -> dict[str, str]:
    """Return the versions of those `PACKAGES` that are installed."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def save_recording(path: Path, recording: Recording) -> None:
    """Write `recording` to `path`, in place of what was there.

    Raises:
        RecordingError: the run is not over, or the probabilities are not those of its dataset.
    """
    view = recording.view
    if view.ending is None:
        raise RecordingError(
            message(
                N_("Expected a run that is over, received {id}, which is {state}."),
                id=view.id,
                state=str(view.state),
            )
        )
    _check_probabilities(path, view.experiment, recording.artefacts)
    record = {
        "format": FORMAT,
        "id": view.id,
        "recorded": view.recorded,
        "experiment": view.experiment.to_dict(),
        "ending": view.ending.to_dict(),
        "events": [to_wire(event) for event in view.events],
        "versions": dict(recording.versions),
    }
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), allow_nan=False)
    with path.open("wb") as file:
        members = {"record": text.encode(), **recording.artefacts}
        arrays: dict[str, Any] = {it: np.frombuffer(data, np.uint8) for it, data in members.items()}
        np.savez_compressed(file, **arrays)


def load_recording(path: Path) -> Recording:
    """Return what `save_recording` wrote to `path`.

    Raises:
        RecordingError: the file is missing, damaged, or not a recording.
    """
    arrays = _load_arrays(path)
    if not {"record", PROBABILITIES} <= set(arrays):
        raise RecordingError(
            _foreign(path, message(N_("it holds {names}"), names=", ".join(arrays) or "—"))
        )
    artefacts = {name: array.tobytes() for name, array in arrays.items()}
    try:
        record = json.loads(artefacts.pop("record"))
    except ValueError as error:
        raise RecordingError(
            _foreign(path, message(N_("its record is not JSON ({reason})"), reason=str(error)))
        ) from error
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        received = record.get("format") if isinstance(record, dict) else type(record).__name__
        raise RecordingError(
            _foreign(path, message(N_("its format is {received}"), received=str(received)))
        )
    recording = _parse(path, record, artefacts)
    _check_probabilities(path, recording.view.experiment, artefacts)
    return recording


def _parse(path: Path, record: dict[str, Any], artefacts: Mapping[str, bytes]) -> Recording:
    """Return the recording that `record` spells; this is the only place that reads it."""
    try:
        ending = Ending.from_dict(record["ending"])
        view = RunView(
            id=str(record["id"]),
            experiment=Experiment.from_dict(record["experiment"]),
            state=ending.state,
            events=tuple(from_wire(event) for event in record["events"]),
            ending=ending,
            recorded=str(record["recorded"]),
        )
        return Recording(view, artefacts, dict(record["versions"]))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise RecordingError(
            _foreign(path, message(N_("its record does not fit ({reason})"), reason=reason))
        ) from error


def _load_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of the archive at `path`."""
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            arrays = {}
            for name in archive.namelist():
                with archive.open(name) as member:
                    arrays[name.removesuffix(".npy")] = np.lib.format.read_array(
                        member, allow_pickle=False
                    )
            return arrays
    except OSError as error:
        raise RecordingError(
            message(
                N_("{file}: expected a recording, received “{reason}”. {remedy}"),
                file=path.name,
                reason=error.strerror or type(error).__name__,
                remedy=_REMEDY,
            )
        ) from error
    except (EOFError, NotImplementedError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise RecordingError(
            message(
                N_(
                    "{file}: expected a whole .npz file, received a damaged one ({reason}). {remedy}"
                ),
                file=path.name,
                reason=str(error),
                remedy=_REMEDY,
            )
        ) from error


def _foreign(path: Path, found: Message) -> Message:
    return message(
        N_("{file}: expected a recording of the format {expected}, but {found}. {remedy}"),
        file=path.name,
        expected=FORMAT,
        found=found,
        remedy=_REMEDY,
    )


def _check_probabilities(
    path: Path, experiment: Experiment, artefacts: Mapping[str, bytes]
) -> None:
    """Raise an error if probabilities are not those of all test pictures of the dataset."""
    expected = 4 * experiment.data.test_images * experiment.data.classes
    received = len(artefacts.get(PROBABILITIES, b""))
    if received == expected:
        return
    raise RecordingError(
        message(
            N_("{file}: expected {expected} bytes of probabilities, received {received}. {remedy}"),
            file=path.name,
            expected=expected,
            received=received,
            remedy=_REMEDY,
        )
    )

"""The runs that ship with the project, found by their ids as all others are; nobody changes them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playground.core.artefacts import PROBABILITIES
from playground.core.dataset import DATASETS
from playground.core.recording import FOLDER, Recording, load_recording, recorded_id
from playground.jobs.record import RunRecord, shares_of


class RecordedRuns:
    """One run a dataset, of the default network. Safe to share between threads.

    Args:
        folder: where the recordings lie.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {recorded_id(name): folder / f"{name}.npz" for name in DATASETS}
        self._load = cache(load_recording)
        self._records: dict[str, RunRecord] = {}

    def record(self, run: str) -> RunRecord | None:
        """Return a run that ships with the project, None if there is none of that id.

        Raises:
            RecordingError: its file is missing or damaged.
        """
        if run not in self._records:
            recording = self._recording(run)
            if recording is None:
                return None
            self._records[run] = _record_of(recording)
        return self._records[run]

    def artefact(self, run: str, name: str) -> bytes | None:
        """Return what such a run has left under `name`.

        Raises:
            RecordingError: its file is missing or damaged.
        """
        recording = self._recording(run)
        return None if recording is None else recording.artefacts.get(name)

    def _recording(self, run: str) -> Recording | None:
        file = self._files.get(run)
        return None if file is None else self._load(file)


def _record_of(recording: Recording) -> RunRecord:
    view, data = recording.view, recording.view.experiment.data
    return RunRecord(
        id=view.id,
        experiment=view.experiment,
        state=view.state,
        recorded=view.recorded,
        events=list(view.events),
        ending=view.ending,
        probabilities=shares_of(recording.artefacts[PROBABILITIES], data),
        snapshot_at=view.position,
        looks=1,
    )

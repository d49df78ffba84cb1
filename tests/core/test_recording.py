"""A recording reads back as it was written; what is not one is refused in whole words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground.core.artefacts import CONFIDENCE, WEIGHTS
from playground.core.confidence import Confidence
from playground.core.dataset import DATASETS
from playground.core.errors import RecordingError
from playground.core.experiment import Experiment
from playground.core.network import Network
from playground.core.recording import FOLDER, Recording, load_recording, save_recording
from playground.core.run import RunState
from playground.core.stop_rule import STOP_METRIC, StopRule
from playground.core.weights import Weights, answers
from playground.data import load_split

REMEDY = (
    "Put the project's own file back, for example with: git checkout -- playground/recorded; or "
    "record the run anew: make baseline"
)


@pytest.fixture(scope="module")
def shipped() -> Recording:
    return load_recording(FOLDER / "fashion.npz")


@pytest.fixture
def copy(tmp_path: Path, shipped: Recording) -> Path:
    path = tmp_path / "run.npz"
    save_recording(path, shipped)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(RecordingError) as caught:
        load_recording(path)
    return str(caught.value)


@pytest.mark.parametrize("dataset", Experiment.DATASET.options)
def test_the_shipped_runs_are_the_defaults(dataset: str) -> None:
    path = FOLDER / f"{dataset}.npz"
    view = load_recording(path).view
    assert path.stat().st_size < 1_000_000
    assert view.experiment == Experiment(dataset=dataset)
    assert view.id == f"recorded-{dataset}"
    assert view.state is RunState.FINISHED
    assert len(view.recorded) == len("2026-01-31")


@pytest.mark.parametrize(("dataset", "accuracy"), [("fashion", 0.86), ("mnist", 0.96)])
def test_the_shipped_runs_have_learnt_what_the_notebook_learns(
    dataset: str, accuracy: float
) -> None:
    recording = load_recording(FOLDER / f"{dataset}.npz")
    view, probabilities = recording.view, recording.probabilities
    assert view.ending is not None
    assert view.ending.test_accuracy is not None
    assert view.ending.test_accuracy >= accuracy
    labels = load_split(dataset, "test").labels
    hits = float(np.mean(probabilities.argmax(axis=1) == labels))
    assert hits == pytest.approx(view.ending.test_accuracy, abs=1e-6)
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    losses = [epoch.loss for epoch in view.epochs[1:] if epoch.loss is not None]
    assert len(losses) == view.experiment.epochs == view.ending.epochs_done
    assert losses == sorted(losses, reverse=True)
    assert len(view.chunks) >= 10 * view.experiment.epochs
    assert [event.seq for event in view.events] == list(range(1, len(view.events) + 1))
    assert "keras" in recording.versions
    network = Network.of(view.experiment)
    weights = Weights.from_bytes(recording.artefacts[WEIGHTS], network)
    shares = answers(network, weights, load_split(dataset, "test").images, normalize=True)
    np.testing.assert_allclose(shares, probabilities, atol=1e-5)
    assert weights.position == view.epochs_done
    assert Confidence.from_bytes(recording.artefacts[CONFIDENCE], 10_000).epochs == view.epochs_done


def test_a_recording_reads_back_as_it_was_written(copy: Path, shipped: Recording) -> None:
    again = load_recording(copy)
    assert again.view == shipped.view
    assert again.versions == shipped.versions
    assert again.artefacts == shipped.artefacts
    assert np.array_equal(again.probabilities, shipped.probabilities)
    assert again.probabilities.dtype == np.float32
    assert not again.probabilities.flags.writeable


def test_losses_that_are_not_numbers_read_back(tmp_path: Path, shipped: Recording) -> None:
    events = (*shipped.view.events[:1], replace(shipped.view.chunks[0], loss=float("nan")))
    save_recording(
        tmp_path / "nan.npz", replace(shipped, view=replace(shipped.view, events=events))
    )
    again = load_recording(tmp_path / "nan.npz").view
    assert again.events[0] == events[0]
    assert np.isnan(again.chunks[0].loss)


def test_a_run_that_goes_on_is_not_recorded(tmp_path: Path, shipped: Recording) -> None:
    running = replace(shipped.view, state=RunState.RUNNING, ending=None)
    with pytest.raises(RecordingError) as caught:
        save_recording(tmp_path / "run.npz", replace(shipped, view=running))
    assert str(caught.value) == (
        "Expected a run that is over, received recorded-fashion, which is running."
    )
    assert list(tmp_path.iterdir()) == []


def test_probabilities_of_another_shape_are_not_recorded(
    tmp_path: Path, shipped: Recording
) -> None:
    few = {"probabilities": shipped.probabilities[:10].tobytes()}
    with pytest.raises(RecordingError) as caught:
        save_recording(tmp_path / "run.npz", replace(shipped, artefacts=few))
    assert str(caught.value) == (
        "run.npz: expected 400000 bytes of probabilities, received 400. " + REMEDY
    )


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "run.npz") == (
        f"run.npz: expected a recording, received “No such file or directory”. {REMEDY}"
    )


def test_a_folder_is_no_recording(tmp_path: Path) -> None:
    assert refusal(tmp_path) == (
        f"{tmp_path.name}: expected a recording, received “Is a directory”. {REMEDY}"
    )


def flip_a_bit(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        flip_a_bit,
        lambda content: content[: len(content) // 2],
        lambda _: b"",
        lambda _: b"<html>not found</html>",
    ],
    ids=["a flipped bit", "the first half", "nothing", "a web page"],
)
def test_a_damaged_file_is_refused(copy: Path, damage: Callable[[bytes], bytes]) -> None:
    copy.write_bytes(damage(copy.read_bytes()))
    said = refusal(copy)
    assert said.startswith("run.npz: expected a whole .npz file, received a damaged one (")
    assert said.endswith(REMEDY)


def write(path: Path, record: bytes, **arrays: Any) -> None:
    """Write an archive of the right shape around `record`."""
    probabilities = np.zeros((10_000, 10), np.float32)
    members = {"probabilities": probabilities, **arrays}
    np.savez(path, record=np.frombuffer(record, np.uint8), **members)


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "run.npz", images=np.zeros(3))
    assert refusal(tmp_path / "run.npz") == (
        "run.npz: expected a recording of the format playground-recording-2, but it holds images. "
        + REMEDY
    )


def test_pickled_objects_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "run.npz", b"{}", probabilities=np.array([{}], dtype=object))
    assert refusal(tmp_path / "run.npz").startswith(
        "run.npz: expected a whole .npz file, received a damaged one (Object arrays"
    )


def test_probabilities_of_another_type_are_refused(tmp_path: Path, copy: Path) -> None:
    with np.load(copy) as shipped:
        record = shipped["record"].tobytes()
    write(tmp_path / "run.npz", record, probabilities=np.zeros((10_000, 10)))
    assert refusal(tmp_path / "run.npz") == (
        "run.npz: expected 400000 bytes of probabilities, received 800000. " + REMEDY
    )


@pytest.mark.parametrize(
    ("record", "found"),
    [
        (b"\xff", "its record is not JSON ("),
        (b"[1]", "its format is list."),
        (b'{"format": "another-1"}', "its format is another-1."),
        (b'{"format": "playground-recording-2"}', "its record does not fit (KeyError: 'ending')."),
    ],
)
def test_a_foreign_record_is_refused(tmp_path: Path, record: bytes, found: str) -> None:
    write(tmp_path / "run.npz", record)
    assert refusal(tmp_path / "run.npz").startswith(
        f"run.npz: expected a recording of the format playground-recording-2, but {found}"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"experiment": {}},
        {"events": [{"kind": "rumour"}]},
        {"events": 3},
        {"ending": {"state": "tired"}},
        {"versions": 3},
    ],
    ids=["experiment", "kind of event", "events", "ending", "versions"],
)
def test_a_record_that_does_not_fit_is_refused(
    tmp_path: Path, copy: Path, change: dict[str, Any]
) -> None:
    with np.load(copy) as archive:
        record = json.loads(archive["record"].tobytes())
    write(tmp_path / "changed.npz", json.dumps({**record, **change}).encode())
    assert "but its record does not fit (" in refusal(tmp_path / "changed.npz")


@pytest.mark.parametrize("dataset", Experiment.DATASET.options)
def test_a_preset_threshold_lets_the_default_network_train_a_while_and_then_stops_it(
    dataset: str,
) -> None:
    epochs = [end for end in load_recording(FOLDER / f"{dataset}.npz").view.epochs if end.epoch]
    for metric in STOP_METRIC.options:
        if metric == "none":
            continue
        kind = "accuracy" if metric.endswith("accuracy") else "loss"
        rule = StopRule(metric, DATASETS[dataset].thresholds[kind])
        crossed = [rule.crossed_by(getattr(end, metric)) for end in epochs]
        assert not crossed[0]
        assert any(crossed)

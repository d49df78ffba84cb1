"""A database that the version of 2026-11-25 left: every run is shown, replayed, continued and trained on.

The file was written by that version and is no work of today's code; what is expected of it stands here
literally, or is read from the file's own rows.
"""

from __future__ import annotations

import io
import json
import lzma
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from playground.core.events import to_wire
from playground.core.experiment import Experiment
from playground.core.run import RunState, RunView
from playground.core.stop_rule import StopRule
from playground.jobs import TrainingService, Way
from playground.store import database_url, open_database, open_store
from tests.jobs.conftest import Runs, Serve, confidence

FROZEN: Final = Path(__file__).parent / "frozen" / "2026-11-25.sqlite3.xz"

TINY: Final = Experiment(train_size=1000, hidden=(4,), epochs=3)
KEPT: Final = {
    "6f5907c9": (RunState.FINISHED, TINY),
    "c3879e43": (
        RunState.FINISHED,
        TINY.with_(dataset="mnist", epochs=20, stop=StopRule("accuracy", 0.3)),
    ),
    "0bdfcd2e": (
        RunState.DIVERGED,
        TINY.with_(learning_rate=10.0, optimizer="sgd", normalize=False, hidden=(64, 64)),
    ),
    "834f6c1e": (RunState.STOPPED, TINY.with_(epochs=100, batch_size=16, seed=7)),
    "c61b9be6": (RunState.FINISHED, TINY.with_(epochs=4, seed=3)),
    "4c26e882": (
        RunState.PAUSED,
        TINY.with_(
            epochs=6, hidden=(5, 3), dropout=0.3, l2=0.001, optimizer="adamw", activation="tanh", seed=11
        ),
    ),
    "87c76100": (
        RunState.PAUSED,
        TINY.with_(
            epochs=2, hidden=(), optimizer="momentum", learning_rate=0.05, batch_size=64, train_size=990
        ),
    ),
    "652ed4cd": (RunState.RUNNING, TINY.with_(epochs=100, batch_size=16, seed=8)),
    "fe426c12": (RunState.QUEUED, TINY.with_(epochs=1, seed=5)),
}  # fmt: skip
"""What its runs trained, and where they stood."""

CHANGED: Final = "c61b9be6"
"""Its learning rate was changed on the way: no plain repetition of its experiment."""

WENT_ON: Final = {
    "4c26e882": (6, 103, 1.8971890211105347),
    "87c76100": (2, 33, 0.7738375067710876),
    "fe426c12": (1, 18, 2.0166873931884766),
    "6f5907c9": (5, 86, 1.4422173500061035),
    "c61b9be6": (5, 87, 0.8671035170555115),
}
"""How they ended when that version went on with them: epochs, events, test loss. The last two were
finished, and were trained on to five epochs."""

ROUNDING: Final = 1e-4
"""By how much another kind of processor may differ from the one on which that was."""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the path of the database that the environment names: a copy of the frozen one."""
    monkeypatch.delenv("PLAYGROUND_DATABASE_URL", raising=False)
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path))
    file = Path(str(database_url().database))
    file.write_bytes(lzma.decompress(FROZEN.read_bytes()))
    return file


@pytest.fixture
def rows(file: Path) -> dict[str, dict[str, Any]]:
    """Return what the file holds of each run before anybody opens it."""
    with closing(sqlite3.connect(file)) as database:
        database.row_factory = sqlite3.Row
        found = {row["id"]: dict(row) for row in database.execute("SELECT * FROM runs")}
        for row in found.values():
            points = 'SELECT "values" FROM points WHERE run = ? ORDER BY seq'
            artefacts = "SELECT name, data FROM artefacts WHERE run = ?"
            row["points"] = [json.loads(text) for (text,) in database.execute(points, (row["id"],))]
            row["artefacts"] = dict(database.execute(artefacts, (row["id"],)).fetchall())
    return found


@pytest.fixture
def service(file: Path) -> Iterator[TrainingService]:
    """Yield a service that has opened the copy and trains nothing."""
    assert file.exists()
    service = TrainingService(open_store)
    service._archive.start()
    yield service
    service.close()


def test_the_frozen_file_is_what_is_said_of_it(rows: dict[str, dict[str, Any]]) -> None:
    assert {run: row["state"] for run, row in rows.items()} == {
        run: str(state) for run, (state, _) in KEPT.items()
    }
    assert json.loads(rows["87c76100"]["experiment"]) == {
        "activation": "relu", "batch_size": 64, "dataset": "fashion", "dropout": 0.0, "epochs": 2,
        "hidden": [], "l2": 0.0, "learning_rate": 0.05, "normalize": True, "optimizer": "momentum",
        "seed": 0, "stop": None, "train_size": 990,
    }  # fmt: skip


def test_every_run_is_shown_as_it_was(
    rows: dict[str, dict[str, Any]], service: TrainingService
) -> None:
    for run, (state, experiment) in KEPT.items():
        view, row = service.view(run), rows[run]
        assert view.experiment == experiment
        if state is RunState.RUNNING:  # it begins again: it never was saved on its way
            assert (view.state, view.events, view.restarts) == (RunState.QUEUED, (), 1)
            continue
        assert view.state is state
        assert [to_wire(event) for event in view.events] == row["points"]
        shares, stored = service.probabilities(run), row["artefacts"].get("probabilities")
        assert (shares is None) == (stored is None)
        if shares is not None and stored is not None:
            np.testing.assert_array_equal(shares, np.frombuffer(stored, "f4").reshape(10_000, 10))
        kept, stored = confidence(service, run), row["artefacts"].get("confidence")
        assert (kept is None) == (stored is None)
        if kept is not None and stored is not None:
            with np.load(io.BytesIO(stored)) as arrays:
                np.testing.assert_array_equal(kept.of_truth, arrays["of_truth"])
                np.testing.assert_array_equal(kept.guess, arrays["guess"])
        if row["ending"] is not None:
            ending = json.loads(row["ending"])
            assert view.ending is not None
            assert view.ending.test_accuracy == ending["test_accuracy"]
            assert view.ending.epochs_done == ending["epochs_done"]


def test_what_was_trained_then_is_found_and_replayed(service: TrainingService) -> None:
    for run, (state, experiment) in KEPT.items():
        whole = state in (RunState.FINISHED, RunState.DIVERGED) and run != CHANGED
        if whole:
            asked = service.obtain_run(experiment, "somebody")
            assert (asked.run, asked.way) == (run, Way.REPLAYED)
        elif run == CHANGED:
            assert service.find(experiment) is None


@pytest.mark.usefixtures("file")
def test_every_run_goes_on_where_it_stood(serve_warm: Serve) -> None:
    with serve_warm(open_store) as runs:
        service = runs.service
        training = service.view("652ed4cd")
        runs.wait("652ed4cd", lambda view: view.epochs_done > training.epochs_done)
        service.stop("652ed4cd", training.owner)
        ends = {}
        for run in ("4c26e882", "87c76100"):
            before = service.view(run)
            service.resume(run, before.owner)
            ends[run] = runs.over(run)
            assert ends[run].events[: len(before.events)] == before.events
        for run, more in (("6f5907c9", 2), ("c61b9be6", 1)):
            before = service.view(run)
            ends[run] = runs.over(service.train_on(run, more, "somebody"))
            assert ends[run].events[: len(before.events)] == before.events
        ends["fe426c12"] = runs.over("fe426c12")
        for run, (epochs, events, loss) in WENT_ON.items():
            test = ends[run].last_test
            assert test is not None
            assert (test.epoch, len(ends[run].events)) == (epochs, events)
            assert test.val_loss == pytest.approx(loss, rel=ROUNDING)
        check_to_the_last_bit(runs, ends)


def check_to_the_last_bit(runs: Runs, ends: dict[str, RunView]) -> None:
    """Compare a run that this kind of processor has trained both parts of with one in a single part.

    On the kind of processor that wrote the file the two are equal; on another one their beginnings
    differ already, and there is nothing to be compared.
    """
    for run in ("4c26e882", "87c76100"):
        whole = runs.trained(KEPT[run][1])
        saved = {"4c26e882": 22, "87c76100": 5}[run]
        if losses(whole)[:saved] == losses(ends[run])[:saved]:
            assert losses(whole) == losses(ends[run])


def losses(view: RunView) -> list[float | None]:
    """Return what every event says of the loss."""
    return [getattr(event, "loss", None) for event in view.events]


MIGRATE: Final = """
import sys
from alembic import op
from playground.store import database_url, open_database
connection = None
def stand_still(*arguments, **more):
    print("half way", flush=True)
    sys.stdin.read()
op.create_index = stand_still
open_database(database_url())
"""


def test_a_migration_that_is_killed_leaves_the_old_database_whole(file: Path) -> None:
    before = dump(file)
    with subprocess.Popen(
        [sys.executable, "-c", MIGRATE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half way\n"
        process.send_signal(signal.SIGKILL)
    assert dump(file) == before
    open_database(database_url()).dispose()
    assert dump(file) != before


def dump(file: Path) -> list[str]:
    """Return all that a database holds, as statements that would make it."""
    with closing(sqlite3.connect(file)) as database:
        return list(database.iterdump())

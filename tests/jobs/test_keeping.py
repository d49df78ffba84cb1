"""Runs that are kept and shared: trained once, replayed later, never lost. Real engines, a real database."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import event

from playground.core.errors import ExperimentError, RecordingError, StoreError
from playground.core.named_arrays import pack, unpack
from playground.core.network import Network
from playground.core.run import RunState, RunView
from playground.core.stop_rule import StopRule
from playground.core.weights import Weights, answers
from playground.data import load_split
from playground.jobs import TrainingService, Way
from playground.store import RunStore, open_store
from playground.store.rows import checksum
from tests.jobs.conftest import (
    ENDLESS,
    LONG,
    SMALL,
    Runs,
    Serve,
    confidence,
    eventually,
    service_with_workers,
    timeless,
    weights,
    workers_of,
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a fresh folder, named as the one in which runs are kept."""
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path))
    return tmp_path


def probabilities(runs: Runs, run: str) -> NDArray[np.float32]:
    """Return a run's probabilities, which have to be there."""
    found = runs.service.probabilities(run)
    assert found is not None
    return found


def same(one: RunView, other: RunView) -> bool:
    """Whether two runs told the same and ended the same, whatever a clock said."""
    return timeless(one) == timeless(other) and one.ending == other.ending


def test_what_is_being_trained_is_joined_and_what_was_trained_is_replayed(runs: Runs) -> None:
    service, experiment = runs.service, LONG.with_(seed=11)
    first = service.obtain_run(experiment, "ann")
    second = service.obtain_run(experiment, "bob")
    assert (first.way, second.way) == (Way.BEGUN, Way.JOINED)
    assert second.run == first.run
    end = runs.over(first.run)
    assert end.ended is not None
    again = service.obtain_run(experiment, "cleo")
    assert (again.run, again.way) == (first.run, Way.REPLAYED)
    assert service.obtain_run(experiment.with_(seed=12), "cleo").way is Way.BEGUN
    anew = service.begin(experiment, "cleo")
    assert anew != first.run
    assert same(runs.over(anew), end)


def test_a_run_that_others_follow_is_handed_over(runs: Runs) -> None:
    service = runs.service
    run = service.obtain_run(ENDLESS.with_(seed=21), "ann").run
    assert service.obtain_run(ENDLESS.with_(seed=21), "bob").run == run
    service.stop(run, "ann")
    assert service.view(run).state.is_active
    assert service.view(run).owner == "bob"
    service.stop(run, "bob")
    assert runs.over(run).state is RunState.STOPPED
    assert service.obtain_run(ENDLESS.with_(seed=21), "cleo").way is Way.BEGUN
    service.stop(service.obtain_run(ENDLESS.with_(seed=21), "cleo").run, "cleo")


def test_a_finished_run_can_be_trained_on_to_the_last_bit(runs: Runs) -> None:
    short, long = SMALL.with_(epochs=3, seed=31), SMALL.with_(epochs=5, seed=31)
    whole = runs.trained(long)
    part = runs.service.begin(short)
    runs.over(part)
    run = runs.service.train_on(part, 2)
    end = runs.over(run)
    assert end.experiment == long
    assert same(end, whole)
    # Beyond a threshold, the rule that ended the run does not end it again.
    ruled = runs.service.begin(short.with_(stop=StopRule("loss", 9.0)))
    assert runs.over(ruled).epochs_done == 1
    assert runs.over(runs.service.train_on(ruled, 4)).epochs_done == 5


@pytest.mark.usefixtures("folder")
def test_a_changed_learning_rate_survives_a_killed_worker() -> None:
    experiment = LONG.with_(seed=35)
    with service_with_workers(1, open_store) as runs:
        service = runs.service
        run = runs.under_way(experiment)
        service.change_rate(run, 0.005)
        changed = runs.wait(run, lambda view: view.rate_changes != ())
        assert changed.learning_rate == 0.005
        (worker,) = workers_of(runs.engine())
        worker.kill()
        assert runs.wait(run, lambda view: view.restarts == 1).rate_changes == ()
        end = runs.over(run)
        assert timeless(end)[: len(changed.events)] == timeless(changed)
        # It is no plain repetition of the experiment: who asks for that gets a run of its own.
        asked = service.obtain_run(experiment, "ann")
        assert asked.way is Way.BEGUN
        assert runs.over(asked.run).rate_changes == ()
        service.change_rate(run, 0.1)
        assert service.view(run).learning_rate == 0.005
        paused = service.begin(SMALL.with_(seed=36), chunks=3)
        runs.wait(paused, lambda view: view.state is RunState.PAUSED)
        service.change_rate(paused, 0.02)
        service.resume(paused)
        assert runs.over(paused).learning_rate == 0.02
        with pytest.raises(
            ExperimentError, match="Learning rate: received “99”, expected a number"
        ):
            service.change_rate(paused, 99)
    kept = TrainingService(open_store)
    kept.start()
    try:
        assert kept.view(run) == end
    finally:
        kept.close()


def test_a_stopped_run_cannot_be_trained_on(runs: Runs) -> None:
    run = runs.service.begin(ENDLESS, chunks=2)
    runs.wait(run, lambda view: view.state is RunState.PAUSED)
    runs.service.stop(run)
    with pytest.raises(RecordingError, match="cannot be trained on"):
        runs.service.train_on(run, 5)


def test_everything_goes_on_after_the_server_was_closed(
    runs: Runs, serve_warm: Serve, undisturbed: RunView, folder: Path
) -> None:
    with serve_warm(open_store) as first:
        done = first.service.begin(SMALL.with_(seed=41), "ann")
        finished = first.over(done)
        shares, thought = probabilities(first, done), confidence(first.service, done)
        assert thought is not None
        assert thought.epochs == SMALL.epochs
        learnt = weights(first.service, done)
        assert learnt is not None
        paused = first.service.begin(LONG, "ann", chunks=20)
        held = first.wait(paused, lambda view: view.state is RunState.PAUSED)
        where_held = weights(first.service, paused)
        damaged = first.service.begin(LONG, "cleo", chunks=20)
        first.wait(damaged, lambda view: view.state is RunState.PAUSED)
        training = first.under_way(LONG.with_(seed=42), events=20)
        waiting = first.service.begin(SMALL.with_(seed=43), "bob")
        assert first.service.view(waiting).state is RunState.QUEUED
    with closing(sqlite3.connect(folder / "playground.sqlite3")) as database:
        cut = "UPDATE artefacts SET data = substr(data, 1, length(data) - 1) WHERE run = ?"
        assert database.execute(cut, (damaged,)).rowcount == 3
        database.commit()
    with serve_warm(open_store) as second:
        again = second.service.view(done)
        assert again == finished
        np.testing.assert_array_equal(probabilities(second, done), shares)
        kept = confidence(second.service, done)
        assert kept is not None
        np.testing.assert_array_equal(kept.of_truth, thought.of_truth)
        check_weights(second, done, learnt)
        check_weights(second, paused, where_held)
        asked = second.service.obtain_run(SMALL.with_(seed=41), "cleo")
        assert (asked.run, asked.way) == (done, Way.REPLAYED)
        assert second.service.view(paused) == held
        assert second.service.view(training).restarts == 1
        assert same(second.over(training), runs.trained(LONG.with_(seed=42)))
        assert second.over(waiting).restarts == 0
        second.service.resume(paused, "ann")
        assert same(second.over(paused), undisturbed)
        assert second.service.probabilities(damaged) is None
        second.service.resume(damaged, "cleo")  # where it stood is lost: it begins again
        end = second.over(damaged)
        assert same(end, undisturbed)
        assert (end.restarts, len(end.notes)) == (1, 2)


def check_weights(runs: Runs, run: str, expected: Weights | None) -> None:
    """See that a run has these weights, and that its kept answers follow from them."""
    kept, view = weights(runs.service, run), runs.service.view(run)
    assert kept is not None
    assert expected is not None
    assert kept.position == view.position
    for name, array in expected.arrays.items():
        np.testing.assert_array_equal(kept.arrays[name], array)
    images = load_split(view.experiment.dataset, "test").images
    network = Network.of(view.experiment)
    shares = answers(network, kept, images, normalize=view.experiment.normalize)
    np.testing.assert_allclose(shares, probabilities(runs, run), atol=1e-5)


def test_where_a_run_stood_by_another_version_is_said_and_it_begins_again(
    serve_warm: Serve, undisturbed: RunView, folder: Path
) -> None:
    with serve_warm(open_store) as first:
        run = first.service.begin(LONG, "ann", chunks=20)
        first.wait(run, lambda view: view.state is RunState.PAUSED)
    with closing(sqlite3.connect(folder / "playground.sqlite3")) as database:
        (data,) = database.execute(
            "SELECT data FROM artefacts WHERE name = 'checkpoint'"
        ).fetchone()
        arrays, words = unpack(data)
        renamed = {name.replace("momentum", "first_mean"): it for name, it in arrays.items()}
        other = pack(renamed, {**words, "keras": "9.1"})
        values = (other, checksum(run, "checkpoint", other))
        database.execute(
            "UPDATE artefacts SET data = ?, checksum = ? WHERE name = 'checkpoint'", values
        )
        database.commit()
    with serve_warm(open_store) as second:
        second.service.resume(run, "ann")
        end = second.over(run)
        assert same(end, undisturbed)
        assert end.restarts == 1
        (note,) = map(str, end.notes)
        assert "by another version (Keras 9.1; here is Keras 3." in note
        assert note.endswith("It began again from the start.")


APPLICATION = """
import sys
import threading
from playground.core.experiment import Experiment
from playground.jobs import TrainingService
from playground.store import RunStore, open_store
service = TrainingService(open_store)
service.start()
run = service.begin(Experiment.from_dict(eval(sys.argv[1])))
while len(service.view(run).events) < 20 or service._archive._journal._noted:
    threading.Event().wait(0.05)
print(run, flush=True)
sys.stdin.read()
"""


@pytest.mark.usefixtures("folder")
def test_a_killed_application_loses_no_run(
    runs: Runs, serve_warm: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_WORKERS", "1")
    experiment = ENDLESS.with_(epochs=30, seed=51)
    command = [sys.executable, "-c", APPLICATION, repr(experiment.to_dict())]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as application:
        assert application.stdout is not None
        run = application.stdout.readline().strip()
        application.send_signal(signal.SIGKILL)
    with serve_warm(open_store) as after:
        view = after.service.view(run)
        assert view.restarts == 1
        assert same(after.over(run), runs.trained(experiment))


def test_while_the_database_is_locked_training_goes_on_and_is_written_later(
    folder: Path, serve_warm: Serve
) -> None:
    with serve_warm(lambda: open_store(0.1)) as runs:
        before = runs.trained(SMALL.with_(seed=60))
        other = sqlite3.connect(folder / "playground.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        run = runs.service.begin(SMALL.with_(seed=61))
        end = runs.over(run)
        eventually(lambda: runs.service.trouble != ())
        (trouble,) = runs.service.trouble
        assert "answered “database is locked”" in str(trouble)
        assert runs.service.obtain_run(SMALL.with_(seed=61)).way is Way.REPLAYED
        other.execute("ROLLBACK")
        other.close()
        eventually(lambda: runs.service.trouble == ())
    kept = TrainingService(open_store)
    kept.start()
    try:
        assert kept.view(run) == end
        assert kept.view(before.id) == before
    finally:
        kept.close()


@pytest.mark.usefixtures("folder")
def test_a_full_disk_is_said_and_what_it_kept_out_is_written_later(serve_warm: Serve) -> None:
    pages = [1_000_000]

    def open_limited() -> RunStore:
        store = open_store(0.1)

        @event.listens_for(store._engine, "checkout")
        def limit(connection: sqlite3.Connection, *_: object) -> None:
            # SQLite takes the file's present size where that is more.
            connection.execute(f"PRAGMA max_page_count = {pages[0]}")

        return store

    with serve_warm(open_limited) as runs:
        before = runs.trained(SMALL.with_(seed=70))
        pages[0] = 1
        end = runs.trained(SMALL.with_(seed=71))
        eventually(lambda: runs.service.trouble != ())
        assert "answered “database or disk is full”" in str(runs.service.trouble[0])
        pages[0] = 1_000_000
        eventually(lambda: runs.service.trouble == ())
    kept = open_store()
    try:
        assert kept.events(before.id) == before.events
        assert kept.events(end.id) == end.events
    finally:
        kept.close()


def test_two_servers_do_not_keep_their_runs_in_one_place(folder: Path) -> None:
    store = open_store()
    with pytest.raises(StoreError) as refused:
        open_store()
    assert str(refused.value) == (
        "Runs of this server end with it: another playground keeps its runs in the same place. "
        "Close that one, or name another folder for this one with PLAYGROUND_DATA_DIR."
    )
    assert refused.value.details == f"{folder}/playground.sqlite3"
    store.close()
    open_store().close()

"""A database that is removed, replaced or full while the server runs: noticed, said, and survived.

Real SQLite files and a real journal; the service has no engine, so what a worker would have brought is
put into the runs' records.
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import event

from playground.core.artefacts import CHECKPOINT, PROBABILITIES
from playground.core.errors import RecordingError, StoreError
from playground.core.experiment import Experiment
from playground.core.run import Ending, RunState
from playground.jobs import TrainingService, UnknownRunError, archive, journal
from playground.jobs.record import RunRecord
from playground.store import RunStore, open_store
from tests.jobs.conftest import eventually
from tests.jobs.test_damage import EVENTS

SHARES = np.full((10_000, 10), 0.1, np.float32)
CHECKPOINT_SIZE = 2_000_000

FINISHED = Ending(state=RunState.FINISHED, epochs_done=1, test_loss=0.5, test_accuracy=0.7)


@pytest.fixture(autouse=True)
def no_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the journal look around at once instead of after seconds."""
    monkeypatch.setattr(journal, "LOOK", 0.05)
    monkeypatch.setattr(journal, "LONGEST_WAIT", 0.2)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which runs are kept; it is not there yet."""
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def service(folder: Path) -> Iterator[TrainingService]:  # noqa: ARG001 - it has to be named before
    """Yield a service without an engine."""
    service = TrainingService(open_store)
    service._archive.start()
    yield service
    service._archive.close()


def trained(service: TrainingService, seed: int, *, size: int = CHECKPOINT_SIZE) -> RunRecord:
    """Return the record of a run of which a worker has brought a whole epoch."""
    run = service.begin(Experiment(epochs=1, seed=seed), f"person {seed}")
    with service._lock:
        record = service._archive.record(run)
        service._dispatcher._queue.leave(run)
        record.events = list(EVENTS)
        record.saved_events = len(EVENTS)
        record.keep({PROBABILITIES: SHARES.tobytes(), CHECKPOINT: bytes(size)})
        record.write_held()
    return record


def finished(service: TrainingService, seed: int, *, size: int = CHECKPOINT_SIZE) -> RunRecord:
    """Return the record of a run that has come to its end."""
    record = trained(service, seed, size=size)
    with service._lock:
        service._dispatcher._end(record, FINISHED)
    return record


def paused(service: TrainingService, seed: int, *, size: int = CHECKPOINT_SIZE) -> RunRecord:
    """Return the record of a run that has been paused after its first epoch."""
    record = trained(service, seed, size=size)
    with service._lock:
        service._dispatcher._change(record, RunState.PAUSED)
    return record


def all_written(service: TrainingService) -> bool:
    """Whether the store has all that is known of every run."""
    store = service._archive._store
    try:
        with service._lock:
            return store is not None and all(
                record.written == len(record.events)
                and not record.unwritten
                and store.load(record.id) == record.change().run
                for record in service._archive.in_memory
            )
    except StoreError:
        return False


def said(service: TrainingService) -> str:
    """Return what people read about the server."""
    return " ".join(map(str, service.trouble))


# --- a database that is removed or replaced ---------------------------------------------------------


def remove_file(folder: Path) -> None:
    (folder / "playground.sqlite3").unlink()


def remove_files(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


def remove_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def move_folder_away(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def put_an_empty_file_in_its_place(folder: Path) -> None:
    new = folder / "playground.new"
    new.touch()
    new.replace(folder / "playground.sqlite3")


def empty_file(folder: Path) -> None:
    os.truncate(folder / "playground.sqlite3", 0)


def drop_tables(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "playground.sqlite3", isolation_level=None)) as other:
        for table in ("points", "artefacts", "runs", "alembic_version"):
            other.execute(f"DROP TABLE {table}")


@pytest.mark.parametrize(
    "remove",
    [remove_file, remove_files, remove_folder, move_folder_away, put_an_empty_file_in_its_place,
     empty_file, drop_tables],
)  # fmt: skip
def test_a_removed_database_is_noticed_and_said_and_written_anew(
    folder: Path, service: TrainingService, remove: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    done, held = finished(service, 1), paused(service, 2)
    waiting = service.begin(Experiment(seed=3), "ann")
    eventually(lambda: all_written(service))
    remove(folder)
    if remove is drop_tables:  # which nobody can see without asking
        service.begin(Experiment(seed=5), "bob")
    eventually(lambda: "removed or replaced" in said(service))
    assert str(folder) not in said(service)
    assert str(folder) in caplog.text
    late = finished(service, 4)
    before = {run: service.view(run) for run in (done.id, held.id, waiting, late.id)}
    eventually(lambda: all_written(service))
    service._archive.close()

    store = open_store()
    assert {run.id for run in store.unfinished()} >= {held.id, waiting}
    for run, view in before.items():
        assert store.events(run) == view.events
    assert store.artefact(done.id, PROBABILITIES) == SHARES.tobytes()
    assert store.artefact(late.id, CHECKPOINT) == bytes(CHECKPOINT_SIZE)
    store.close()
    # Where the paused run stood was in the removed database alone: it begins again.
    with service._lock:
        assert service._archive.checkpoint(held) is None


def test_another_database_in_its_place_is_taken_up_and_what_is_in_memory_is_newer(
    folder: Path, service: TrainingService
) -> None:
    held = paused(service, 1)
    eventually(lambda: all_written(service))
    backup = folder.with_name("backup")
    with closing(sqlite3.connect(folder / "playground.sqlite3")) as source:
        source.execute("VACUUM INTO ?", (str(backup),))
    with closing(sqlite3.connect(backup, isolation_level=None)) as other:
        other.execute("DELETE FROM points WHERE seq > 1")
        other.execute("UPDATE runs SET saved_events = 1")
    backup.replace(folder / "playground.sqlite3")
    eventually(lambda: "removed or replaced" in said(service))
    assert service.view(held.id).events == EVENTS
    with service._lock:  # the older checkpoint of the copy does not fit what is known
        assert service._archive.checkpoint(held) is None
    service._archive.close()
    store = open_store()
    assert store.events(held.id) == EVENTS
    assert store.artefact(held.id, CHECKPOINT) is None
    store.close()


def test_a_removed_lock_is_claimed_again(folder: Path, service: TrainingService) -> None:
    service.begin(Experiment(seed=1))
    eventually(lambda: all_written(service))
    (folder / "playground.lock").unlink()
    service.begin(Experiment(seed=2))
    eventually(lambda: all_written(service))
    assert service.trouble == ()
    with pytest.raises(Exception, match="another playground keeps its runs"):
        open_store()


def test_a_database_whose_tables_somebody_changed_does_not_keep_the_server_from_starting(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    service = TrainingService(open_store)
    service._archive.start()
    service.begin(Experiment(), "ann")
    service._archive.close()
    with closing(sqlite3.connect(folder / "playground.sqlite3")) as other:
        other.execute("ALTER TABLE runs RENAME COLUMN segment TO whole")
    service = TrainingService(open_store)
    service._archive.start()
    run = service.begin(Experiment(), "ann")
    assert "the database for them cannot be used" in said(service)
    assert "no such column" in caplog.text
    assert service.view(run).state is RunState.QUEUED
    with closing(sqlite3.connect(folder / "playground.sqlite3")) as other:
        other.execute("ALTER TABLE runs RENAME COLUMN whole TO segment")
    eventually(lambda: service.trouble == ())
    eventually(lambda: all_written(service))
    service._archive.close()


# --- a run that cannot be written -------------------------------------------------------------------


def test_a_run_that_cannot_be_written_costs_no_other(
    folder: Path, service: TrainingService
) -> None:
    first = service.begin(Experiment(seed=1), "ann")
    eventually(lambda: all_written(service))
    with closing(sqlite3.connect(folder / "playground.sqlite3", isolation_level=None)) as other:
        other.execute(
            "CREATE TRIGGER damage BEFORE UPDATE ON runs WHEN old.owner = 'ann' "
            "BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
        with service._lock:
            record = service._archive.record(first)
            record.events = list(EVENTS)
            service._dispatcher.publish(record)
            second = service.begin(Experiment(seed=2), "bob")
        eventually(lambda: all_written(service))
        assert f"Run {first} cannot be written down" in said(service)
        other.execute("DROP TRIGGER damage")
    service._archive.close()
    store = open_store()
    assert [run.id for run in store.unfinished()] == [first, second]
    assert store.events(first) == ()
    store.close()


# --- a disk that is full ----------------------------------------------------------------------------


class Disk:
    """A disk with room for so many pages of 4 kB, as far as SQLite knows."""

    def __init__(self) -> None:
        self.pages = 1_000_000

    def open(self) -> RunStore:
        """Open the store on it."""
        store = open_store(0.1)

        @event.listens_for(store._engine, "checkout")
        def limit(connection: sqlite3.Connection, *_: object) -> None:
            connection.execute(f"PRAGMA max_page_count = {self.pages}")

        return store


def has_checkpoint(record: RunRecord) -> bool:
    """Whether the record itself knows where its run goes on."""
    return record.checkpoint is not None


def in_memory(service: TrainingService) -> int:
    """Return the bytes that runs hold beside their curves."""
    with service._lock:
        return sum(
            sum(len(data or b"") for data in {**record.unwritten, "": record.checkpoint}.values())
            for record in service._archive.in_memory
        )


@pytest.mark.usefixtures("folder")
def test_what_a_full_disk_does_not_take_is_bounded_in_memory_and_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(archive, "MOST_UNWRITTEN", 4 * CHECKPOINT_SIZE)
    disk = Disk()
    service = TrainingService(disk.open)
    service._archive.start()
    try:
        before = finished(service, 100)
        eventually(lambda: all_written(service))
        disk.pages = 1
        held = paused(service, 101)
        eventually(lambda: service.trouble != ())
        ended = [finished(service, seed) for seed in range(10)]
        assert (
            in_memory(service) <= 2 * 4 * CHECKPOINT_SIZE
        )  # the record and what waits share bytes
        with service._lock:
            total = sum(record.unwritten_size for record in service._archive.in_memory)
        assert total <= 4 * CHECKPOINT_SIZE
        assert "has become too much to be kept in memory" in said(service)
        assert caplog.text.count("has become too much") == 1
        assert has_checkpoint(held)  # what is over goes first
        with pytest.raises(RecordingError, match="not kept any more"):
            service.train_on(ended[0].id, 1)
        assert service.view(ended[0].id).events == EVENTS
        more = [paused(service, seed) for seed in range(20, 26)]
        assert not has_checkpoint(held)
        with service._lock:
            assert service._archive.checkpoint(held) is None
            assert sum(record.unwritten_size for record in service._archive.in_memory) <= (
                4 * CHECKPOINT_SIZE
            )
        assert has_checkpoint(more[-1])
        disk.pages = 1_000_000
        eventually(lambda: all_written(service))
        eventually(lambda: service.trouble == ())
    finally:
        service._archive.close()
    store = open_store()
    for record in (before, held, *ended, *more):
        assert store.events(record.id) == EVENTS
    assert store.artefact(held.id, CHECKPOINT) is None
    assert store.artefact(more[-1].id, CHECKPOINT) == bytes(CHECKPOINT_SIZE)
    store.close()


@pytest.mark.usefixtures("folder")
def test_small_runs_are_written_where_a_disk_has_no_room_for_large_ones() -> None:
    disk = Disk()
    service = TrainingService(disk.open)
    service._archive.start()
    try:
        disk.pages = 150
        with service._lock:  # so that both are written together
            large = finished(service, 1)
            small = service.begin(Experiment(seed=2), "ann")
        eventually(lambda: service.trouble != ())
        with service._lock:
            assert service._archive.record(small).written == 0
    finally:
        service._archive.close()
    store = open_store()
    assert store.load(small) is not None
    assert store.load(large.id) is None
    store.close()


@pytest.mark.usefixtures("folder")
def test_runs_that_are_over_and_cannot_be_written_are_so_many_at_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archive, "KEPT_RUNS", 2)
    monkeypatch.setattr(archive, "KEPT_UNWRITTEN", 4)
    disk = Disk()
    service = TrainingService(disk.open)
    service._archive.start()
    try:
        disk.pages = 1
        ended = [finished(service, seed) for seed in range(8)]
        eventually(lambda: service.trouble != ())
        service.begin(Experiment(seed=9))
        assert [record.id for record in service._archive.in_memory if record.state.is_over] == [
            record.id for record in ended[-4:]
        ]
        assert "the oldest runs are lost" in said(service)
        with pytest.raises(UnknownRunError):
            service.view(ended[0].id)
    finally:
        service._archive.close()


def test_paths_are_for_the_log_alone(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder.mkdir()
    (folder / "playground.sqlite3").write_bytes(b"no database" * 1_000)
    caplog.set_level(logging.INFO)
    service = TrainingService(open_store)
    service._archive.start()
    try:
        assert "is none, or a damaged one" in said(service)
        assert str(folder) not in said(service)
        assert str(folder) in caplog.text
    finally:
        service._archive.close()

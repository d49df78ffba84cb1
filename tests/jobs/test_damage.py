"""A damaged row, file or field costs the run that it belongs to, is named, and costs nothing else.

Real SQLite files; the service has no engine, for none of this needs one.
"""

from __future__ import annotations

import io
import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.core.artefacts import CHECKPOINT, CONFIDENCE, PROBABILITIES
from playground.core.confidence import Confidence
from playground.core.errors import PlaygroundError, RecordingError
from playground.core.events import ChunkEnd, EpochEnd, to_wire
from playground.core.experiment import Experiment
from playground.core.message import message
from playground.core.run import Ending, RunState, RunView
from playground.core.sentences import describe_ending
from playground.jobs import TrainingService, UnknownRunError
from playground.store import Change, StoredRun, open_store
from playground.store.schema import RUNS
from tests.jobs.conftest import confidence

MORNING = datetime(2026, 3, 1, 8, tzinfo=UTC)
EVENTS = (
    EpochEnd(seq=1, epoch=0, loss=None, accuracy=None, val_loss=2.3, val_accuracy=0.1, seconds=0.0),
    ChunkEnd(seq=2, epoch=1, step=5, position=0.5, loss=0.5, accuracy=0.5, seconds=0.1),
    EpochEnd(seq=3, epoch=1, loss=0.4, accuracy=0.6, val_loss=0.5, val_accuracy=0.7, seconds=0.2),
)
SHARES = np.full((10_000, 10), 0.1, np.float32).tobytes()
THOUGHTS = Confidence(np.zeros((1, 10_000), np.float16), np.zeros((1, 10_000), np.uint8)).to_bytes()
OVER, HELD = "over", "held"
"""The runs that are damaged: one has failed at its end, one is paused."""

OTHERS = ("finished", "paused", "queued", "training")


def archive_bytes(*arrays: Any) -> bytes:
    """Return a NumPy archive of `arrays`."""
    file = io.BytesIO()
    np.savez(file, *arrays)
    return file.getvalue()


def a_change(name: str, state: RunState, seed: int) -> Change:
    """Return a run with all that a run can have."""
    experiment = Experiment(epochs=1, seed=seed)
    reason = message("It broke: {what}.", what="x") if state is RunState.FAILED else None
    ending = Ending(state=state, epochs_done=1, test_loss=0.5, test_accuracy=0.7, reason=reason)
    run = StoredRun(
        id=name, experiment=experiment, key=experiment.key, owner="ann", state=state, turn=1,
        created=MORNING, started=MORNING, ended=MORNING if state.is_over else None,
        rates=((1, 2, 0.5),), snapshot_at=1.0, saved_events=3, segment=1, versions="{}",
        ending=ending if state.is_over else None,
    )  # fmt: skip
    artefacts = {
        CHECKPOINT: archive_bytes(np.arange(seed + 1)), PROBABILITIES: SHARES, CONFIDENCE: THOUGHTS,
    }  # fmt: skip
    return Change(run=run, events=EVENTS, artefacts=artefacts)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a database with six runs."""
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path))
    states = dict(
        zip(
            (OVER, HELD, *OTHERS),
            (RunState.FAILED, RunState.PAUSED, RunState.FINISHED, RunState.PAUSED, RunState.QUEUED,
             RunState.RUNNING),
            strict=True,
        )
    )  # fmt: skip
    store = open_store()
    store.save([a_change(name, state, seed) for seed, (name, state) in enumerate(states.items())])
    store.close()
    return tmp_path / "playground.sqlite3"


@contextmanager
def running(*, quick: bool = True) -> Iterator[TrainingService]:
    """Run a service without its engine."""
    service = TrainingService(open_store)
    service._archive.start()
    if quick:
        assert service._archive.trouble == ()
    try:
        yield service
    finally:
        service._archive.close()


def read_whole(service: TrainingService, run: str) -> RunView:
    """Return a run after all that a page asks of it has been asked."""
    view = service.view(run)
    assert isinstance(str(describe_ending(view)), str)
    assert [json.dumps(to_wire(event), allow_nan=False) for event in view.events]
    assert json.dumps(
        [view.snapshot_at, view.position, view.seconds, view.epochs_done, view.restarts]
    )
    service.probabilities(run)
    with suppress(RecordingError):
        confidence(service, run)
    return view


def sound(service: TrainingService) -> dict[str, RunView]:
    """Return the runs that nobody damaged, with the probabilities that they have to have."""
    for name in OTHERS:
        assert service.probabilities(name) is not None
        assert confidence(service, name) is not None
    # How many wait in front of it is no part of a run.
    return {name: replace(read_whole(service, name), ahead=0, wait=0.0) for name in OTHERS}


@pytest.fixture
def before(file: Path) -> dict[str, RunView]:
    """Return the other runs as they are where nothing is damaged."""
    content = file.read_bytes()
    with running() as service:
        views = sound(service)
    file.write_bytes(content)
    return views


def execute(file: Path, statement: str, *values: Any) -> None:
    """Change something in the database behind the playground's back."""
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute(statement, values).rowcount >= 1
        connection.commit()


def check_the_rest(before: dict[str, RunView]) -> str:
    """See that a service starts, that its other runs are whole and that it goes on; return a new run."""
    with running() as service:
        assert sound(service) == before
        for name in (OVER, HELD):
            try:
                read_whole(service, name)
            except RecordingError as error:
                said = str(error)
                assert f"The stored run {name} cannot be read" in said
            except PlaygroundError as error:
                assert isinstance(error, UnknownRunError)  # noqa: PT017 - its name was damaged
        for act in (service.pause, service.resume, service.stop):
            with suppress(PlaygroundError):
                act(HELD)
        with suppress(PlaygroundError):
            service.train_on(OVER, 1)
        for seed in range(2):
            service.obtain_run(Experiment(epochs=1, seed=seed))
        begun = service.begin(Experiment(seed=9), "bob")
    assert service.trouble == ()
    return begun


DAMAGE: dict[str, tuple[Any, ...]] = {
    "experiment": ("", "{", "[]", "null", "7", "[[" * 50_000, '{"epochs": 1}', b"\xff\xfe", 5),
    "owner": (b"\xff", 7, "\x00"),
    "address": (b"\xff", 7),
    "askers": ("", "{", "7", "[7]", '["ann"]', "null", b"\xff"),
    "asked_rate": ("fast", b"", float("inf")),
    "key": (b"\xff", 7, "of another"),
    "state": ("asleep", "", b"paused", 7, "finished", "running"),
    "turn": ("first", 1.5, b"1", 2**62, -1),
    "created": ("yesterday", 7, b"", "2026-13-45 00:00:00"),
    "started": ("yesterday", 7.5, b"\xff"),
    "ended": ("yesterday", 7.5, b"\xff"),
    "rates": ("", "{}", "[[1]]", "[[1, 2, \"x\"]]", "7", "null", "[[1e999, 1, 1]]", b"\xff"),
    "chunks": ("many", b"", 1.5),
    "restarts": ("many", b""),
    "segment": ("many", b"", 2.5),
    "snapshot_at": ("often", b"", float("inf")),
    "saved_events": ("all", b"", 99, -1),
    "ending": (
        "", "{", "[]", '{"state": "finished"}', '{"state": "paused"}', b"\xff", None,
        json.dumps({**Ending(state=RunState.FAILED, epochs_done=1).to_dict(), "epochs_done": "x"}),
        json.dumps({**Ending(state=RunState.FAILED, epochs_done=1).to_dict(), "test_loss": "x"}),
        json.dumps({
            **Ending(state=RunState.FAILED, epochs_done=1).to_dict(),
            "reason": {"text": "{what}", "values": {}},
        }),
    ),
    "versions": (b"\xff", 7),
    "requested": ("nothing", b"pause", 7),
    "id": ("another", b"\xff", 7),
}  # fmt: skip


def test_every_column_is_damaged() -> None:
    assert set(DAMAGE) == {column.name for column in RUNS.columns} - {"place"}


@pytest.mark.parametrize("column", DAMAGE)
def test_a_damaged_field_costs_its_run_alone(
    file: Path, before: dict[str, RunView], column: str
) -> None:
    content = file.read_bytes()
    update = f"UPDATE runs SET {column} = ? WHERE id = ?"  # noqa: S608 - a name of ours
    begun = ""
    for value in DAMAGE[column]:
        file.write_bytes(content)
        for run in (HELD,) if column == "id" else (OVER, HELD):
            execute(file, update, value, run)
        begun = check_the_rest(before)
    with running() as service:  # what was written beside the damage is there
        assert service.view(begun).owner == "bob"
        assert service.view("finished") == before["finished"]


POINT = json.dumps(to_wire(EVENTS[1]))


@pytest.mark.parametrize(
    "value",
    ["", "{", "null", "[]", '{"kind": "chunk"}', '{"kind": "other", "seq": 2}', b"\xff", 7,
     POINT.replace("0.5", '"half"'), POINT.replace('"epoch": 1', '"epoch": "one"'),
     POINT.replace('"seq": 2', '"seq": 4'), POINT.replace('"step": 5', '"step": [5]')],
)  # fmt: skip
def test_a_damaged_point_costs_its_run_and_is_named(
    file: Path, before: dict[str, RunView], value: object, caplog: pytest.LogCaptureFixture
) -> None:
    assert value != POINT
    for run in (OVER, HELD):
        execute(file, 'UPDATE points SET "values" = ? WHERE run = ? AND seq = 2', value, run)
    check_the_rest(before)
    assert f"The stored run {HELD} cannot be read" in caplog.text


@pytest.mark.parametrize("saved", [3, 1], ids=["of the checkpoint", "told after the checkpoint"])
def test_a_point_that_is_missing_costs_its_run(
    file: Path, before: dict[str, RunView], saved: int, caplog: pytest.LogCaptureFixture
) -> None:
    execute(file, "UPDATE runs SET saved_events = ? WHERE id = ?", saved, HELD)
    execute(file, "DELETE FROM points WHERE seq = 2 AND run = ?", HELD)
    check_the_rest(before)
    assert f"The stored run {HELD} cannot be read" in caplog.text


FOREIGN = archive_bytes(np.zeros(3), np.ones((4, 4)))


@pytest.mark.parametrize(
    "with_checksum", [True, False], ids=["as written now", "as written before"]
)
@pytest.mark.parametrize(
    "data",
    [SHARES[:-1], b"", SHARES + SHARES, np.zeros((10_000, 10), np.float16).tobytes(), "text", 7,
     THOUGHTS[:-1], FOREIGN, FOREIGN[:-9]],
    ids=["a byte less", "nothing", "float64", "float16", "text", "number", "a cut archive",
         "arrays of another", "another cut archive"],
)  # fmt: skip
def test_a_damaged_artefact_costs_what_it_is_for(
    file: Path, before: dict[str, RunView], data: object, *, with_checksum: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    for run in (OVER, HELD):
        execute(file, "UPDATE artefacts SET data = ? WHERE run = ?", data, run)
    if not with_checksum:
        execute(file, "UPDATE artefacts SET checksum = NULL")
    with running() as service:
        for run in (OVER, HELD):
            view = read_whole(service, run)
            assert view.events == EVENTS
            assert service.probabilities(run) is None
            assert "is damaged; without it there are no bars" in str(view.notes[0])
            with pytest.raises(RecordingError):
                confidence(service, run)
            if with_checksum:
                assert service._archive.checkpoint(service._archive.record(run)) is None
                assert f"Where it stood is lost: The stored run {run} cannot" in caplog.text
    check_the_rest(before)


@pytest.mark.parametrize("column", ["experiment", "rates", "ending", "points"])
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None
)
@given(data=st.data())
def test_whatever_is_written_into_a_text_the_service_starts(
    file: Path, column: str, data: st.DataObject
) -> None:
    table, text, key = (
        ("points", '"values"', "run") if column == "points" else ("runs", column, "id")
    )
    with closing(sqlite3.connect(file)) as connection:
        (was,) = connection.execute(
            f"SELECT CAST({text} AS BLOB) FROM {table} WHERE {key} = ?",  # noqa: S608
            (OVER,),
        ).fetchone()
        place = data.draw(st.integers(0, len(was) - 1))
        new = (
            was[:place]
            + data.draw(st.binary(max_size=4))
            + was[place + data.draw(st.integers(0, 9)) :]
        )
        update = f"UPDATE {table} SET {text} = CAST(? AS TEXT) WHERE {key} = ?"  # noqa: S608
        connection.execute(update, (new, OVER))
        connection.commit()
        with running() as service:
            with suppress(RecordingError):
                assert read_whole(service, OVER).id == OVER
            assert service.view(HELD).state is RunState.PAUSED
        connection.execute(update, (was, OVER))
        connection.commit()


def test_wherever_a_file_is_overwritten_the_service_starts_and_answers(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    content, page = file.read_bytes(), 4096
    # The overflow pages of artefacts are all alike: a few of each are enough.
    pages = [*range(1, 24), *range(24, len(content) // page, 59)]
    whole = 0
    for number in pages:
        for suffix in ("-wal", "-shm"):
            Path(f"{file}{suffix}").unlink(missing_ok=True)
        at = number * page
        file.write_bytes(content[:at] + b"\xa5" * page + content[at + page :])
        caplog.clear()
        with running(quick=False) as service:
            for name in (*OTHERS, OVER, HELD):
                with suppress(PlaygroundError):
                    read_whole(service, name)
                    whole += 1
            with suppress(PlaygroundError):
                service.obtain_run(Experiment(epochs=1, seed=2))
            service.begin(Experiment(seed=9), "bob")
            said = [*map(str, service.trouble)]
        assert all(str(file.parent) not in text for text in said)
        assert not [record for record in caplog.records if record.levelno > logging.ERROR]
    assert 4 * len(pages) < whole < 6 * len(pages)


def test_a_lost_checkpoint_makes_a_run_begin_again_and_it_says_so(file: Path) -> None:
    execute(file, "DELETE FROM artefacts WHERE run = ? AND name = ?", HELD, CHECKPOINT)
    with running() as service:
        record = service._archive.record(HELD)
        held = service.view(HELD)
        assert (held.state, held.notes) == (RunState.PAUSED, ())
        record.begin_again()  # as the dispatcher does when it finds no checkpoint
        view = service.view(HELD)
        assert (view.events, view.restarts) == ((), 1)
        assert "began again from the start" in str(view.notes[0])
        assert replace(view, notes=(), restarts=0, events=held.events) == held

"""Runs that several people asked for: none of them spoils another's, and a restart forgets nobody."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from playground.core.events import RateChange
from playground.core.run import RunState
from playground.jobs import NotYoursError, TrainingService, Way
from playground.jobs.record import RunRecord
from playground.jobs.sharing import MOST_ASKERS, add_asker, place_of_change
from playground.store import open_store
from playground.store.database import FILE
from tests.jobs.conftest import ENDLESS, LONG, SMALL, Runs, timeless
from tests.jobs.test_slices import a_chunk


def test_a_rate_changed_by_one_leaves_the_others_their_run(runs: Runs) -> None:
    service, experiment = runs.service, LONG.with_(seed=91)
    run = service.obtain_run(experiment, "ann").run
    assert service.obtain_run(experiment, "bob").way is Way.JOINED
    runs.wait(run, lambda view: len(view.events) > 20)
    own = service.change_rate(run, 0.01, "ann")
    assert own != run
    assert (service.view(run).owner, service.view(own).owner) == ("bob", "ann")
    # Her older tab does not know yet that it is not hers any more.
    for act in (service.pause, service.stop):
        with pytest.raises(NotYoursError):
            act(run, "ann")
    with pytest.raises(NotYoursError):
        service.change_rate(run, 0.1, "ann")
    end, changed = runs.over(run), runs.over(own)
    assert end.rate_changes == ()
    assert timeless(end) == timeless(runs.trained(experiment))
    (change,) = changed.rate_changes
    assert change.learning_rate == 0.01
    assert timeless(changed)[: change.seq - 1] == timeless(end)[: change.seq - 1]
    assert len(changed.events) == len(end.events) + 1
    assert changed.events[-1].loss != end.events[-1].loss  # type: ignore[union-attr]
    # Whoever asks for the experiment gets one that nobody changed.
    assert service.obtain_run(experiment, "cleo").run != own


def test_a_rate_changed_before_the_first_point_holds_from_the_second_on(runs: Runs) -> None:
    service, first = runs.service, runs.under_way(ENDLESS)
    run = service.obtain_run(SMALL.with_(seed=92), "ann").run
    assert service.obtain_run(SMALL.with_(seed=92), "bob").run == run
    own = service.change_rate(run, 0.01, "ann")
    service.stop(first)
    assert runs.over(run).rate_changes == ()
    (change,) = runs.over(own).rate_changes
    assert (change.epoch, change.chunk, change.learning_rate) == (1, 1, 0.01)


def test_a_rate_changed_where_a_run_was_saved_holds_from_the_next_point_on(runs: Runs) -> None:
    service, experiment = runs.service, SMALL.with_(seed=93)
    run = service.begin(experiment, "ann", chunks=3)
    paused = runs.wait(run, lambda view: view.state is RunState.PAUSED)
    first = runs.under_way(ENDLESS)
    service.resume(run, "ann")
    assert service.obtain_run(experiment, "bob").run == run
    own = service.change_rate(run, 0.01, "ann")
    assert service.view(own).events == paused.events
    service.stop(first)
    (change,) = runs.over(own).rate_changes
    assert (change.epoch, change.chunk) == (1, 4)
    assert timeless(runs.over(run)) == timeless(runs.trained(experiment))


def test_those_who_asked_and_what_was_asked_outlive_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path))
    before = TrainingService(open_store)
    before._archive.start()
    run = before.obtain_run(LONG, "ann", address="home").run
    for name in ("bob", "cleo"):
        assert before.obtain_run(LONG, name, address=f"{name}'s").way is Way.JOINED
    changed = before.begin(LONG, "ann")
    before.change_rate(changed, 0.01, "ann")
    before._archive.close()
    after = TrainingService(open_store)
    after._archive.start()
    try:
        after.stop(run, "ann")
        assert after.view(run).state.is_active
        assert after.view(run).owner == "bob"
        assert after._archive.record(run).address == "bob's"
        with pytest.raises(NotYoursError):
            after.stop(run, "ann")
        after.pause(run, "bob")
        after.stop(run, "cleo")
        assert after.view(run).state is RunState.STOPPED
        assert after._archive.record(changed).asked_rate == 0.01
        assert after.obtain_run(LONG, "dora").run not in (run, changed)
    finally:
        after._archive.close()
    with sqlite3.connect(tmp_path / FILE) as database:
        kept = database.execute("SELECT askers FROM runs WHERE id = ?", (run,)).fetchone()
    database.close()
    assert kept == ("[]",)


def test_a_run_remembers_so_many_who_asked() -> None:
    record = RunRecord(id="r", experiment=LONG, owner="ann")
    asked = [add_asker(record, f"{number % 200}", "") for number in range(400)]
    assert sum(asked) == len(record.askers) == MOST_ASKERS
    assert not add_asker(record, "ann", "")


def test_where_a_change_falls() -> None:
    record = RunRecord(id="r", experiment=LONG)
    assert place_of_change(record) is None
    record.events = [a_chunk(1), a_chunk(2)]
    assert place_of_change(record) == (1, 2)
    record.events.append(
        RateChange(seq=3, epoch=1, chunk=2, position=0.2, learning_rate=0.1, seconds=0.3)
    )
    assert place_of_change(record) == (1, 2)

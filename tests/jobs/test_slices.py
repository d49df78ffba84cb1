"""Long runs that give way to others: real runs of a real engine, in slices forced short."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from playground.core.artefacts import CHECKPOINT
from playground.core.events import ChunkEnd, EpochEnd
from playground.core.experiment import Experiment
from playground.core.run import RunState, RunView
from playground.data import load_split
from playground.jobs import TrainingService, slices, turns
from playground.jobs.record import RunRecord
from playground.store import open_store
from tests.jobs.conftest import ENDLESS, LONG, SMALL, Runs, timeless

UNSLICED = 100_000
"""Chunks after which a run would pause by itself: one that is counted out does not give way."""


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make slices short."""
    monkeypatch.setattr(slices, "SLICE", 0.05)


@contextmanager
def gave_way(runs: Runs, experiment: Experiment) -> Iterator[tuple[str, str]]:
    """Yield a run of Ann's that has given way, and the run of Bob's for which it did."""
    service = runs.service
    run = service.begin(experiment, "ann")
    runs.wait(run, lambda view: len(view.events) > 20)
    other = service.begin(ENDLESS.with_(seed=99), "bob", chunks=UNSLICED)
    runs.wait(run, lambda view: view.gave_way)
    runs.wait(other, lambda view: len(view.events) > 3)
    yield run, other
    service.stop(other, "bob")
    runs.over(other)


def record(runs: Runs, run: str) -> RunRecord:
    return runs.service._archive.record(run)


def test_two_long_runs_take_turns_and_end_as_if_undisturbed(
    runs: Runs, undisturbed: RunView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "SLICE", undisturbed.seconds / 5)
    service, other = runs.service, LONG.with_(seed=81)
    ann, bob = service.begin(LONG, "ann"), service.begin(other, "bob")
    ends = [runs.over(run) for run in (ann, bob)]
    assert min(record(runs, run).segment for run in (ann, bob)) > 1
    alone = runs.trained(other)
    for end, whole in zip(ends, (undisturbed, alone), strict=True):
        assert timeless(end) == timeless(whole)
        assert end.ending == whole.ending
        assert (end.state, end.restarts, end.gave_way) == (RunState.FINISHED, 0, False)


@pytest.mark.usefixtures("short")
def test_a_long_run_makes_room_for_one_that_comes_and_keeps_its_curve(runs: Runs) -> None:
    with gave_way(runs, ENDLESS.with_(seed=82)) as (run, other):
        view = runs.service.view(run)
        assert (view.state, view.ahead, view.owner) == (RunState.QUEUED, 0, "ann")
        assert len(view.events) > 20
        assert runs.service.probabilities(run) is not None
        # Bob's pauses by itself sooner or later, so that it is not asked to give way.
        assert not record(runs, other).gives_way
    going_on = runs.wait(run, lambda now: len(now.events) > len(view.events) + 3)
    assert going_on.events[: len(view.events)] == view.events
    assert not going_on.gave_way
    runs.service.stop(run, "ann")
    runs.over(run)


@pytest.mark.usefixtures("short")
def test_pause_and_continue_a_run_that_gave_way(runs: Runs, undisturbed: RunView) -> None:
    with gave_way(runs, LONG) as (run, _):
        runs.service.pause(run, "ann")
        paused = runs.service.view(run)
        assert (paused.state, paused.gave_way) == (RunState.PAUSED, False)
        runs.service.resume(run, "ann", chunks=1)
        assert runs.service.view(run).state is RunState.QUEUED
    stepped = runs.wait(run, lambda view: view.state is RunState.PAUSED)
    assert len(stepped.chunks) == len(paused.chunks) + 1
    runs.service.resume(run, "ann")
    assert timeless(runs.over(run)) == timeless(undisturbed)


@pytest.mark.usefixtures("short")
def test_stop_a_run_that_gave_way(runs: Runs) -> None:
    with gave_way(runs, ENDLESS.with_(seed=83)) as (run, _):
        before = runs.service.view(run)
        runs.service.stop(run, "ann")
        end = runs.service.view(run)
        assert (end.state, end.events, end.gave_way) == (RunState.STOPPED, before.events, False)
        assert end.ending is not None
        assert end.ending.reason is None
        # By the weights with which it ended, which have gone on since the last epoch.
        answers = runs.service.probabilities(run)
        assert answers is not None
        right = answers.argmax(axis=1) == load_split("fashion", "test").labels
        assert end.ending.test_accuracy == pytest.approx(right.mean())


@pytest.mark.usefixtures("short")
def test_a_rate_asked_for_while_a_run_gives_way_is_not_lost(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor = runs.service._dispatcher._supervisor
    with gave_way(runs, ENDLESS.with_(seed=84)) as (run, _):
        runs.service.change_rate(run, 0.005, "ann")
        assert runs.service.view(run).rate_changes == ()
    assert runs.wait(run, lambda view: view.rate_changes != ()).learning_rate == 0.005
    with monkeypatch.context() as late:
        late.setattr(supervisor, "change_rate", lambda *_: None)  # the part had ended by then
        runs.service.change_rate(run, 0.02, "ann")
    other = runs.service.begin(SMALL.with_(seed=85), "bob")
    assert runs.wait(run, lambda view: len(view.rate_changes) == 2).learning_rate == 0.02
    assert record(runs, run).asked_rate is None
    runs.service.stop(run, "ann")
    runs.over(run)
    runs.over(other)


def test_a_run_that_gave_way_outlives_the_server_as_of_its_written_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path))
    before = TrainingService(open_store)
    before._archive.start()
    runs = [before.begin(LONG.with_(seed=seed), "ann") for seed in range(2)]
    for run in runs:
        waiting = before._archive.record(run)
        waiting.add(a_chunk(1))
        waiting.keep({CHECKPOINT: b"written"})
        waiting.write_held()
        waiting.add(a_chunk(2))
        waiting.keep({CHECKPOINT: b"in memory"})
        waiting.gave_way = True
    before.pause(runs[1], "ann")  # what a person asks for is kept whole
    before._archive.write_later(runs[0])
    before._archive.close()
    after = TrainingService(open_store)
    after._archive.start()
    try:
        lost, paused = (after.view(run) for run in runs)
        assert (lost.state, lost.restarts, lost.gave_way) == (RunState.QUEUED, 1, False)
        assert lost.events == (a_chunk(1),)
        assert after._archive.checkpoint(after._archive.record(runs[0])) == b"written"
        assert (paused.state, paused.restarts) == (RunState.PAUSED, 0)
        assert paused.events == (a_chunk(1), a_chunk(2))
        assert after._archive.checkpoint(after._archive.record(runs[1])) == b"in memory"
    finally:
        after._archive.close()


def a_chunk(seq: int) -> ChunkEnd:
    return ChunkEnd(
        seq=seq, epoch=1, step=seq, position=seq / 10, loss=1, accuracy=0.5, seconds=seq
    )


def a_record(**changes: object) -> RunRecord:
    fields = {"id": "r", "experiment": Experiment(), "state": RunState.RUNNING, "worker": "w"}
    return RunRecord(**{**fields, **changes})  # type: ignore[arg-type]


def trained_for(seconds: float) -> list[ChunkEnd]:
    return [ChunkEnd(seq=1, epoch=1, step=1, position=0.5, loss=1, accuracy=0.5, seconds=seconds)]


def test_who_has_had_a_slice_and_who_is_left_alone() -> None:
    had = trained_for(slices.SLICE)
    assert slices.is_due(a_record(events=had), 60.0)
    assert not slices.is_due(a_record(events=trained_for(slices.SLICE - 0.1)), 60.0)
    assert not slices.is_due(a_record(events=had), slices.SLICE)  # it will be over soon
    assert not slices.is_due(a_record(events=had, seconds_before=1.0), 60.0)
    assert not slices.is_due(a_record(events=had, chunks=1), 60.0)
    assert not slices.is_due(a_record(events=had, requested="stop"), 60.0)
    assert not slices.is_due(a_record(events=had, gives_way=True), 60.0)


def test_a_checkpoint_is_written_now_and_then_and_when_memory_is_short() -> None:
    young, old = a_record(events=trained_for(299.0)), a_record(events=trained_for(300.0))
    assert not slices.is_to_be_written(young, 50_000_000)
    assert slices.is_to_be_written(old, 50_000_000)
    assert slices.is_to_be_written(young, 301_000_000)
    old.stored_events = 1
    assert not slices.is_to_be_written(old, 50_000_000)


def test_without_room_for_its_checkpoint_no_run_gives_way(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "SLICE", 0.0)
    monkeypatch.setattr(turns, "MOST_IN_MEMORY", -1)
    run = runs.service.begin(LONG.with_(seed=87), "ann")
    other = runs.service.begin(SMALL.with_(seed=88), "bob")
    runs.over(run)
    assert record(runs, run).segment == 1
    assert runs.over(other).state is RunState.FINISHED


def test_how_long_the_others_will_wait() -> None:
    def waiting(id: str, owner: str) -> RunRecord:  # noqa: A002 - the field's name
        return a_record(id=id, owner=owner, state=RunState.QUEUED, worker=None)

    ann = a_record(id="a1", owner="ann", events=trained_for(4.0))
    bob, late = waiting("b1", "bob"), waiting("a2", "ann")
    left = {"a1": 3_000.0, "b1": 5.0, "a2": 100.0}
    # Ann's run gives way when its slice is over; her next one comes when that one is over.
    assert slices.waits([bob, late], [ann], 1, left) == {"b1": 6.0, "a2": 3_000.0}
    # She alone has to wait until it is over, and Bob alone waits for nothing.
    assert slices.waits([late], [ann], 1, left) == {"a2": 3_000.0}
    assert slices.waits([bob], [], 1, left) == {"b1": 0.0}
    assert slices.waits([bob], [], 0, left) == {"b1": 0.0}
    # One that is nearly over is not interrupted.
    assert slices.waits([bob], [ann], 1, {**left, "a1": 15.0}) == {"b1": 15.0}
    assert slices.waits([bob, late], [ann], 2, left) == {"b1": 0.0, "a2": 5.0}


def test_what_was_seen_of_held_out_pictures_is_no_test() -> None:
    end = EpochEnd(seq=2, epoch=1, loss=1, accuracy=0.6, val_loss=1, val_accuracy=0.7, seconds=2)
    for choose_by, figures in (("test", (1, 0.7)), ("validation", (None, None))):
        held_out = Experiment(choose_by=choose_by)
        ending = a_record(experiment=held_out, events=[*trained_for(1.0), end]).stopped()
        assert (ending.test_loss, ending.test_accuracy) == figures


def test_what_was_trained_after_the_written_checkpoint_is_trained_again() -> None:
    began = datetime(2026, 3, 1, tzinfo=UTC)
    behind = a_record(events=trained_for(3.0), state=RunState.QUEUED, worker=None, created=began)
    assert behind.change().run.saved_events == 0
    behind.keep({CHECKPOINT: b"in memory"})
    assert behind.change().run.saved_events == 0
    assert behind.change().artefacts == {}
    behind.write_held()
    assert behind.change().run.saved_events == 1
    assert behind.change().artefacts == {CHECKPOINT: b"in memory"}
    written = behind.change()
    behind.keep({CHECKPOINT: b"a newer one"})
    behind.mark_written(written)
    assert behind.checkpoint == b"a newer one"
    assert behind.change().artefacts == {}

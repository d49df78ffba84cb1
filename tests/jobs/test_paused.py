"""Which paused runs are given up: one's own first, and what is said is why; nothing is trained here."""

from __future__ import annotations

import pytest

from playground.core.experiment import Experiment
from playground.core.run import RunState, RunView
from playground.core.sentences import describe_ending
from playground.jobs import TrainingService, paused

LARGE = Experiment(hidden=(1024,) * 4)


def pause_one(service: TrainingService, owner: str, address: str, experiment: Experiment) -> str:
    run = service.begin(experiment, owner, address=address)
    service.pause(run, owner)
    return run


def said(view: RunView) -> str:
    ending = describe_ending(view)
    assert ending is not None
    return str(ending)


def test_who_pauses_many_runs_loses_the_oldest_of_his_own() -> None:
    service = TrainingService()
    others = pause_one(service, "bob", "home", Experiment())
    own = [pause_one(service, "ann", "home", Experiment(seed=seed)) for seed in range(30)]
    states = [service.view(run).state for run in own]
    assert states == [RunState.STOPPED] * 24 + [RunState.PAUSED] * 6
    assert service.view(others).state is RunState.PAUSED
    assert said(service.view(own[0])) == (
        "No more than 6 paused runs are kept for one person, so this one, the oldest, was given up. "
        "It had trained 0 of 5 epochs."
    )


def test_the_run_that_is_paused_just_now_is_not_the_one_that_goes() -> None:
    service = TrainingService()
    own = [pause_one(service, "ann", "home", Experiment(seed=seed)) for seed in range(6)]
    service.resume(own[0], "ann")
    newest = pause_one(service, "ann", "home", Experiment(seed=7))
    service.pause(own[0], "ann")
    states = [service.view(run).state for run in (own[0], own[1], newest)]
    assert states == [RunState.PAUSED, RunState.STOPPED, RunState.PAUSED]


def test_new_names_at_one_address_cost_nobody_elsewhere_a_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(paused, "MOST_EACH_ADDRESS", 5)
    service = TrainingService()
    elsewhere = pause_one(service, "bob", "home", Experiment())
    shed = [pause_one(service, f"name {n}", "hostile", Experiment()) for n in range(9)]
    states = [service.view(run).state for run in shed]
    assert states == [RunState.STOPPED] * 4 + [RunState.PAUSED] * 5
    assert service.view(elsewhere).state is RunState.PAUSED
    assert said(service.view(shed[0])) == (
        "No more than 5 paused runs are kept for all who come from one network, so this one was "
        "given up. It had trained 0 of 5 epochs."
    )


def test_where_there_is_no_room_whoever_takes_most_gives_up_one() -> None:
    service = TrainingService()
    small = [pause_one(service, f"pupil {n}", "school", Experiment()) for n in range(30)]
    large = [
        pause_one(service, f"name {n // 3}", f"at {n // 6}", LARGE.with_(seed=n)) for n in range(30)
    ]
    left = [run for run in large if service.view(run).state is RunState.PAUSED]
    assert {service.view(run).state for run in small} == {RunState.PAUSED}
    room = paused._bytes([service._archive.record(run) for run in (*small, *left)])
    assert 0.9 * paused.MOST_BYTES < room <= paused.MOST_BYTES
    gone = next(run for run in large if run not in left)
    assert said(service.view(gone)) == (
        "The server has no room for more paused runs, so this one was given up. It had trained 0 of "
        "5 epochs."
    )


def test_one_paused_run_is_kept_whatever_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paused, "MOST_BYTES", 1)
    service = TrainingService()
    runs = [pause_one(service, name, name, LARGE) for name in ("ann", "bob", "cleo")]
    assert [service.view(run).state for run in runs[:2]] == [RunState.STOPPED] * 2
    assert service.view(runs[2]).state is RunState.PAUSED

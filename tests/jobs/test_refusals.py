"""How much one person, one network address and all together may ask for; nothing is trained here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.core.experiment import Experiment
from playground.core.run import RunState
from playground.jobs import NotYoursError, TooManyRunsError, TrainingService
from playground.jobs.refusals import ALL, EACH, EACH_ADDRESS
from playground.store import open_store

LARGE = Experiment(hidden=(1024,) * 4, batch_size=16, epochs=95)
"""Forecast to train for about three hours."""


def take_on(service: TrainingService, experiment: Experiment, most: int = 1_000) -> Iterator[str]:
    """Yield runs of people who each come under a new name from one address, until one is refused."""
    for number in range(most):
        try:
            run = service.begin(
                experiment.with_(seed=number), f"{experiment.seed}-{number}", address="hostile"
            )
        except TooManyRunsError:
            return
        yield run


def test_a_person_may_have_so_many_runs() -> None:
    service = TrainingService()
    for seed in range(EACH.runs):
        service.begin(Experiment(seed=seed), "ann", address=f"{seed}")
    with pytest.raises(TooManyRunsError) as refused:
        service.begin(Experiment(), "ann", address="elsewhere")
    assert str(refused.value) == (
        "You have 24 runs waiting or training (limit: 24 each). "
        "Wait for one of them to end, or stop it."
    )
    assert service.begin(Experiment(), "bob", address="0")


def test_new_names_do_not_bring_more_runs_from_one_address() -> None:
    service = TrainingService()
    assert len(list(take_on(service, Experiment()))) == EACH_ADDRESS.runs
    with pytest.raises(TooManyRunsError) as refused:
        service.begin(Experiment(), "another name", address="hostile")
    assert str(refused.value) == (
        "200 runs asked for from your network wait or train, and no more than 200 are taken on from "
        "one. Try again in a minute, when some have ended."
    )
    # Elsewhere nobody is refused, nor does anybody wait for more than one of them.
    other = service.begin(Experiment(), "ann", address="home")
    assert service.view(other).ahead == 1


def test_all_together_may_have_so_many_runs() -> None:
    service = TrainingService()
    for number in range(ALL.runs):
        service.begin(Experiment(), f"{number}", address=f"{number}")
    with pytest.raises(TooManyRunsError, match="400 runs wait or train on this server, and it"):
        service.begin(Experiment(), "ann", address="home")


def test_long_runs_are_weighed_and_short_ones_are_not() -> None:
    service = TrainingService()
    service.begin(LARGE, "ann", address="home")
    with pytest.raises(TooManyRunsError) as refused:
        service.begin(LARGE, "ann", address="home")
    assert str(refused.value) == (
        "Your runs are going to train for about 3 h, and this one for about 3 h; no more than 4 h "
        "are taken on for one person. Stop one of them, or choose fewer epochs or a smaller network."
    )
    service.begin(Experiment(), "ann", address="home")
    long_ones = list(take_on(service, LARGE))
    assert len(long_ones) == 4
    with pytest.raises(TooManyRunsError, match="from your network are going to train for about 11"):
        service.begin(LARGE, "another name", address="hostile")
    service.begin(Experiment(), "another name", address="hostile")
    for number in range(3):
        service.begin(LARGE, f"{number}", address=f"{number}")
    with pytest.raises(TooManyRunsError, match="on this server are going to train for about 23"):
        service.begin(LARGE, "cleo", address="office")
    service.stop(long_ones[0], "0-0")
    service.begin(LARGE, "dora", address="school")


def test_a_run_whose_owner_has_stopped_it_weighs_nothing_although_its_worker_has_not_answered() -> (
    None
):
    service = TrainingService()
    run = service.begin(LARGE, "ann")
    service._archive.record(run).requested = "stop"
    assert service.begin(LARGE.with_(seed=1), "ann")


def test_a_paused_run_that_goes_on_counts_like_a_new_one() -> None:
    service = TrainingService()
    paused = service.begin(LARGE, "ann")
    service.pause(paused, "ann")
    service.begin(LARGE, "ann")
    with pytest.raises(TooManyRunsError, match="no more than 4 h"):
        service.resume(paused, "ann")
    assert service.view(paused).state is RunState.PAUSED


@pytest.mark.parametrize("name", ["ann", "another name"])
def test_limits_hold_after_a_restart(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path))
    before = TrainingService(open_store)
    before._archive.start()
    before.begin(LARGE, "ann", address="home")
    for number in range(3):
        before.begin(LARGE, f"{number}", address="home")
    before._archive.close()
    after = TrainingService(open_store)
    after._archive.start()
    try:
        with pytest.raises(TooManyRunsError):
            after.begin(LARGE, name, address="home")
        assert after.begin(LARGE, "bob", address="elsewhere")
    finally:
        after._archive.close()


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.PAUSED])
def test_nobody_changes_another_persons_run(state: RunState) -> None:
    service = TrainingService()
    run = service.begin(Experiment(), "ann")
    if state is RunState.PAUSED:
        service.pause(run, "ann")
    before = service.view(run)
    for act in (
        lambda by: service.pause(run, by),
        lambda by: service.resume(run, by),
        lambda by: service.resume(run, by, chunks=1),
        lambda by: service.stop(run, by),
        lambda by: service.change_rate(run, 0.1, by),
    ):
        for stranger in ("bob", ""):
            with pytest.raises(NotYoursError) as refused:
                act(stranger)
            assert str(refused.value) == (
                "This run belongs to another visitor by now, so it was left as it is. Change a "
                "setting to train one of your own."
            )
    assert service.view(run) == before

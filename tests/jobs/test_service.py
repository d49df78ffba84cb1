"""What a page can ask of training, asked of a real engine with one worker."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from playground.core.errors import EngineError
from playground.core.experiment import Experiment
from playground.core.recipe import Recipe
from playground.core.run import RunState, RunView
from playground.data import load_split
from playground.engine.architecture import Architecture
from playground.jobs import TrainingService, UnknownRunError, archive
from tests.jobs.conftest import ENDLESS, LONG, PATIENCE, SMALL, Runs, eventually, timeless


async def everything(runs: Runs, run: str) -> list[RunView]:
    """Return all that a listener hears of a run, to its end."""
    async with asyncio.timeout(PATIENCE):
        return [view async for view in runs.service.follow(run, PATIENCE)]


def test_a_run_is_heard_live_from_the_queue_to_its_end(runs: Runs) -> None:
    run = runs.service.begin(LONG)
    seen = asyncio.run(everything(runs, run))
    end = seen[-1]

    states = list(dict.fromkeys(view.state for view in seen))
    assert states[-2:] == [RunState.RUNNING, RunState.FINISHED]
    assert set(states[:-2]) <= {RunState.QUEUED}
    heard = [len(view.events) for view in seen if view.state is RunState.RUNNING]
    assert len(set(heard)) > 10
    for view in seen:
        assert [event.seq for event in view.events] == list(range(1, len(view.events) + 1))
        assert view.events == end.events[: len(view.events)]
    assert end.epochs_done == LONG.epochs
    assert end.ending is not None
    assert end.ending.test_accuracy == end.epochs[-1].val_accuracy


def test_a_finished_run_leaves_the_probabilities_of_all_test_pictures(runs: Runs) -> None:
    run = runs.service.begin(SMALL)
    runs.over(run)
    probabilities = runs.service.probabilities(run)
    assert probabilities is not None
    assert probabilities.shape == (10_000, 10)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_first_come_first_served(runs: Runs) -> None:
    service = runs.service
    first = runs.under_way(ENDLESS)
    second, third = service.begin(SMALL), service.begin(SMALL.with_(seed=1))
    assert [service.view(run).ahead for run in (first, second, third)] == [0, 0, 1]
    assert service.view(third).state is RunState.QUEUED
    service.stop(first)
    assert runs.wait(third, lambda view: view.ahead == 0).restarts == 0
    started = runs.wait(third, lambda view: view.state is not RunState.QUEUED)
    assert started.ahead == 0
    assert service.view(second).state is RunState.FINISHED
    assert runs.over(third).state is RunState.FINISHED


def test_a_paused_run_leaves_its_worker_to_others_and_ends_as_if_never_paused(
    runs: Runs, undisturbed: RunView
) -> None:
    service = runs.service
    run = runs.under_way(LONG)
    service.pause(run)
    paused = runs.wait(run, lambda view: view.state is RunState.PAUSED)
    assert paused.ending is None
    assert service.probabilities(run) is not None
    assert runs.trained(SMALL).state is RunState.FINISHED
    assert service.view(run) == paused
    service.resume(run)
    end = runs.over(run)
    assert timeless(end) == timeless(undisturbed)
    assert end.ending == undisturbed.ending
    assert end.restarts == 0


def test_one_step_at_a_time(runs: Runs) -> None:
    experiment = SMALL.with_(epochs=1)
    whole = runs.trained(experiment)
    run = runs.service.begin(experiment, chunks=1)
    for chunks in range(1, len(whole.chunks)):
        view = runs.wait(run, lambda view: view.state is RunState.PAUSED)
        assert len(view.chunks) == chunks
        runs.service.resume(run, chunks=1)
        assert runs.service.view(run).state is not RunState.PAUSED
    last = runs.wait(run, lambda view: not view.state.is_active)
    assert timeless(last) == timeless(whole)
    runs.service.resume(run)
    end = runs.over(run)
    assert timeless(end) == timeless(whole)
    assert end.ending == whole.ending


def test_continue_counts_while_a_step_is_on_its_way(runs: Runs, undisturbed: RunView) -> None:
    run = runs.service.begin(LONG, chunks=1)
    assert runs.service.view(run).state is RunState.RUNNING
    runs.service.resume(run)
    assert timeless(runs.over(run)) == timeless(undisturbed)


def test_continue_counts_while_a_pause_is_on_its_way(runs: Runs, undisturbed: RunView) -> None:
    run = runs.under_way(LONG)
    runs.service.pause(run)
    runs.service.resume(run)
    assert timeless(runs.over(run)) == timeless(undisturbed)


def test_a_second_pause_takes_continue_back(runs: Runs) -> None:
    run = runs.under_way(ENDLESS)
    runs.service.pause(run)
    runs.service.resume(run)
    runs.service.pause(run)
    runs.wait(run, lambda view: view.state is RunState.PAUSED)
    runs.service.stop(run)
    assert runs.service.view(run).state is RunState.STOPPED


def test_stop_a_run_that_trains(runs: Runs) -> None:
    run = runs.under_way(ENDLESS)
    runs.service.stop(run)
    end = runs.over(run)
    assert end.ending is not None
    assert end.state is RunState.STOPPED
    assert end.ending.epochs_done == end.epochs_done < ENDLESS.epochs
    assert end.ending.test_accuracy is not None
    assert runs.service.probabilities(run) is not None


def test_stop_a_run_that_waits(runs: Runs) -> None:
    service = runs.service
    first = runs.under_way(ENDLESS)
    second, third = service.begin(SMALL), service.begin(SMALL)
    service.stop(second)
    view = service.view(second)
    assert (view.state, view.events) == (RunState.STOPPED, ())
    assert service.view(third).ahead == 0
    service.stop(first)
    assert runs.over(third).state is RunState.FINISHED
    assert service.view(second) == view


def test_stop_a_paused_run(runs: Runs) -> None:
    run = runs.service.begin(ENDLESS, chunks=3)
    paused = runs.wait(run, lambda view: view.state is RunState.PAUSED)
    runs.service.stop(run)
    end = runs.service.view(run)
    assert end.ending is not None
    assert (end.state, end.events) == (RunState.STOPPED, paused.events)
    assert (end.ending.epochs_done, end.ending.step) == (0, paused.chunks[-1].step)
    answers = runs.service.probabilities(run)
    assert answers is not None
    right = answers.argmax(axis=1) == load_split("fashion", "test").labels
    assert end.ending.test_accuracy == pytest.approx(right.mean())


def test_pause_and_continue_a_run_that_waits(runs: Runs) -> None:
    service = runs.service
    first = runs.under_way(ENDLESS)
    second, third = service.begin(SMALL), service.begin(SMALL)
    service.pause(second)
    assert service.view(second).state is RunState.PAUSED
    assert service.view(third).ahead == 0
    service.resume(second)
    assert service.view(second).ahead == 1
    service.stop(first)
    assert runs.over(second).state is RunState.FINISHED
    assert runs.over(third).state is RunState.FINISHED


def test_pausing_twice_is_pausing_once(runs: Runs, undisturbed: RunView) -> None:
    run = runs.under_way(LONG)
    runs.service.pause(run)
    runs.service.pause(run)
    runs.wait(run, lambda view: view.state is RunState.PAUSED)
    runs.service.pause(run)
    assert runs.service.view(run).state is RunState.PAUSED
    runs.service.resume(run)
    assert timeless(runs.over(run)) == timeless(undisturbed)


@pytest.mark.parametrize("order", [("pause", "stop"), ("stop", "pause"), ("stop", "resume")])
def test_stop_outranks_everything(runs: Runs, order: tuple[str, str]) -> None:
    run = runs.under_way(ENDLESS)
    for command in order:
        getattr(runs.service, command)(run)
    assert runs.over(run).state is RunState.STOPPED


def test_commands_change_nothing_about_a_run_that_is_over(runs: Runs) -> None:
    service = runs.service
    run = service.begin(SMALL)
    end = runs.over(run)
    service.pause(run)
    service.stop(run)
    service.resume(run)
    service.resume(run, chunks=1)
    assert service.view(run) == end
    assert runs.trained(SMALL).state is RunState.FINISHED
    assert service.view(run) == end


def test_a_run_that_nobody_knows(runs: Runs) -> None:
    async def follow() -> None:
        async for _ in runs.service.follow("feed", 1.0):
            pass

    for ask in (
        lambda: runs.service.view("feed"),
        lambda: runs.service.pause("feed"),
        lambda: runs.service.stop("feed"),
        lambda: runs.service.resume("feed"),
        lambda: runs.service.probabilities("feed"),
        lambda: asyncio.run(follow()),
    ):
        with pytest.raises(UnknownRunError) as caught:
            ask()
        assert str(caught.value) == (
            "The link names the run “feed”, which this server does not have (it keeps the "
            "latest ones). The settings in the link still hold: press Train."
        )


def test_two_listeners_hear_the_same_and_both_come_to_an_end(runs: Runs) -> None:
    async def both() -> tuple[list[RunView], list[RunView]]:
        run = runs.service.begin(SMALL)
        return await asyncio.gather(everything(runs, run), everything(runs, run))

    one, other = asyncio.run(both())
    assert one[-1] == other[-1]
    assert one[-1].state is RunState.FINISHED
    assert min(len(one), len(other)) > 2
    assert runs.service._notifier._listeners == {}


def test_silence_is_broken_for_those_who_listen(runs: Runs) -> None:
    run = runs.service.begin(SMALL, chunks=1)
    paused = runs.wait(run, lambda view: view.state is RunState.PAUSED)

    async def three() -> list[RunView]:
        views: list[RunView] = []
        async with asyncio.timeout(PATIENCE):
            async for view in runs.service.follow(run, 0.01):
                views.append(view)
                if len(views) == 3:
                    break
        return views

    assert asyncio.run(three()) == [paused] * 3
    runs.service.stop(run)


def test_a_run_that_diverges_ends_by_itself(runs: Runs) -> None:
    end = runs.trained(SMALL.with_(normalize=False, optimizer="sgd", learning_rate=10.0))
    assert end.state is RunState.DIVERGED


def test_nothing_of_a_run_stays_in_the_engine(runs: Runs) -> None:
    runs.trained(SMALL)
    engine = runs.service._dispatcher._supervisor._engine
    assert engine is not None
    client = engine._client
    assert client is not None
    assert engine._segments == {}
    eventually(lambda: len(client.futures) == 0)
    eventually(lambda: client.run_on_scheduler(_tasks) == 0)  # type: ignore[no-untyped-call]
    eventually(lambda: set(client.run(_results).values()) == {0})
    assert client.get_events(engine._topic) == ()


def _tasks(dask_scheduler: object = None) -> int:
    return len(getattr(dask_scheduler, "tasks"))  # noqa: B009 - runs in the scheduler


def _results(dask_worker: object = None) -> int:
    return len(getattr(dask_worker, "data"))  # noqa: B009 - runs in the worker


def test_a_free_worker_compiles_what_is_expected(runs: Runs) -> None:
    expected = SMALL.with_(hidden=(31, 7))
    runs.service.expect(expected)
    eventually(lambda: _compiled(runs, expected))


def test_a_worker_that_trains_is_not_asked_to_compile(runs: Runs) -> None:
    expected = SMALL.with_(hidden=(29, 7))
    run = runs.under_way(ENDLESS)
    runs.service.expect(expected)
    assert not _compiled(runs, expected)
    runs.service.stop(run)
    runs.over(run)
    assert not _compiled(runs, expected)
    runs.service.expect(expected)
    eventually(lambda: _compiled(runs, expected))


def _compiled(runs: Runs, experiment: Experiment) -> bool:
    """Whether the worker has the network of `experiment` compiled."""
    engine = runs.service._dispatcher._supervisor._engine
    assert engine is not None
    assert engine._client is not None
    architecture = Architecture.of(experiment)

    def has() -> bool:
        from playground.engine.task import warm_trainer

        return architecture in warm_trainer()._networks

    (answer,) = engine._client.run(has).values()
    return bool(answer)


def test_the_oldest_runs_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "KEPT_RUNS", 2)
    service = TrainingService()
    over = [service.begin(SMALL) for _ in range(4)]
    for run in over:
        service.stop(run)
    waiting = service.begin(SMALL)
    assert [service.view(run).state for run in over[2:]] == [RunState.STOPPED] * 2
    assert service.view(waiting).state is RunState.QUEUED
    for run in over[:2]:
        with pytest.raises(UnknownRunError):
            service.view(run)


def test_a_service_that_was_never_started_can_be_closed() -> None:
    service = TrainingService()
    assert not service.is_ready
    assert service.trouble == ()
    service.close()


def test_a_worker_answers_a_question_while_it_trains(runs: Runs) -> None:
    run = runs.under_way(ENDLESS)
    told = runs.service.call_lab("attempt", Recipe(outputs=7).to_dict())
    assert told["message"].endswith("outside the valid range of [0, 7).")
    assert runs.service.view(run).state is RunState.RUNNING
    runs.service.stop(run)
    runs.over(run)


def test_without_a_worker_nobody_answers() -> None:
    with pytest.raises(EngineError) as caught:
        TrainingService().call_lab("attempt", Recipe().to_dict())
    assert str(caught.value) == (
        "The processes that train are not ready yet. Try it again in a few seconds."
    )

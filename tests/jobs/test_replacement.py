"""Workers that have grown are replaced, and those that stand still are noticed; with a real engine."""

from __future__ import annotations

import os
import signal

import pytest

from playground.core.run import RunState, RunView
from playground.engine.condition import LIMIT
from tests.jobs.cluster import cluster_in, service_on
from tests.jobs.conftest import (
    ENDLESS,
    LONG,
    SMALL,
    Runs,
    eventually,
    service_with_workers,
    timeless,
    workers_of,
)

NOTHING = "1"
"""MB: every worker that has trained is larger."""


def test_a_worker_that_has_grown_makes_room_for_a_warm_one(
    monkeypatch: pytest.MonkeyPatch, undisturbed: RunView
) -> None:
    monkeypatch.setenv(LIMIT, NOTHING)
    with service_with_workers(1) as runs:
        runs.ready()
        first = workers(runs)
        seen: list[frozenset[str]] = []
        runs.trained(SMALL)
        # Its successor comes while it trains, and disturbs nothing.
        ends = [runs.over(runs.service.begin(LONG)), runs.over(runs.service.begin(SMALL))]

        def is_replaced() -> bool:
            seen.append(workers(runs))
            return seen[-1].isdisjoint(first)

        eventually(is_replaced)
        assert all(len(there) <= 1 for there in seen), "no more train at once than there were"
        eventually(lambda: len(workers_of(runs.engine())) == 1)
        ends.append(runs.trained(SMALL.with_(seed=2)))
    assert {end.restarts for end in ends} == {0}
    assert timeless(ends[0]) == timeless(undisturbed)


def test_elsewhere_a_worker_that_has_grown_is_started_anew_by_its_nanny(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv(LIMIT, NOTHING)
    with cluster_in(tmp_path_factory.mktemp("cluster"), 1) as cluster, service_on(cluster) as there:
        there.ready()
        first = workers(there)
        ends = [there.trained(SMALL)]
        eventually(lambda: bool(workers(there)) and workers(there).isdisjoint(first))
        ends.append(there.trained(SMALL.with_(seed=2)))
    assert {(end.state, end.restarts) for end in ends} == {(RunState.FINISHED, 0)}


def test_a_worker_that_stands_still_is_said_and_stop_does_not_wait_for_it(runs: Runs) -> None:
    run = runs.under_way(ENDLESS)
    (worker,) = workers_of(runs.engine())
    os.kill(worker.pid, signal.SIGSTOP)
    try:
        eventually(lambda: runs.service.trouble != ())
        (trouble,) = runs.service.trouble
        assert "no sign of life" in str(trouble)
        runs.service.stop(run)
        assert runs.service.view(run).state is RunState.STOPPED
        assert runs.service.trouble == ()
        waiting = runs.service.begin(SMALL)
        assert runs.service.view(waiting).state is RunState.QUEUED
    finally:
        os.kill(worker.pid, signal.SIGCONT)
    end = runs.over(waiting)
    assert (end.state, end.restarts) == (RunState.FINISHED, 0)
    assert workers_of(runs.engine()) == [worker]


def test_a_worker_that_comes_back_goes_on(runs: Runs, undisturbed: RunView) -> None:
    run = runs.under_way(LONG)
    (worker,) = workers_of(runs.engine())
    os.kill(worker.pid, signal.SIGSTOP)
    try:
        eventually(lambda: runs.service.trouble != ())
    finally:
        os.kill(worker.pid, signal.SIGCONT)
    end = runs.over(run)
    assert end.restarts == 0
    assert timeless(end) == timeless(undisturbed)
    eventually(lambda: runs.service.trouble == ())


def workers(runs: Runs) -> frozenset[str]:
    """Return the addresses of the workers that may be given runs."""
    return runs.service._dispatcher.workers

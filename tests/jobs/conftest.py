"""A training service with a real engine of one worker, and ways to wait for what happens in it.

Nothing here sleeps or counts seconds: a test waits for a condition, and `PATIENCE` only ends those
that would wait for ever.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from unittest import mock

import psutil
import pytest

from playground.core.artefacts import CONFIDENCE, WEIGHTS
from playground.core.confidence import Confidence
from playground.core.events import Event
from playground.core.experiment import Experiment
from playground.core.network import Network
from playground.core.run import RunView
from playground.core.weights import Weights
from playground.jobs import TrainingService
from playground.jobs.contact import OwnProcess
from playground.store import RunStore

PATIENCE = 180.0  # seconds

SMALL = Experiment(train_size=1_024)
"""Of the architecture that a worker knows from its start; an epoch takes milliseconds."""

LONG = SMALL.with_(epochs=15)
"""Still trains when a test has seen its first events; waited for to its end."""

ENDLESS = SMALL.with_(epochs=100)
"""For runs that a test stops."""


def confidence(service: TrainingService, run: str) -> Confidence | None:
    """Return what a run thought of the test pictures after each epoch, if it is kept."""
    data = service.artefact(run, CONFIDENCE)
    return None if data is None else Confidence.from_bytes(data, 10_000)


def weights(service: TrainingService, run: str) -> Weights | None:
    """Return the network that a run has left, if it is kept."""
    data = service.artefact(run, WEIGHTS)
    network = Network.of(service.view(run).experiment)
    return None if data is None else Weights.from_bytes(data, network)


@dataclass(frozen=True)
class Runs:
    """A service, and how tests wait for its runs."""

    service: TrainingService

    def wait(self, run: str, condition: Callable[[RunView], bool]) -> RunView:
        """Return the first view of `run` that meets `condition`."""
        return asyncio.run(self.until(run, condition))

    async def until(self, run: str, condition: Callable[[RunView], bool]) -> RunView:
        """Return the first view of `run` that meets `condition`."""
        async with asyncio.timeout(PATIENCE):
            async for view in self.service.follow(run, 1.0):
                if condition(view):
                    return view
        raise AssertionError(f"it never came to that: {view}")

    def over(self, run: str) -> RunView:
        """Return `run` when it is over."""
        return self.wait(run, lambda view: view.state.is_over)

    def trained(self, experiment: Experiment) -> RunView:
        """Return a run of `experiment` that nobody disturbed."""
        return self.over(self.service.begin(experiment))

    def under_way(self, experiment: Experiment, events: int = 3) -> str:
        """Begin a run and return its id when it has told of something."""
        run = self.service.begin(experiment)
        self.wait(run, lambda view: len(view.events) >= events)
        return run

    def ready(self) -> None:
        """Wait until there is a worker."""
        eventually(lambda: self.service.is_ready)

    def engine(self) -> psutil.Process:
        """Return the engine's process."""
        engine = self.service._dispatcher._supervisor._engine
        assert engine is not None
        assert isinstance(engine._contact, OwnProcess)
        return psutil.Process(engine._contact._process.pid)


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until `condition` holds."""
    pause = threading.Event()
    for _ in range(int(PATIENCE * 20)):
        if condition():
            return
        pause.wait(0.05)
    raise AssertionError("it never came to that")


def is_engine(process: psutil.Process) -> bool:
    """Whether `process` is an engine that lives."""
    return process.status() != psutil.STATUS_ZOMBIE and "playground.engine" in process.cmdline()


def workers_of(engine: psutil.Process) -> list[psutil.Process]:
    """Return an engine's worker processes that live."""
    return [
        child
        for child in engine.children()
        if child.status() != psutil.STATUS_ZOMBIE
        and any("spawn_main" in word for word in child.cmdline())
    ]


def all_gone(processes: list[psutil.Process]) -> bool:
    """Whether none of `processes` is left within the limit of patience."""
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE)
    return not alive


def timeless(view: RunView) -> tuple[Event, ...]:
    """Return a run's events without what a clock said."""
    return tuple(replace(event, seconds=0.0) for event in view.events)


@contextmanager
def service_with_workers(
    workers: int, open_store: Callable[[], RunStore] | None = None
) -> Iterator[Runs]:
    """Run a service with an engine of its own, and close it."""
    service = TrainingService(open_store)
    with mock.patch.dict(os.environ, {"PLAYGROUND_WORKERS": str(workers)}):
        try:
            service.start()
            yield Runs(service)
        finally:
            service.close()


@pytest.fixture(scope="session")
def runs() -> Iterator[Runs]:
    """Yield a service with one worker, for all tests that leave its engine whole."""
    with service_with_workers(1) as runs:
        runs.ready()
        yield runs


@pytest.fixture(scope="session")
def undisturbed(runs: Runs) -> RunView:
    """Return a long run that nobody disturbed."""
    return runs.trained(LONG)


Serve = Callable[[Callable[[], RunStore]], AbstractContextManager[Runs]]


@pytest.fixture(scope="session")
def serve_warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Yield a function that runs a service with a store on a worker that is warm and stays when it is closed.

    Its processes belong to a cluster of others; for tests of what is kept and not of who trains it.
    """
    from tests.jobs.cluster import cluster_in, service_on  # which import from here

    with cluster_in(tmp_path_factory.mktemp("cluster"), 1) as cluster:
        yield lambda open_store: service_on(cluster, open_store)

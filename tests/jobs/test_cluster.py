"""Training on a cluster that others run: real schedulers and workers, which are really killed."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.core.errors import EngineSettingsError, SchedulerError
from playground.core.experiment import Experiment
from playground.core.run import RunState, RunView
from playground.engine import roster
from playground.jobs.contact import (
    SCHEDULER,
    TLS,
    ExistingCluster,
    OwnProcess,
    contact_from_environment,
)
from tests.jobs.cluster import (
    Cluster,
    cluster_in,
    listening,
    service_on,
    write_certificate,
)
from tests.jobs.conftest import LONG, SMALL, Runs, eventually, timeless
from tests.jobs.test_processes import refuses

VISITORS = 8

NEVER_ENDING = Experiment(hidden=(512, 512), epochs=100)
"""Trains longer than any test waits."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Yield a cluster of two workers; one of them may have been killed."""
    with cluster_in(tmp_path_factory.mktemp("cluster"), 2) as cluster:
        yield cluster


def test_a_classroom_loses_nothing_when_a_host_is_lost(cluster: Cluster, runs: Runs) -> None:
    experiments = [
        SMALL.with_(epochs=LONG.epochs if seed < 2 else 2, seed=seed) for seed in range(VISITORS)
    ]
    with service_on(cluster) as there:
        eventually(lambda: len(there.service._dispatcher._supervisor.workers) == 2)
        asked = [
            there.service.obtain_run(experiment, f"visitor {seed}").run
            for seed, experiment in enumerate(experiments)
        ]
        hit = asked[0]
        there.wait(hit, lambda view: len(view.events) >= 20)
        worker = there.service._archive.record(hit).worker
        assert worker is not None
        cluster.kill_worker(worker)
        ends = [there.over(run) for run in asked]
        assert there.service._dispatcher._supervisor.workers.isdisjoint({worker})
    assert {end.state for end in ends} == {RunState.FINISHED}
    assert [end.restarts for end in ends] == [1] + [0] * (VISITORS - 1)
    undisturbed = [runs.trained(experiment) for experiment in experiments]
    assert [timeless(end) for end in ends] == [timeless(run) for run in undisturbed]
    assert [end.ending for end in ends] == [run.ending for run in undisturbed]


def test_applications_share_a_cluster_and_leave_nothing_behind(cluster: Cluster) -> None:
    with service_on(cluster) as one:
        one.ready()
        with service_on(cluster) as other:
            other.ready()
            forgotten = other.under_way(NEVER_ENDING)
            assert len(plugins(one)) == 2
            assert (
                one.service._dispatcher._supervisor.workers
                == other.service._dispatcher._supervisor.workers
            )
        assert not other.service.view(forgotten).state.is_over
        # What the other left behind was stopped: every worker is free.
        seeds = range(len(one.service._dispatcher._supervisor.workers))
        mine = [one.service.begin(SMALL.with_(seed=seed)) for seed in seeds]
        assert {one.over(run).state for run in mine} == {RunState.FINISHED}
        eventually(lambda: len(plugins(one)) == 1)
        assert one.service.trouble == ()


def plugins(runs: Runs) -> list[str]:
    """Return the names of the plugins that connections of ours have in the scheduler."""
    engine = runs.service._dispatcher._supervisor._engine
    assert engine is not None
    assert engine._client is not None
    names: list[str] = engine._client.run_on_scheduler(_plugins)  # type: ignore[no-untyped-call]
    return names


def _plugins(dask_scheduler: object = None) -> list[str]:
    found = getattr(dask_scheduler, "plugins")  # noqa: B009 - runs in the scheduler
    return [name for name in found if name.startswith("playground-") and name != roster.NAME]


def test_only_a_certificate_of_the_cluster_opens_it(cluster: Cluster, tmp_path: Path) -> None:
    stranger = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    stranger.check_hostname = False
    stranger.verify_mode = ssl.CERT_NONE
    impostor = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    impostor.check_hostname = False
    impostor.verify_mode = ssl.CERT_NONE
    other = write_certificate(tmp_path, "other")
    impostor.load_cert_chain(other["tls_client_cert"], other["tls_client_key"])
    with service_on(cluster) as runs:
        runs.ready()
        doors = listening(cluster.processes())
    assert {ip for ip, _ in doors} == {"127.0.0.1"}
    assert len(doors) >= 3
    for door in doors:
        assert refuses(door, stranger)
        assert refuses(door, impostor)


def contact(cluster: Cluster, **files: Path) -> ExistingCluster:
    chosen = {name: str(file) for name, file in (cluster.files | files).items()}
    return ExistingCluster(cluster.address, chosen)


def test_a_certificate_that_is_not_accepted_is_said(cluster: Cluster, tmp_path: Path) -> None:
    other = write_certificate(tmp_path, "other")
    said = (
        f"The scheduler at {cluster.address} and this playground do not accept each other's "
        "certificate ({reason}). Expected two that the authority in PLAYGROUND_TLS_CA signed, and "
        "both still valid; correct PLAYGROUND_TLS_CERT and PLAYGROUND_TLS_KEY, or the scheduler's."
    )
    with pytest.raises(SchedulerError) as theirs:
        contact(cluster, **other).find()
    assert str(theirs.value) == said.format(reason="self-signed certificate")
    with pytest.raises(SchedulerError) as ours:
        contact(cluster, **other | {"tls_ca_file": cluster.files["tls_ca_file"]}).find()
    assert str(ours.value) == said.format(reason="tlsv1 alert unknown ca")


def test_files_that_do_not_fit_are_said(cluster: Cluster, tmp_path: Path) -> None:
    missing = tmp_path / "missing.pem"
    with pytest.raises(EngineSettingsError) as gone:
        contact(cluster, tls_client_cert=missing).find()
    assert str(gone.value) == (
        f"PLAYGROUND_TLS_CERT names the file {missing}, which cannot be read (No such file or "
        "directory). Expected a file in PEM form; put it there, or correct the variable and start "
        "the playground again."
    )
    key = write_certificate(tmp_path, "other")["tls_client_key"]
    with pytest.raises(EngineSettingsError) as foreign:
        contact(cluster, tls_client_key=key).find()
    assert str(foreign.value) == (
        "The files named by PLAYGROUND_TLS_CA, PLAYGROUND_TLS_CERT, PLAYGROUND_TLS_KEY cannot be "
        "used together (key values mismatch). Expected the authority's certificate, a certificate "
        "that it signed, and the key to that, each in PEM form; correct them."
    )


def test_runs_go_on_when_the_scheduler_is_killed_and_comes_back(
    cluster: Cluster, undisturbed: RunView
) -> None:
    with service_on(cluster) as runs:

        def is_said(*sentences: str) -> bool:
            return [" ".join(sentences)] == [str(trouble) for trouble in runs.service.trouble]

        run = runs.under_way(LONG, events=20)
        cluster.kill_scheduler()
        reason = (
            f"The scheduler cannot be reached at {cluster.address} (Connection refused). Start it, "
            "or correct PLAYGROUND_SCHEDULER."
        )
        waiting = "It is tried again, and runs wait in the queue until then."
        eventually(lambda: is_said(reason, waiting))
        # Workers leave with their scheduler; whoever runs them starts them again.
        eventually(lambda: not cluster.lives(cluster.workers))
        cluster.start_scheduler()
        idle = "has no workers. Start some; runs wait in the queue until then."
        eventually(lambda: is_said("The scheduler at", cluster.address, idle))
        cluster.start_worker()
        end = runs.over(run)
        assert runs.service.trouble == ()
    assert end.restarts == 1
    assert timeless(end) == timeless(undisturbed)


@pytest.mark.parametrize("received", ["tcp://host:8786", "host:8786", "tls://host", "tls://h:0"])
def test_an_address_that_is_none_is_said(received: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SCHEDULER, received)
    with pytest.raises(EngineSettingsError) as caught:
        contact_from_environment()
    assert str(caught.value) == (
        f"PLAYGROUND_SCHEDULER is “{received}”. Expected an address such as tls://10.0.0.5:8786; "
        "correct it, or unset it to train on this machine, and start the playground again."
    )


def test_a_scheduler_without_certificates_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SCHEDULER, " tls://[::1]:8786 ")
    monkeypatch.setenv(TLS["tls_client_cert"], "playground.pem")
    with pytest.raises(EngineSettingsError) as caught:
        contact_from_environment()
    assert str(caught.value) == (
        "PLAYGROUND_SCHEDULER is “tls://[::1]:8786”, but not set: PLAYGROUND_TLS_CA, "
        "PLAYGROUND_TLS_KEY. Expected the files of a certificate in PEM form, because whoever can "
        "connect can run code; set PLAYGROUND_TLS_CA, PLAYGROUND_TLS_CERT, PLAYGROUND_TLS_KEY and "
        "start the playground again."
    )
    for variable in TLS.values():
        monkeypatch.setenv(variable, "playground.pem")
    assert isinstance(contact_from_environment(), ExistingCluster)


def test_without_a_scheduler_the_engine_is_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SCHEDULER, " ")
    own = contact_from_environment()
    assert isinstance(own, OwnProcess)
    own.give_up()
    own.close()
    assert own.idle is None

"""What becomes of runs and processes when something is killed, damaged, closed or broken into."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import dask
import psutil
import pytest
from distributed import Security

from playground.core.errors import DataError
from playground.core.message import Message
from playground.core.run import RunState, RunView
from playground.data import load_split
from playground.jobs import contact as contact_module
from playground.jobs.contact import ROOT
from playground.jobs.supervisor import EngineSupervisor
from tests.jobs.conftest import (
    LONG,
    PATIENCE,
    SMALL,
    Runs,
    all_gone,
    eventually,
    is_engine,
    service_with_workers,
    timeless,
    workers_of,
)


def test_a_run_whose_worker_is_killed_goes_on_from_its_last_pause(
    runs: Runs, undisturbed: RunView
) -> None:
    run = runs.service.begin(LONG, chunks=20)
    paused = runs.wait(run, lambda view: view.state is RunState.PAUSED)
    runs.service.resume(run)
    runs.wait(run, lambda view: len(view.events) > len(paused.events) + 5)
    (worker,) = workers_of(runs.engine())
    worker.kill()
    again = runs.wait(run, lambda view: view.restarts == 1)
    assert again.events == paused.events
    end = runs.over(run)
    assert end.restarts == 1
    assert timeless(end) == timeless(undisturbed)
    assert end.ending == undisturbed.ending


def test_runs_go_on_when_the_engine_is_killed(runs: Runs, undisturbed: RunView) -> None:
    run = runs.under_way(LONG, events=20)
    waiting = runs.service.begin(SMALL)
    engine = runs.engine()
    processes = [engine, *engine.children(recursive=True)]
    engine.kill()
    end = runs.over(run)
    assert end.restarts == 1
    assert timeless(end) == timeless(undisturbed)
    assert runs.over(waiting).restarts == 0
    assert all_gone(processes)
    assert runs.service.trouble == ()


def test_an_engine_without_workers_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    with service_with_workers(1) as runs:
        runs.ready()
        monkeypatch.setattr(contact_module, "WORKERLESS_LIMIT", 1.0)
        engine = runs.engine()
        client = runs.service._dispatcher._supervisor._engine._client  # type: ignore[union-attr]
        client.retire_workers()  # type: ignore[union-attr]  # its nanny leaves with it
        eventually(lambda: not engine.is_running())
        monkeypatch.undo()
        assert runs.trained(SMALL).state is RunState.FINISHED
        assert runs.engine().pid != engine.pid


def test_the_engine_can_be_reached_only_with_its_certificate(runs: Runs, tmp_path: Path) -> None:
    runs.ready()
    engine = runs.engine()
    listening = addresses_of([engine, *engine.children(recursive=True)])
    assert {address.ip for address in listening} == {"127.0.0.1"}
    assert len(listening) >= 2
    stranger = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    stranger.check_hostname = False
    stranger.verify_mode = ssl.CERT_NONE
    impostor = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    impostor.check_hostname = False
    impostor.verify_mode = ssl.CERT_NONE
    other = Security.temporary()  # type: ignore[no-untyped-call]  # dask's is not typed
    (tmp_path / "certificate.pem").write_text(f"{other.tls_client_key}\n{other.tls_client_cert}")
    impostor.load_cert_chain(tmp_path / "certificate.pem")
    for address in listening:
        for context in (stranger, impostor):
            assert refuses((address.ip, address.port), context)


def addresses_of(processes: list[psutil.Process]) -> list[Any]:
    """Return where the processes listen, each as (ip, port)."""
    return [
        connection.laddr
        for process in processes
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]


def refuses(address: tuple[str, int], context: ssl.SSLContext) -> bool:
    """Whether a server ends the connection before it has said anything."""
    with socket.create_connection(address, timeout=PATIENCE) as plain:
        try:
            with context.wrap_socket(plain) as encrypted:
                return encrypted.recv(1) == b""
        except (ssl.SSLError, ConnectionError):
            return True


AS_NOBODY = """
import encodings.idna, json, os, pathlib, socket, ssl, sys  # all before this is nobody

addresses, processes, folder = json.loads(sys.argv[1])
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
got = []

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
for address in addresses:
    with socket.create_connection(address, timeout=60) as plain:
        try:
            with context.wrap_socket(plain) as encrypted:
                got.append([address, encrypted.recv(1).decode()])
        except (ssl.SSLError, ConnectionError):
            pass
for process in processes:
    for name in ("environ", "mem", "fd/1"):
        try:
            got.append([name, len(pathlib.Path(f"/proc/{process}/{name}").read_bytes())])
        except PermissionError:
            pass
for path in pathlib.Path(folder).rglob("*"):
    if path.is_file() and os.access(path, os.R_OK) and b"PRIVATE KEY" in path.read_bytes():
        got.append(str(path))
print(json.dumps([os.getuid(), got]))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_of_the_machine_gets_nothing_from_the_engine(runs: Runs) -> None:
    runs.ready()
    engine = runs.engine()
    processes = [engine, *engine.children(recursive=True)]
    addresses = addresses_of(processes)
    said = "".join(word for process in processes for word in process.cmdline())
    assert "PRIVATE KEY" not in said
    folder = dask.config.get("temporary-directory") or tempfile.gettempdir()
    what = json.dumps(
        [addresses, [process.pid for process in processes], f"{folder}/dask-scratch-space"]
    )
    told = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, what], capture_output=True, text=True, check=True
    )
    assert len(addresses) >= 2
    assert json.loads(told.stdout) == [65534, []]


def test_a_closed_service_leaves_no_process_behind() -> None:
    before = set(psutil.Process().children(recursive=True))
    with service_with_workers(2) as runs:
        runs.ready()
        started = set(psutil.Process().children(recursive=True)) - before
        assert len(started) >= 3
        waiting = [runs.service.begin(LONG) for _ in range(3)]
    assert all_gone(list(started))
    assert not runs.service.is_ready
    assert all(not runs.service.view(run).state.is_over for run in waiting)


def test_a_service_can_be_closed_while_its_engine_starts() -> None:
    before = set(psutil.Process().children(recursive=True))
    with service_with_workers(1):
        eventually(lambda: bool(set(psutil.Process().children()) - before))
        started = set(psutil.Process().children(recursive=True)) - before
    assert all_gone(list(started))


APPLICATION = """
import sys
from playground.jobs import TrainingService
service = TrainingService()
service.start()
sys.stdin.read()
"""


def test_the_engine_leaves_with_an_application_that_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", APPLICATION], cwd=ROOT, stdin=subprocess.PIPE
    ) as application:
        parent = psutil.Process(application.pid)
        eventually(lambda: any(workers_of(child) for child in parent.children()))
        started = parent.children(recursive=True)
        assert any(is_engine(process) for process in started)
        application.kill()
    assert all_gone(started)


def copy_of_the_project(folder: Path) -> Path:
    """Return a folder with a copy of the package, in which the datasets are links."""
    shutil.copytree(
        ROOT / "playground",
        folder / "playground",
        ignore=shutil.ignore_patterns("__pycache__", "*.gz"),
    )
    for file in (ROOT / "playground" / "data").glob("*/*.gz"):
        (folder / file.relative_to(ROOT)).symlink_to(file)
    return folder


def test_a_damaged_dataset_fails_a_run_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = copy_of_the_project(tmp_path)
    damaged = project / "playground" / "data" / "mnist" / "t10k-labels-idx1-ubyte.gz"
    damaged.unlink()
    damaged.write_bytes(gzip.compress(b"not labels"))
    with pytest.raises(DataError) as caught:
        load_split("mnist", "test", folder=project / "playground" / "data")
    error = caught.value
    monkeypatch.setattr(contact_module, "ROOT", project)
    with service_with_workers(1) as runs:
        end = runs.trained(SMALL.with_(dataset="mnist"))
    assert end.ending is not None
    assert (end.state, end.ending.epochs_done, end.events) == (RunState.FAILED, 0, ())
    assert end.ending.reason == error.message


def test_an_engine_that_does_not_start_is_said_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_module, "ROOT", tmp_path)
    monkeypatch.setenv("PLAYGROUND_WORKERS", "1")
    broken = tmp_path / "playground" / "engine"
    broken.mkdir(parents=True)
    (broken / "__main__.py").write_text("raise SystemExit(3)", encoding="utf-8")
    troubles: list[Message] = []

    def note() -> None:
        if supervisor.trouble is not None:
            troubles.append(supervisor.trouble)

    supervisor = EngineSupervisor(lambda _part, _event: None, note)
    supervisor.start()
    try:
        eventually(lambda: len(troubles) >= 2)
        shutil.rmtree(tmp_path / "playground")
        (tmp_path / "playground").symlink_to(ROOT / "playground")
        eventually(lambda: bool(supervisor.workers))
        said = [str(trouble) for trouble in dict.fromkeys(troubles)]
        assert supervisor.trouble is None
        (engine,) = (
            child
            for child in psutil.Process().children()
            if is_engine(child) and child.cwd() == str(tmp_path)
        )
        troubles.clear()
        engine.kill()
        eventually(lambda: bool(troubles))
    finally:
        supervisor.close()
    first, second = said[:2]
    assert first == (
        "The processes that train did not start; the server's log says why. They are being "
        "started again, and runs wait in the queue until then."
    )
    assert second == (
        "The processes that train did not start in 2 attempts; the server's log says why. The "
        "next attempt begins within 3 seconds, and runs wait in the queue until then."
    )
    assert str(troubles[0]) == (
        "The processes that train were lost and are being started again. Runs go on by themselves."
    )
    assert supervisor.workers == frozenset()


def test_the_page_process_never_loads_tensorflow() -> None:
    script = (
        "import sys, playground.jobs\n"
        "print(sorted({'tensorflow', 'keras', 'pandas', 'streamlit'} & set(sys.modules)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout == "[]\n"


@pytest.mark.usefixtures("runs")
def test_an_attempt_to_connect_again_that_we_broke_off_is_not_logged() -> None:
    heard: list[logging.LogRecord] = []
    listener = logging.Handler()
    listener.emit = heard.append  # type: ignore[assignment]
    logger = logging.getLogger("distributed.client")
    logger.addHandler(listener)
    try:
        for error in (asyncio.CancelledError(), OSError("gone")):
            logger.error("said", exc_info=error)
    finally:
        logger.removeHandler(listener)
    assert [str(record.exc_info[1]) for record in heard if record.exc_info] == ["gone"]

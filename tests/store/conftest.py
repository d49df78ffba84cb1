"""A fresh database for every test, once a SQLite file and once on a real PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import URL, Engine

from playground.core.events import ChunkEnd
from playground.core.experiment import Experiment
from playground.core.run import RunState
from playground.store import RunStore, StoredRun, database_url, open_database
from playground.store.database import FILE
from tests.store.postgres import Server, find_binaries, running_server

settings.register_profile("store", deadline=None)  # a busy machine is no bug
settings.load_profile("store")

Open = Callable[..., Engine]

MORNING = datetime(2026, 3, 1, 8, tzinfo=UTC)


def a_run(id: str, **changes: Any) -> StoredRun:  # noqa: A002 - the field's name
    """Return a run with the fields that a test does not care about."""
    fields = {"experiment": Experiment(), "state": RunState.QUEUED, "turn": 1, "created": MORNING}
    return StoredRun(id=id, **{**fields, **changes})


def over(id: str, hour: int, **changes: Any) -> StoredRun:  # noqa: A002 - the field's name
    """Return a finished run that ended so many hours after the morning."""
    ended = MORNING + timedelta(hours=hour)
    return a_run(id, **{"state": RunState.FINISHED, "ended": ended, **changes})


def a_chunk(seq: int, loss: float = 0.5) -> ChunkEnd:
    """Return the event of that number."""
    return ChunkEnd(
        seq=seq, epoch=1, step=seq, position=seq / 100, loss=loss, accuracy=0.5, seconds=seq / 10
    )


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Yield the server that all tests share."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL on this machine; tests/store/setup.sh installs one on Debian")
    with running_server(binaries) as server:
        yield server


@pytest.fixture
def file_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> URL:
    """Return the address of a file that does not exist, in a folder that does not exist."""
    monkeypatch.delenv("PLAYGROUND_DATABASE_URL", raising=False)
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path / "a folder" / "100%"))
    return database_url()


@pytest.fixture
def file(file_url: URL) -> Path:
    """Return the path of the file at `file_url`; its folder exists."""
    file = Path(str(file_url.database))
    file.parent.mkdir(parents=True)
    assert file.name == FILE
    return file


@pytest.fixture
def server_url(server: Server, monkeypatch: pytest.MonkeyPatch) -> URL:
    """Return the address of an empty database of the server: in truth, of a schema of its own."""
    monkeypatch.setenv("PLAYGROUND_DATABASE_URL", server.address())
    return database_url().update_query_dict(server.new_schema())


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> URL:
    """Return the address of an empty database of either kind."""
    name = "file_url" if request.param == "sqlite" else "server_url"
    url: URL = request.getfixturevalue(name)
    return url


@pytest.fixture
def open_() -> Iterator[Open]:
    """Return `open_database`, all of whose connections end with the test."""
    with ExitStack() as opened:

        def open_(*arguments: Any, **named: Any) -> Engine:
            engine = open_database(*arguments, **named)
            opened.callback(engine.dispose)
            return engine

        yield open_


@pytest.fixture
def engine(url: URL, open_: Open) -> Engine:
    """Return connections to an empty store."""
    return open_(url)


@pytest.fixture
def store(engine: Engine) -> RunStore:
    """Return an empty store."""
    return RunStore(engine)

"""The database is found, opened by many at once, fails in words of ours, and works again afterwards."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

import platformdirs
import pytest
from sqlalchemy import URL, Connection, Engine, event, func, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from playground.core.errors import SchemaError, StoreError
from playground.store import Change, RunStore, database_url, open_database
from playground.store.database import MIGRATION_LOCK, WRITING, _file_engine, _write_ahead
from playground.store.failures import shown
from tests.store.conftest import Open, a_chunk, a_run
from tests.store.postgres import PASSWORD, Server

IMPATIENT = 0.1  # seconds
LIMIT = 60.0
"""Seconds within which an impatient store gives up on the slowest machine; it could wait for ever."""

NOBODY = 65534


# --- where it is -----------------------------------------------------------------------------------


def test_runs_are_kept_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLAYGROUND_DATABASE_URL", raising=False)
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", "")
    folder = platformdirs.user_data_path("neural-playground", appauthor=False)
    url = database_url()
    assert url.drivername == "sqlite"
    assert url.database == str(folder / "playground.sqlite3")


def test_the_folder_may_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PLAYGROUND_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", "here?")
    assert database_url().database == str(tmp_path / "here?" / "playground.sqlite3")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", "~/there")
    assert database_url().database == str(tmp_path / "there" / "playground.sqlite3")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_server_may_be_named(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("PLAYGROUND_DATABASE_URL", f" {scheme}://me:p%40ss@host:5433/runs ")
    url = database_url()
    assert url.drivername == "postgresql+psycopg"
    assert (url.username, url.password, url.host) == ("me", "p@ss", "host")
    assert (url.port, url.database) == (5433, "runs")


@pytest.mark.parametrize(
    "address",
    ["mysql://me:s3cret@host/runs", "s3cret", "postgresql://me:s3cret@host",
     "postgresql://me:s3cret@host:port/runs", "postgresql+psycopg2://me:s3cret@host/runs"],
)  # fmt: skip
def test_an_address_of_no_use_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("PLAYGROUND_DATABASE_URL", address)
    with pytest.raises(SchemaError) as caught:
        database_url()
    assert str(caught.value) == (
        "PLAYGROUND_DATABASE_URL names no database that can be used. Expected "
        "postgresql://user:password@host:port/database; correct it, or unset it to keep the runs "
        "in a file."
    )


# --- how it is opened ------------------------------------------------------------------------------


def test_a_file_has_a_write_ahead_log_and_keeps_its_references(file_url: URL, open_: Open) -> None:
    engine = open_(file_url, patience=1.5)
    with ExitStack() as connections:
        for _ in range(3):
            connection = connections.enter_context(engine.connect())
            settings = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
            assert settings == {
                "journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 1500,
            }  # fmt: skip


def test_readers_do_not_wait_for_a_writer(url: URL, open_: Open) -> None:
    engine = open_(url, patience=IMPATIENT)
    store = RunStore(engine)
    store.save([Change(run=a_run("a"))])
    with engine.connect().execution_options(**WRITING) as writer, writer.begin():
        writer.execute(text("UPDATE runs SET owner = 'someone'"))
        assert store.load("a") == a_run("a")
    assert store.load("a") == a_run("a", owner="someone")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights otherwise")
def test_the_folder_is_its_owners(file_url: URL, open_: Open) -> None:
    open_(file_url)
    folder = Path(str(file_url.database)).parent
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.fixture
def reader(file_url: URL, open_: Open) -> Iterator[sqlite3.Connection]:
    """Yield a connection that reads our file, which has no write-ahead log yet."""
    open_(file_url).dispose()
    connection = sqlite3.connect(str(file_url.database), isolation_level=None)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("BEGIN")
    connection.execute("SELECT * FROM runs").fetchall()
    yield connection
    connection.close()


def test_the_log_is_switched_on_when_a_reader_has_gone(
    reader: sqlite3.Connection, file_url: URL
) -> None:
    engine = _file_engine(file_url, IMPATIENT)
    event.listen(engine, "handle_error", lambda _error: reader.rollback())
    _write_ahead(engine, LIMIT)
    engine.dispose()
    reader.execute("SELECT * FROM runs")  # it notices when it reads again
    assert reader.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_reader_that_stays_is_not_waited_for_for_ever(
    reader: sqlite3.Connection, file_url: URL
) -> None:
    with pytest.raises(StoreError, match="database is locked"):
        open_database(file_url, patience=IMPATIENT)
    assert reader.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def open_together(urls: list[URL], barrier: Barrier, name: str) -> None:
    """Open fresh databases at the same moments as other processes, and write a run into each."""
    for url in urls:
        barrier.wait(LIMIT)
        engine = open_database(url, patience=LIMIT)
        RunStore(engine).save([Change(run=a_run(name), events=(a_chunk(1),))])
        engine.dispose()


def test_two_processes_open_a_fresh_database_at_once(
    request: pytest.FixtureRequest, url: URL, open_: Open
) -> None:
    if url.get_backend_name() == "sqlite":
        urls = [url.set(database=f"{url.database}/{number}/runs") for number in range(5)]
    else:
        server: Server = request.getfixturevalue("server")
        urls = [url.update_query_dict(server.new_schema()) for _ in range(5)]
    context = get_context("spawn")
    barrier = context.Barrier(2)
    names = ["a", "b"]  # either may be the first
    processes = [
        context.Process(target=open_together, args=(urls, barrier, name), daemon=True)
        for name in names
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(LIMIT)
    assert [process.exitcode for process in processes] == [0, 0]
    for opened in urls:
        store = RunStore(open_(opened))
        assert sorted(run.id for run in store.unfinished()) == names
        assert [store.events(name) for name in names] == [(a_chunk(1),)] * 2


# --- how it fails ----------------------------------------------------------------------------------


@contextmanager
def held(engine: Engine) -> Iterator[Connection]:
    """Hold what a writer needs in another connection."""
    with engine.connect().execution_options(**WRITING) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE runs IN ACCESS EXCLUSIVE MODE"))
        yield connection


def test_a_held_lock_is_not_waited_for_for_ever(url: URL, open_: Open) -> None:
    engine = open_(url, patience=IMPATIENT)
    store = RunStore(engine)
    store.save([Change(run=a_run("a"), events=(a_chunk(1),))])
    change = Change(run=a_run("a", turn=2), after=1, events=(a_chunk(2),))
    writes: list[Callable[[], None]] = [lambda: store.save([change]), store.tidy]
    begun = time.monotonic()
    with held(open_(url)):
        for write in writes:
            with pytest.raises(StoreError) as caught:
                write()
            assert type(caught.value) is StoreError
    assert time.monotonic() - begun < LIMIT
    assert (store.load("a"), store.events("a")) == (a_run("a"), (a_chunk(1),))
    store.save([change])
    assert (store.load("a"), store.events("a")) == (change.run, (a_chunk(1), a_chunk(2)))


def test_the_words_for_a_lock(file_url: URL, open_: Open) -> None:
    store = RunStore(open_(file_url, patience=IMPATIENT))
    with held(open_(file_url)), pytest.raises(StoreError) as caught:
        store.save([Change(run=a_run("a"))])
    assert str(caught.value) == (
        "Runs cannot be written down or read now: the database answered “database is locked”; the "
        "log of this server says which one. Training goes on, and what is new is written as soon "
        "as that is possible again."
    )
    assert caught.value.details == f"{file_url.database} answered “database is locked”"
    assert isinstance(getattr(caught.value.__cause__, "orig", None), sqlite3.OperationalError)


def test_another_that_migrates_is_not_waited_for_for_ever(url: URL, open_: Open) -> None:
    engine = open_(url)
    with engine.connect().execution_options(**WRITING) as other, other.begin():
        if other.dialect.name == "postgresql":
            other.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        with pytest.raises(StoreError, match="lock"):
            open_database(url, patience=IMPATIENT)
    assert RunStore(open_(url, patience=IMPATIENT)).unfinished() == []


def test_a_file_held_whole_is_not_waited_for_for_ever(file: Path, file_url: URL) -> None:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("CREATE TABLE cats (id INTEGER)")
    connection.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="database is locked"):
        open_database(file_url, patience=IMPATIENT)
    connection.close()


def test_a_full_disk_leaves_nothing_half_written(file_url: URL, open_: Open) -> None:
    engine = open_(file_url)
    store = RunStore(engine)
    before = Change(run=a_run("a"), events=(a_chunk(1),), artefacts={"x": b"1"})
    store.save([before])

    def fill(connection: DBAPIConnection, _entry: object) -> None:
        connection.cursor().execute("PRAGMA max_page_count = 40")

    event.listen(engine, "connect", fill)
    engine.dispose()
    changes = [
        Change(run=a_run("a", turn=2), events=(a_chunk(1), a_chunk(2)), artefacts={"x": None}),
        Change(run=a_run("b"), artefacts={"x": bytes(1_000_000)}),
    ]
    for _ in range(2):
        with pytest.raises(StoreError, match="“database or disk is full”") as caught:
            store.save(changes)
        assert type(caught.value) is StoreError
        assert store.unfinished() == [before.run]
        assert (store.events("a"), store.artefact("a", "x")) == ((a_chunk(1),), b"1")
    small = Change(run=a_run("c"))
    store.save([small])
    assert store.unfinished() == [before.run, small.run]

    event.remove(engine, "connect", fill)
    engine.dispose()
    store.save(changes)
    assert store.load("a") == changes[0].run
    assert store.artefact("a", "x") is None
    assert store.artefact("b", "x") == bytes(1_000_000)


def test_more_callers_than_connections_fail_in_words_of_ours(url: URL, open_: Open) -> None:
    engine = open_(url, patience=IMPATIENT)
    store = RunStore(engine)
    with ExitStack() as connections:
        for _ in range(15):
            connections.enter_context(engine.connect())
        with pytest.raises(StoreError, match="QueuePool limit"):
            store.unfinished()
    assert store.unfinished() == []


def test_a_file_in_place_of_the_folder_is_named(file: Path, file_url: URL) -> None:
    file.write_bytes(b"")
    below = file_url.set(database=str(file / "runs.sqlite3"))
    with pytest.raises(StoreError) as caught:
        open_database(below)
    assert str(caught.value) == (
        "Runs cannot be written down: the folder for them cannot be used (File exists); the log of "
        "this server says which one. Expected a folder that can be written to; another can be "
        "named with PLAYGROUND_DATA_DIR."
    )
    assert caught.value.details == f"{file}: File exists"


def test_a_folder_in_place_of_the_file_is_named(file: Path, file_url: URL) -> None:
    file.mkdir()
    with pytest.raises(
        StoreError, match=r"answered “(disk I/O error|unable to open database file)”"
    ):
        open_database(file_url)


@pytest.fixture
def others_folder() -> Iterator[Path]:
    """Yield a folder in which whoever runs the test can read and not write, were it root itself."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield folder
        folder.chmod(0o755)


@contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """Take the right to write in `folder`, and root's rights over all."""
    for path in (*folder.iterdir(), folder):
        path.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def in_new_folder(folder: Path) -> Path:
    return folder / "new" / "runs.sqlite3"


def in_folder(folder: Path) -> Path:
    return folder / "runs.sqlite3"


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights otherwise")
@pytest.mark.parametrize("place", [in_new_folder, in_folder])
def test_a_folder_without_the_right_to_write_is_named(
    others_folder: Path, place: Callable[[Path], Path]
) -> None:
    file = place(others_folder)
    with without_rights(others_folder), pytest.raises(StoreError) as caught:
        open_database(URL.create("sqlite", database=str(file)))
    assert str(others_folder) in caught.value.details
    assert str(others_folder) not in str(caught.value)
    assert type(caught.value) is StoreError


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights otherwise")
def test_a_file_without_the_right_to_write_is_an_error_and_works_when_the_right_is_back(
    others_folder: Path, open_: Open
) -> None:
    file = others_folder / "runs.sqlite3"
    url = URL.create("sqlite", database=str(file))
    open_(url).dispose()
    before = file.read_bytes()
    with without_rights(others_folder), pytest.raises(StoreError):
        open_database(url)
    assert file.read_bytes() == before
    for path in (others_folder, file):
        path.chmod(0o755)
    assert RunStore(open_(url)).unfinished() == []


def test_a_statement_that_no_database_takes_is_a_bug_and_shows_as_one(
    engine: Engine, store: RunStore
) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE runs RENAME COLUMN segment TO whole"))
    with pytest.raises(Exception, match="segment") as caught:
        store.load("a")
    assert not isinstance(caught.value, StoreError)


# --- a server --------------------------------------------------------------------------------------


def test_a_server_that_goes_and_comes_back(server: Server, server_url: URL, open_: Open) -> None:
    store = RunStore(open_(server_url))
    store.save([Change(run=a_run("a"), events=(a_chunk(1),))])
    server.stop()
    try:
        for ask in (store.unfinished, lambda: store.save([Change(run=a_run("b"))])):
            with pytest.raises(StoreError) as caught:
                ask()
            assert "connection" in caught.value.details
        with pytest.raises(StoreError) as caught:
            open_database(server_url)
        assert "Connection refused" in caught.value.details
        assert PASSWORD not in caught.value.details
    finally:
        server.start()
    assert store.unfinished() == [a_run("a")]
    store.save([Change(run=a_run("b"))])
    assert store.unfinished() == [a_run("a"), a_run("b")]


def test_a_restart_that_nobody_saw_is_not_noticed(
    server: Server, server_url: URL, open_: Open
) -> None:
    store = RunStore(open_(server_url))
    store.save([Change(run=a_run("a"))])
    server.stop()
    server.start()
    store.save([Change(run=a_run("b"))])
    assert store.unfinished() == [a_run("a"), a_run("b")]


def test_a_connection_cut_amid_a_transaction(server_url: URL, server: Server, open_: Open) -> None:
    engine = open_(server_url)
    store = RunStore(engine)

    def cut(_connection: Connection) -> None:
        database = str(server_url.database)
        server.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "  # noqa: S608
            f"WHERE datname = '{database}' AND pid <> pg_backend_pid()"
        )

    event.listen(engine, "commit", cut)
    with pytest.raises(StoreError) as caught:
        store.save([Change(run=a_run("a"))])
    assert type(caught.value) is StoreError
    event.remove(engine, "commit", cut)
    assert store.load("a") is None
    store.save([Change(run=a_run("a"))])
    assert store.load("a") == a_run("a")


@pytest.mark.parametrize(
    ("user", "database", "says"),
    [
        ("playground:wr0ng-one", "postgres", "password authentication failed"),
        (f"playground:{PASSWORD}", "nowhere", 'database "nowhere" does not exist'),
    ],
)
def test_a_server_that_refuses_hears_no_password_repeated(
    server: Server, monkeypatch: pytest.MonkeyPatch, user: str, database: str, says: str
) -> None:
    address = server.address(database, user) + "?sslmode=disable"
    monkeypatch.setenv("PLAYGROUND_DATABASE_URL", address)
    with pytest.raises(StoreError) as caught:
        open_database(database_url())
    place = f"postgresql+psycopg://playground:***@127.0.0.1:{server.port}/{database}"
    assert f"{place} answered “" in caught.value.details
    assert says in caught.value.details
    for said in (caught.value.details, str(caught.value.__cause__)):
        assert user.split(":")[1] not in said
    assert str(caught.value) == (
        "Runs cannot be written down or read now: the database’s server did not do what was asked "
        "of it; the log of this server says why. Training goes on, and what is new is written as "
        "soon as that is possible again."
    )


def test_a_password_is_not_shown_wherever_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "PLAYGROUND_DATABASE_URL", "postgresql://me:s3cret@host/runs?password=s3cret"
    )
    assert shown(database_url()) == "postgresql+psycopg://me:***@host/runs"


def test_a_user_without_the_right_to_make_tables(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = server.new_database()
    server.run(f"CREATE ROLE guest_{name} LOGIN PASSWORD 'guest'")
    server.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC", name)
    monkeypatch.setenv("PLAYGROUND_DATABASE_URL", server.address(name, f"guest_{name}:guest"))
    with pytest.raises(StoreError) as caught:
        open_database(database_url())
    assert "permission denied for schema public" in caught.value.details

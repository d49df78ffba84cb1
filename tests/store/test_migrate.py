"""An older database keeps its runs; a newer, a foreign and no database are refused and left as they are."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from hypothesis import given
from sqlalchemy import URL, Engine, MetaData, Table, inspect, text
from sqlalchemy.exc import DBAPIError

from playground.core.errors import SchemaError
from playground.core.experiment import Experiment
from playground.core.run import RunState
from playground.core.stop_rule import StopRule
from playground.core.visitor import owner_of, renewed
from playground.store import Change, RunStore, database, open_database
from playground.store.failures import shown
from playground.store.migrate import migration_config, upgrade
from tests.core import experiments
from tests.store.conftest import MORNING, Open, a_chunk, a_run

OLD_EXPERIMENT = (
    '{"activation":"relu","batch_size":32,"dataset":"fashion","dropout":0.0,"epochs":7,'
    '"hidden":[512,256],"l2":0.0,"learning_rate":0.001,"normalize":true,"optimizer":"adam",'
    '"seed":0,"stop":["loss",0.25],"train_size":60000}'
)
OLD_RUN = {
    "id": "old", "key": "f9ee7f8b50ef5dbe", "experiment": OLD_EXPERIMENT, "owner": "o",
    "state": "paused", "turn": 3, "created": MORNING, "started": MORNING, "ended": None,
    "chunks": 2, "restarts": 1, "part": 4, "looked_at": 1.5, "saved_events": 1, "ending": None,
    "versions": "keras 3",
}  # fmt: skip
EXPERIMENT = Experiment(epochs=7, hidden=(512, 256), stop=StopRule("loss", 0.25))
OLD_POINT = (
    '{"kind": "chunk", "seq": 1, "epoch": 1, "step": 1, "position": 0.01, "loss": 0.5, '
    '"accuracy": 0.5, "seconds": 0.1}'
)

LATEST = max(
    script.revision for script in ScriptDirectory.from_config(migration_config()).walk_revisions()
)


def unopened(url: URL) -> Engine:
    """Return connections to a database that nobody has looked at or migrated."""
    make = database._file_engine if url.get_backend_name() == "sqlite" else database._server_engine
    if url.database and url.get_backend_name() == "sqlite":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    return make(url, 2.0)


def write_first_schema(url: URL) -> None:
    """Make a database as the first schema had it, with a run that has told something."""
    engine = unopened(url)
    with engine.begin() as connection:
        upgrade(connection, "playground_0001")
        tables = MetaData()
        for name, row in (
            ("runs", OLD_RUN),
            ("points", {"run": "old", "seq": 1, "values": OLD_POINT}),
            ("artefacts", {"run": "old", "name": "checkpoint", "data": b"\0\xff"}),
        ):
            connection.execute(Table(name, tables, autoload_with=connection).insert(), row)
    engine.dispose()


def revision(engine: Engine) -> str:
    with engine.connect() as connection:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return str(found)


def everything(url: URL) -> dict[str, object]:
    """Return what must not change: a file's bytes, or a server's tables with their rows."""
    if url.get_backend_name() == "sqlite":
        file = Path(str(url.database))
        return {file.name: hashlib.sha256(file.read_bytes()).hexdigest()}
    engine = unopened(url)
    with engine.connect() as connection:
        found: dict[str, object] = {
            name: [tuple(row) for row in connection.execute(text(f'SELECT * FROM "{name}"'))]  # noqa: S608
            for name in inspect(connection).get_table_names()
        }
    engine.dispose()
    return found


def refusal(url: URL) -> tuple[str, str]:
    """Return why a database is refused, for people and for the log, and see that it stays as it is."""
    before = everything(url)
    with pytest.raises(SchemaError) as caught:
        open_database(url)
    assert everything(url) == before
    assert str(url.database) not in str(caught.value)
    return str(caught.value), caught.value.details


def test_an_older_database_keeps_its_runs(url: URL, open_: Open) -> None:
    write_first_schema(url)
    engine = open_(url)
    assert revision(engine) == LATEST
    store = RunStore(engine)
    expected = a_run(
        "old", key=EXPERIMENT.key, experiment=EXPERIMENT, owner=owner_of(renewed("o")),
        state=RunState.PAUSED, turn=3, started=MORNING, chunks=2, restarts=1, segment=4, snapshot_at=1.5, saved_events=1,
        versions="keras 3",
    )  # fmt: skip
    assert expected.requested is None
    assert store.unfinished() == [expected]
    assert store.events("old") == (a_chunk(1),)
    assert store.artefact("old", "checkpoint") == b"\0\xff"
    wanted = a_run("old", requested="stop")
    store.save([Change(run=wanted, after=1, events=(a_chunk(2),))])
    assert store.load("old") == wanted
    assert store.events("old") == (a_chunk(1), a_chunk(2))


def test_runs_of_an_older_database_are_found_by_what_they_train(url: URL, open_: Open) -> None:
    write_first_schema(url)
    others: dict[str, dict[str, object]] = {
        "special": {"key": ""},
        "damaged": {"key": "d", "experiment": OLD_EXPERIMENT[:-9]},
        "strange": {"key": "s", "experiment": '{"epochs":7}'},
    }
    engine = unopened(url)
    with engine.begin() as connection:
        runs = Table("runs", MetaData(), autoload_with=connection)
        for name, fields in others.items():
            connection.execute(runs.insert(), {**OLD_RUN, "id": name, **fields})
    engine.dispose()
    engine = open_(url)
    with engine.connect() as connection:
        found = {
            run: (key, experiment)
            for run, key, experiment in connection.execute(
                text("SELECT id, key, experiment FROM runs")
            )
        }
    now = '{"epochs":7,"format":1,"hidden":[512,256],"stop":["loss",0.25]}'
    assert found == {
        "old": ("bb0d5b627d3c819b", now),
        "special": ("", now),
        "damaged": ("d", OLD_EXPERIMENT[:-9]),
        "strange": ("s", '{"epochs":7}'),
    }


@given(experiments())
def test_the_migration_writes_what_is_written_today(experiment: Experiment) -> None:
    """As long as the format is the first; after that, take this test out."""
    migration = importlib.import_module("playground.store.migrations.versions.0007_experiments")
    of_today = {field.name for field in dataclasses.fields(experiment)}
    first = json.loads(OLD_EXPERIMENT)
    experiment = experiment.with_(
        **{name: getattr(Experiment(), name) for name in of_today - first.keys()}
    )
    fields = {name: getattr(experiment, name) for name in first}
    stop = experiment.stop and [experiment.stop.metric, experiment.stop.value]
    old = json.dumps({**fields, "hidden": list(experiment.hidden), "stop": stop})
    assert migration._in_the_first_format(old) == experiment.to_json()
    assert migration._key(experiment.to_json()) == experiment.key


def test_a_migration_that_fails_half_way_leaves_the_old_schema(url: URL) -> None:
    write_first_schema(url)
    engine = unopened(url)
    with engine.begin() as connection:  # the name that the last step wants
        connection.execute(text("CREATE INDEX ix_runs_state_turn ON runs (turn)"))
    with pytest.raises(DBAPIError, match="already exists"):
        open_database(url)
    assert revision(engine) == "playground_0001"
    columns = [column["name"] for column in inspect(engine).get_columns("runs")]
    assert "wanted" not in columns
    assert "ix_runs_state" in {index["name"] for index in inspect(engine).get_indexes("runs")}
    engine.dispose()


def test_opening_again_changes_nothing(url: URL, open_: Open) -> None:
    first = open_(url)
    RunStore(first).save([Change(run=a_run("a"))])
    first.dispose()
    before = everything(url)
    again = open_(url)
    assert RunStore(again).load("a") == a_run("a")
    again.dispose()
    assert everything(url) == before


def test_every_revision_is_ours_and_they_stand_in_one_line() -> None:
    scripts = list(ScriptDirectory.from_config(migration_config()).walk_revisions())
    numbers = [f"playground_{number:04}" for number in range(len(scripts), 0, -1)]
    assert [script.revision for script in scripts] == numbers


def test_a_newer_database_is_refused(url: URL, open_: Open) -> None:
    engine = open_(url)
    RunStore(engine).save([Change(run=a_run("a"))])
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'playground_9999'"))
        connection.execute(text("CREATE TABLE lessons (id INTEGER)"))
    engine.dispose()
    assert refusal(url) == (
        (
            "Runs of this server end with it: their database was written by a newer playground. "
            f"Received schema playground_9999, expected {LATEST} or older. Install that newer "
            "playground, or name another place with PLAYGROUND_DATA_DIR or PLAYGROUND_DATABASE_URL."
        ),
        shown(url),
    )


@pytest.mark.parametrize(
    ("statements", "tables"),
    [
        (["CREATE TABLE cats (id INTEGER)"], "cats"),
        (["CREATE TABLE runs (id INTEGER)"], "runs"),
        (
            [
                "CREATE TABLE cats (id INTEGER)",
                "CREATE TABLE alembic_version (version_num VARCHAR(32))",
                "INSERT INTO alembic_version VALUES ('0001')",
            ],
            "alembic_version, cats",
        ),
        (
            [
                "CREATE TABLE cats (id INTEGER)",
                "CREATE TABLE alembic_version (version_num VARCHAR(32))",
                "INSERT INTO alembic_version VALUES ('playground_0001')",
            ],
            "alembic_version, cats",
        ),
        (["CREATE TABLE alembic_version (version_num VARCHAR(32))"], "alembic_version"),
    ],
    ids=[
        "other tables",
        "a table named as ours",
        "another's alembic",
        "half ours",
        "empty alembic",
    ],
)
def test_a_foreign_database_is_refused(url: URL, statements: list[str], tables: str) -> None:
    engine = unopened(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
    assert refusal(url) == (
        (
            "Runs of this server end with it: the database for them belongs to another program; the "
            "log of this server says which. Expected an empty database or one of the playground: name "
            "another place with PLAYGROUND_DATA_DIR or PLAYGROUND_DATABASE_URL."
        ),
        f"{shown(url)} has the tables {tables}",
    )


def test_our_tables_beside_others_are_refused(url: URL, open_: Open) -> None:
    engine = open_(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE cats (id INTEGER)"))
    engine.dispose()
    _, details = refusal(url)
    assert details.endswith("has the tables alembic_version, artefacts, cats, points, runs")


@pytest.mark.parametrize("content", [b"hello", b"x" * 10_000, b"SQLite format 3\0" + b"x" * 9_000])
def test_a_file_that_is_no_database_is_refused(file: Path, file_url: URL, content: bytes) -> None:
    file.write_bytes(content)
    assert refusal(file_url) == (
        (
            "Runs of this server end with it: the database for them is none, or a damaged one; the log "
            "of this server says which. Expected one of the playground: move that one away, or name "
            "another folder with PLAYGROUND_DATA_DIR."
        ),
        str(file),
    )
    assert file.read_bytes() == content
    assert list(file.parent.iterdir()) == [file]


def test_a_damaged_database_is_refused(file: Path, file_url: URL, open_: Open) -> None:
    open_(file_url).dispose()
    content = file.read_bytes()
    file.write_bytes(content[:100] + b"\xff" * 3000 + content[3100:])
    assert "is none, or a damaged one" in refusal(file_url)[0]


def test_a_foreign_log_is_not_folded_into_its_file(
    file: Path, file_url: URL, tmp_path: Path
) -> None:
    connection = sqlite3.connect(tmp_path / "cats.sqlite3")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE cats (id INTEGER)")
    for suffix in ("", "-wal"):  # as a crash leaves them
        shutil.copy(tmp_path / f"cats.sqlite3{suffix}", f"{file}{suffix}")
    connection.close()
    log = Path(f"{file}-wal")
    before = log.read_bytes()
    assert before
    assert refusal(file_url)[1].endswith("has the tables cats")
    assert log.read_bytes() == before


def test_a_crash_amid_the_first_start_is_put_right(
    file: Path, file_url: URL, tmp_path: Path, open_: Open
) -> None:
    connection = sqlite3.connect(tmp_path / "half.sqlite3", isolation_level=None)
    connection.execute("PRAGMA cache_size = 1")  # so that the file is written before the commit
    connection.execute("BEGIN IMMEDIATE")
    for number in range(50):
        connection.execute(f"CREATE TABLE runs_{number} (id INTEGER)")
    for suffix in ("", "-journal"):
        shutil.copy(tmp_path / f"half.sqlite3{suffix}", f"{file}{suffix}")
    connection.close()
    assert file.stat().st_size > 0
    assert RunStore(open_(file_url)).unfinished() == []


def test_an_empty_file_becomes_a_database(file: Path, file_url: URL, open_: Open) -> None:
    file.touch()
    assert RunStore(open_(file_url)).unfinished() == []

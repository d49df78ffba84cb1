"""The tables in the code are those that the migrations make; moments are UTC wherever they were kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import StatementError

from playground.store import Change, RunStore
from playground.store.schema import METADATA
from tests.store.conftest import MORNING, a_run

INDIA = timezone(timedelta(hours=5, minutes=30))


def test_the_migrations_make_the_tables_of_the_code(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_constraints_and_indices_have_the_same_names_everywhere(engine: Engine) -> None:
    inspector = inspect(engine)
    found = {index["name"]: index["column_names"] for index in inspector.get_indexes("runs")}
    assert found == {
        "ix_runs_key": ["key"],
        "ix_runs_owner": ["owner"],
        "ix_runs_place": ["place"],
        "ix_runs_state_turn": ["state", "turn"],
    }
    for table in ("points", "artefacts"):
        assert inspector.get_pk_constraint(table)["name"] == f"pk_{table}"
        (key,) = inspector.get_foreign_keys(table)
        assert (key["name"], key["options"]) == (f"fk_{table}_run", {"ondelete": "CASCADE"})


def test_a_moment_of_any_zone_comes_back_in_utc(store: RunStore) -> None:
    moment = datetime(2026, 3, 1, 2, 15, 0, 7, tzinfo=INDIA)
    store.save([Change(run=a_run("a", created=moment, started=moment, ended=MORNING))])
    stored = store.load("a")
    assert stored is not None
    for time in (stored.created, stored.started):
        assert time == moment
        assert str(time) == "2026-02-28 20:45:00.000007+00:00"
    assert stored.ended is not None
    assert stored.ended.tzinfo is UTC


def test_a_time_without_a_zone_is_a_bug_and_shows_as_one(store: RunStore) -> None:
    with pytest.raises(StatementError, match="expected a time with its zone") as caught:
        store.save([Change(run=a_run("a", created=MORNING.replace(tzinfo=None)))])
    assert isinstance(caught.value.orig, ValueError)
    assert store.load("a") is None

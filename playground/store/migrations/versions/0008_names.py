"""Columns bear the names that the code has for them today."""

from __future__ import annotations

from alembic import op

revision = "playground_0008"
down_revision = "playground_0007"

_NAMES = {"part": "segment", "looked_at": "snapshot_at", "wanted": "requested"}


def upgrade() -> None:
    # Of SQL's own, since alembic would copy the whole table for SQLite.
    for before, now in _NAMES.items():
        op.execute(f"ALTER TABLE runs RENAME COLUMN {before} TO {now}")

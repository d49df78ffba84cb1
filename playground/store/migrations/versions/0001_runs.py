"""The first schema: runs, the points of their curves, and the larger things that they leave."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "playground_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("experiment", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True)),
        sa.Column("ended", sa.DateTime(timezone=True)),
        sa.Column("chunks", sa.Integer),
        sa.Column("restarts", sa.Integer, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("looked_at", sa.Double, nullable=False),
        sa.Column("saved_events", sa.Integer, nullable=False),
        sa.Column("ending", sa.Text),
        sa.Column("versions", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    for column in ("key", "owner", "state"):
        op.create_index(f"ix_runs_{column}", "runs", [column])
    op.create_table(
        "points",
        sa.Column("run", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("values", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("run", "seq", name="pk_points"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_points_run", ondelete="CASCADE"),
    )
    op.create_table(
        "artefacts",
        sa.Column("run", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("run", "name", name="pk_artefacts"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_artefacts_run", ondelete="CASCADE"),
    )

"""Runs are kept under a name that tells nothing of the secret in their owner's browser."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from playground.core.visitor import owner_of, renewed

revision = "playground_0004"
down_revision = "playground_0003"

RUNS = sa.table("runs", sa.column("owner", sa.Text))


def upgrade() -> None:
    connection = op.get_bind()
    names = connection.scalars(sa.select(RUNS.c.owner).where(RUNS.c.owner != "").distinct()).all()
    for name in names:
        owner = owner_of(renewed(name))
        connection.execute(RUNS.update().where(RUNS.c.owner == name).values(owner=owner))

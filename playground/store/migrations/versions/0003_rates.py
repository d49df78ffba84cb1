"""What a person changed of a run's learning rate outlives a lost worker and a restart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "playground_0003"
down_revision = "playground_0002"


def upgrade() -> None:
    op.add_column("runs", sa.Column("rates", sa.Text, nullable=False, server_default="[]"))

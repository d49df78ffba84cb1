"""Who else asked for a run, where people come from, and a rate not trained with yet outlive the process."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "playground_0005"
down_revision = "playground_0004"


def upgrade() -> None:
    op.add_column("runs", sa.Column("address", sa.Text, nullable=False, server_default=""))
    op.add_column("runs", sa.Column("askers", sa.Text, nullable=False, server_default="[]"))
    op.add_column("runs", sa.Column("asked_rate", sa.Double))

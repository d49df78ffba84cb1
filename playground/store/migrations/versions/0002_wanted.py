"""What a person asked of a run outlives the process; the queue is read in its order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "playground_0002"
down_revision = "playground_0001"


def upgrade() -> None:
    op.add_column("runs", sa.Column("wanted", sa.Text))
    op.drop_index("ix_runs_state", "runs")
    op.create_index("ix_runs_state_turn", "runs", ["state", "turn"])

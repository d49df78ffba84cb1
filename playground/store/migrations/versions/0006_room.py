"""Runs have a place in time that no clock decides; what they leave can be checked for damage."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "playground_0006"
down_revision = "playground_0005"

# Those that are over in the order in which they ended, as far as clocks told, and then the others.
_PLACES = """
    UPDATE runs SET place = placed.place FROM (
        SELECT id, row_number() OVER (
            ORDER BY CASE WHEN ended IS NULL THEN 1 ELSE 0 END,
                CASE WHEN ended IS NULL THEN created ELSE ended END, turn, id
        ) AS place FROM runs
    ) AS placed WHERE placed.id = runs.id
"""


def upgrade() -> None:
    op.add_column("runs", sa.Column("place", sa.BigInteger, nullable=False, server_default="0"))
    op.execute(_PLACES)
    op.create_index("ix_runs_place", "runs", ["place"])
    op.add_column("artefacts", sa.Column("checksum", sa.BigInteger))

"""An experiment's JSON holds what differs from the defaults, and runs are found under the key of that."""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "playground_0007"
down_revision = "playground_0006"

# As they were then, whatever they are today.
_DEFAULTS = {
    "activation": "relu", "batch_size": 32, "dataset": "fashion", "dropout": 0.0, "epochs": 5,
    "hidden": [128], "l2": 0.0, "learning_rate": 0.001, "normalize": True, "optimizer": "adam",
    "seed": 0, "stop": None, "train_size": 60000,
}  # fmt: skip


def upgrade() -> None:
    runs = sa.table("runs", *map(sa.column, ("id", "key", "experiment")))
    connection = op.get_bind()
    for run, key, text in connection.execute(sa.select(runs)).all():
        experiment = _in_the_first_format(text)
        if experiment is not None:  # a damaged one stays, and is told where it is needed
            # The run is no plain repetition of its experiment if it had no key.
            values = {"experiment": experiment, "key": key and _key(experiment)}
            connection.execute(sa.update(runs).where(runs.c.id == run).values(values))


def _in_the_first_format(text: str) -> str | None:
    try:
        fields = json.loads(text)
    except ValueError:
        return None
    if not isinstance(fields, dict) or set(fields) != set(_DEFAULTS):
        return None
    written = {name: value for name, value in fields.items() if value != _DEFAULTS[name]}
    return json.dumps({"format": 1, **written}, sort_keys=True, separators=(",", ":"))


def _key(experiment: str) -> str:
    return hashlib.sha256(experiment.encode()).hexdigest()[:16]

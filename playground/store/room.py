"""How much room runs may take, and what goes first when it is too much: newest and cheapest stay longest.

It reads sizes and plans; `RunStore` removes. Curves are small and stay longest.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, select

from playground.core.artefacts import CHECKPOINT, WEIGHTS
from playground.core.choices import quote
from playground.core.errors import SchemaError
from playground.core.message import N_, message
from playground.core.run import RunState
from playground.store.rows import ROW_SIZE
from playground.store.schema import ARTEFACTS, POINTS, RUNS

KEEP: Final = "PLAYGROUND_KEEP"
KEPT: Final = 1_000_000_000
"""Bytes of runs that are kept where nothing else is said."""

LEAST: Final = 1_000_000
"""Bytes that anyone may ask for: less would not hold one run."""

KEPT_RUNS: Final = 1_000
"""Runs that are over and kept, however small they are."""

GOAL: Final = 0.9
"""Share of the limit that is left when it has been passed, so that it is not passed again at once."""

NOT_OVER: Final = [str(state) for state in RunState if not state.is_over]

_SIZE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?)b?", re.IGNORECASE)
_UNITS: Final = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


def kept_bytes() -> int:
    """Return how many bytes of runs are kept, as the environment says.

    Raises:
        SchemaError: PLAYGROUND_KEEP is no size that can be used.
    """
    said = os.environ.get(KEEP, "").strip()
    found = _SIZE.fullmatch(said)
    size = int(float(found[1]) * _UNITS[found[2].lower()]) if found else 0
    if said and size < LEAST:
        raise SchemaError(
            message(
                N_(
                    "PLAYGROUND_KEEP: received {received}, expected how much of the runs to keep, from 1MB on, such as 500MB or 2GB. Correct it, or unset it for 1GB; until then runs end with this server."
                ),
                received=quote(said),
            )
        )
    return size or KEPT


@dataclass(frozen=True, slots=True)
class Held:
    """Something of a run that takes room.

    Args:
        run: its id.
        place: when the run ended, or began if it is not over; larger is later.
        is_over: whether nothing more will come of it.
        artefact: its name, or "" for the run itself with its curves.
        size: in bytes.
    """

    run: str
    place: int
    is_over: bool
    artefact: str
    size: int

    @property
    def stage(self) -> int | None:
        """When it goes: the smallest number first; None for what never goes.

        A run that is not over and loses its checkpoint begins again when its turn comes: that costs
        time and nothing else.
        """
        if self.is_over:
            return 3 if not self.artefact else 0 if self.artefact == CHECKPOINT else 1
        return 2 if self.artefact in (CHECKPOINT, WEIGHTS) else None


def surplus(held: Sequence[Held], limit: int) -> list[Held]:
    """Return what has to go, in order, so that no more than about `limit` bytes are left."""
    total = sum(one.size for one in held)
    if total <= limit:
        return []
    going = []
    for one in sorted((one for one in held if one.stage is not None), key=_order):
        if total <= GOAL * limit:
            break
        total -= one.size
        going.append(one)
    return going


def _order(one: Held) -> tuple[int, int, str, str]:
    return one.stage or 0, one.place, one.run, one.artefact


def held_by(connection: Connection) -> list[Held]:
    """Return all that takes room in a database; of what is large, only the length is read."""
    runs = {
        row.id: (row.place, row.state not in NOT_OVER)
        for row in connection.execute(select(RUNS.c.id, RUNS.c.place, RUNS.c.state))
    }
    points = select(POINTS.c.run, func.sum(func.length(POINTS.c["values"]) + ROW_SIZE))
    curves = {run: int(size) for run, size in connection.execute(points.group_by(POINTS.c.run))}
    artefacts = select(ARTEFACTS.c.run, ARTEFACTS.c.name, func.length(ARTEFACTS.c.data))
    return [
        *(Held(run, *about, "", 8 * ROW_SIZE + curves.get(run, 0)) for run, about in runs.items()),
        *(
            Held(run, *runs[run], name, int(size or 0) + ROW_SIZE)
            for run, name, size in connection.execute(artefacts)
            if run in runs
        ),
    ]

"""What a worker tells of itself with every sign of life: its memory, its limit, and whether it is warm."""

from __future__ import annotations

import os
from typing import Any, Final

import psutil

LIMIT: Final = "PLAYGROUND_WORKER_MEMORY"
"""The variable that names, in MB, from which size on a worker is replaced."""

USUAL_LIMIT: Final = 1_000
"""MB; a fresh worker takes half of it, and each new architecture adds some."""

_measured: dict[str, int] = {}


def measure() -> None:
    """Measure this process's memory, as is due after something was trained or compiled."""
    memory = psutil.Process().memory_full_info()
    # PSS: with its share of what it shares with others. Not every system tells it.
    _measured["memory"] = int(getattr(memory, "pss", memory.rss))


def note_warm() -> None:
    """Remember that this process is ready to train at once."""
    _measured["warm"] = 1


def memory_limit() -> int:
    """Return the bytes from which a worker is replaced."""
    wanted = os.environ.get(LIMIT, "")
    return 1_000_000 * (int(wanted) if wanted.isdigit() else USUAL_LIMIT)


def tell(_worker: object = None) -> dict[str, Any]:
    """Return `memory` and `limit`, bytes, and `warm`; memory is 0 until something was trained."""
    return {
        "memory": _measured.get("memory", 0),
        "limit": memory_limit(),
        "warm": "warm" in _measured,
    }

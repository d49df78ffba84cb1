"""Which paused runs are given up when there are too many, and what is said of it.

Only somebody's own pauses cost him a run, as long as there is room for all; where there is none, it is
one of whoever has most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from playground.core.message import N_, Message, message
from playground.core.network import Network
from playground.jobs.record import RunRecord

MOST_EACH: Final = 6
"""Runs that one person may have paused."""

MOST_EACH_ADDRESS: Final = 120
"""Runs that all who come from one network address may have paused."""

MOST: Final = 240
"""Runs that may be paused in all."""

MOST_BYTES: Final = 1.2e9
"""Bytes that paused runs may take in all."""

BYTES: Final = 12
"""Of a parameter in a paused run: its value and an optimiser's two means, as float32."""


def given_up(paused: Sequence[RunRecord]) -> tuple[RunRecord, Message] | None:
    """Return a run that there is no room for, and why; None if there is room for all.

    Args:
        paused: all paused runs, the oldest first.
    """
    for own in _parted(paused, lambda record: record.owner):
        if len(own) > MOST_EACH:
            text = N_(
                "No more than {most} paused runs are kept for one person, so this one, the oldest, was "
                "given up."
            )
            return own[0], message(text, most=MOST_EACH)
    addresses = _parted(paused, lambda record: record.address)
    for near in addresses:
        if len(near) > MOST_EACH_ADDRESS:
            text = N_(
                "No more than {most} paused runs are kept for all who come from one network, so this "
                "one was given up."
            )
            return _of_who_takes_most(near), message(text, most=MOST_EACH_ADDRESS)
    if len(paused) > 1 and (len(paused) > MOST or _bytes(paused) > MOST_BYTES):
        text = N_("The server has no room for more paused runs, so this one was given up.")
        return _of_who_takes_most(max(addresses, key=_bytes)), message(text)
    return None


def _of_who_takes_most(paused: Sequence[RunRecord]) -> RunRecord:
    """Return the oldest run of the person whose paused runs take most room."""
    return max(_parted(paused, lambda record: record.owner), key=_bytes)[0]


def _parted(paused: Sequence[RunRecord], key: Callable[[RunRecord], str]) -> list[list[RunRecord]]:
    """Return the runs parted by `key`, each part in their order."""
    parts: dict[str, list[RunRecord]] = {}
    for record in paused:
        parts.setdefault(key(record), []).append(record)
    return list(parts.values())


def _bytes(paused: Sequence[RunRecord]) -> float:
    return sum(BYTES * Network.of(record.experiment).parameters for record in paused)

"""Whoever listens hears of every change of the runs that concern him, however many come at once."""

from __future__ import annotations

import asyncio

from playground.jobs.notifier import ChangeNotifier


async def heard(*changed: str) -> frozenset[str]:
    """Return what a listener to two runs hears when these runs have changed, all in one go."""
    notifier = ChangeNotifier()
    listener = notifier.listen("r1", "r2")
    for run in changed:
        notifier.notify(run)
    which = await listener.wait(0.2)
    notifier.leave(listener)
    return which


def test_changes_that_come_at_once_are_all_told() -> None:
    assert asyncio.run(heard("r1", "r3", "r1", "r2")) == {"r1", "r2"}
    assert asyncio.run(heard("r3", "r2")) == {"r2"}


def test_a_change_of_another_run_wakes_nobody() -> None:
    assert asyncio.run(heard("r3")) == frozenset()

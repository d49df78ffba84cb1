"""Loaded by every scheduler at its start (`--preload`): closes a door, and keeps the list of workers."""

from __future__ import annotations

from distributed import Scheduler

from playground.core.private_use import say_what_has_changed
from playground.engine.dask_private import SCHEDULERS, close_doors, measure_steadily
from playground.engine.roster import Roster


def dask_setup(scheduler: Scheduler) -> None:
    """Stop the server of the scheduler's pages, which listens to anybody; add the roster.

    What dask notes for its pages of every burst of work, it would keep for ever.
    """
    say_what_has_changed(SCHEDULERS)
    measure_steadily()
    close_doors(scheduler)
    scheduler.add_plugin(Roster(scheduler))

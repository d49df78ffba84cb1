"""Loaded by every scheduler at its start (`--preload`): closes a door, and keeps the list of workers."""

from __future__ import annotations

from distributed import Scheduler

from playground.engine.clock import measure_steadily
from playground.engine.roster import Roster


def dask_setup(scheduler: Scheduler) -> None:
    """Stop the server of the scheduler's pages, which listens to anybody; add the roster.

    What dask notes for its pages of every burst of work, it would keep for ever.
    """
    measure_steadily()
    scheduler.http_server.stop()
    scheduler.extensions.pop("spans", None)
    scheduler.add_plugin(Roster(scheduler))

"""Loaded by every scheduler at its start (`--preload`): closes the door that asks for no certificate."""

from __future__ import annotations

from distributed import Scheduler


def dask_setup(scheduler: Scheduler) -> None:
    """Stop the server of the scheduler's pages: it has none, but it would listen to anybody."""
    scheduler.http_server.stop()

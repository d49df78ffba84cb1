"""Tells the application which workers there are, whenever that changes."""

from __future__ import annotations

from typing import Any, Final

from distributed import Scheduler
from distributed.diagnostics.plugin import SchedulerPlugin

from playground.engine.task import TOPIC

NAME: Final = "playground-workers"


class WorkersPlugin(SchedulerPlugin):
    """Publishes the workers' addresses on the topic of events at each coming and going.

    What it tells is `{"workers": [address, …], "version": n}`: of two, the one with the higher
    version is the later one, whichever came first.
    """

    name = NAME

    async def start(self, scheduler: Scheduler) -> None:
        """Take note of who is there already."""
        self._version = 0
        self._note(scheduler)

    def add_worker(self, scheduler: Scheduler, worker: str) -> None:
        """Say that one has come."""
        scheduler.log_event(TOPIC, self._note(scheduler))

    def remove_worker(
        self, scheduler: Scheduler, worker: str, *, stimulus_id: str, **kwargs: Any
    ) -> None:
        """Say that one has gone."""
        scheduler.log_event(TOPIC, self._note(scheduler, without=worker))

    def _note(self, scheduler: Scheduler, without: str | None = None) -> dict[str, Any]:
        self._version += 1
        addresses = [address for address in scheduler.workers if address != without]
        self.latest = {"workers": addresses, "version": self._version}
        return self.latest


def latest_workers(dask_scheduler: Scheduler | None = None) -> dict[str, Any]:
    """Return what the plugin told last; for `Client.run_on_scheduler`, which hands the scheduler in."""
    if dask_scheduler is None:
        raise ValueError("latest_workers runs in the scheduler")
    plugin = dask_scheduler.plugins[NAME]
    if not isinstance(plugin, WorkersPlugin):
        raise TypeError(f"{NAME} is {plugin!r}")
    return plugin.latest

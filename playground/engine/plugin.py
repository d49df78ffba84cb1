"""Tells the application which workers there are, whenever that changes."""

from __future__ import annotations

from typing import Any

from distributed import Scheduler
from distributed.diagnostics.plugin import SchedulerPlugin

from playground.engine.task import TOPIC


class WorkersPlugin(SchedulerPlugin):
    """Publishes the workers' addresses on the topic of events at each coming and going."""

    name = "playground-workers"

    async def start(self, scheduler: Scheduler) -> None:
        """Say who is there already."""
        self._scheduler = scheduler
        self._tell()

    def add_worker(self, scheduler: Scheduler, worker: str) -> None:
        """Say that one has come."""
        self._tell()

    def remove_worker(
        self, scheduler: Scheduler, worker: str, *, stimulus_id: str, **kwargs: Any
    ) -> None:
        """Say that one has gone."""
        self._tell(without=worker)

    def _tell(self, without: str | None = None) -> None:
        addresses = [address for address in self._scheduler.workers if address != without]
        self._scheduler.log_event(TOPIC, {"workers": addresses})

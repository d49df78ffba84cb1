"""Tells the application which workers may be given runs, whenever that changes."""

from __future__ import annotations

from typing import Any

from distributed import Scheduler, SchedulerPlugin

from playground.engine.dask_private import (
    forget_messages,
    note_plugin,
    plugins_of,
    subscribe,
    unsubscribe,
)
from playground.engine.roster import Roster


class WorkersPlugin(SchedulerPlugin):
    """Publishes the workers' addresses on an application's topic at each coming and going.

    What it tells is a mapping of `workers`, who may be given runs; `left`, who has gone by our will;
    `silent`, who gives no sign of life; `death`, of what one died last; `is_one_coming`, whether one
    that went is being replaced (all this as `Roster` has it); and `version`. Of two, the one with the higher version is the later one, whichever came first. Several applications may share a scheduler: each
    connection has a topic and a plugin of its own, and both leave with it.

    Args:
        topic: where to publish; also the plugin's name.
        client: the id of the application's client.
    """

    def __init__(self, topic: str, client: str) -> None:
        self.name = topic
        self._client = client

    async def start(self, scheduler: Scheduler) -> None:
        """Take note of who is there already, and let the application hear of every change.

        The client's own subscription is a message beside others: a worker that comes or goes before
        it has arrived would not be told of.
        """
        self._scheduler = scheduler
        self._roster = Roster.of(scheduler)
        self._version = 0
        note_plugin(self.name, self)
        subscribe(scheduler, self.name, self._client)
        self._note()

    def tell_workers(self) -> None:
        """Say how things are now."""
        self._scheduler.log_event(self.name, self._note())

    def add_worker(self, scheduler: Scheduler, worker: str) -> None:
        """Say that one has come."""
        self.tell_workers()

    def remove_worker(
        self, scheduler: Scheduler, worker: str, *, stimulus_id: str, **kwargs: Any
    ) -> None:
        """Say that one has gone."""
        self.tell_workers()

    def log_event(self, topic: str, msg: object) -> None:
        """Keep nothing of what was sent: the scheduler would keep it for ever, and nobody asks."""
        if topic == self.name:
            self._forget()

    def remove_client(self, scheduler: Scheduler, client: str) -> None:
        """Leave with the application."""
        if client == self._client:
            unsubscribe(scheduler, self.name, client)
            scheduler.remove_plugin(self.name)
            self._forget()

    def _forget(self) -> None:
        forget_messages(self._scheduler, self.name)

    def _note(self) -> dict[str, Any]:
        self._version += 1
        told = self._roster
        self.latest = {
            "workers": list(self._scheduler.workers) if told is None else told.open,
            "left": [] if told is None else list(told.left),
            "silent": [] if told is None else told.silent,
            "death": None if told is None else told.death,
            "is_one_coming": told is not None and told.is_one_coming,
            "version": self._version,
        }
        return self.latest


def latest_workers(topic: str, dask_scheduler: Scheduler | None = None) -> dict[str, Any]:
    """Return what the plugin of a topic told last.

    For `Client.run_on_scheduler`, which hands the scheduler in.
    """
    if dask_scheduler is None:
        raise ValueError("latest_workers runs in the scheduler")
    plugin = plugins_of(dask_scheduler)[topic]
    if not isinstance(plugin, WorkersPlugin):
        raise TypeError(f"{topic} is {plugin!r}")
    return plugin.latest

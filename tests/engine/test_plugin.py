"""What the application is told of workers that come and go."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from distributed import Client, LocalCluster

from playground.engine.plugin import WorkersPlugin

PATIENCE = 60.0  # seconds


def test_nothing_is_missed_while_the_clients_own_subscription_is_on_its_way() -> None:
    heard: list[Mapping[str, Any]] = []
    told = threading.Event()

    def hear(event: tuple[float, Mapping[str, Any]]) -> None:
        heard.append(event[1])
        told.set()

    with (
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=0, processes=False, dashboard_address=None
        ) as cluster,
        Client(cluster, set_as_default=False) as client,  # type: ignore[no-untyped-call]
    ):
        client._event_handlers["topic"] = hear  # knows what to do, and has not said that it wants
        client.register_plugin(WorkersPlugin("topic", client.id))
        cluster.scale(1)
        assert told.wait(PATIENCE)
        (worker,) = heard[0]["workers"]
        assert worker == next(iter(client.scheduler_info()["workers"]))

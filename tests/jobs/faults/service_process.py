"""A training service in a process that can be killed: `python -m tests.jobs.faults.service_process`.

Reads one JSON object a line and answers each with one. It has no pages: what is tried out here is
what becomes of runs when any of their processes ends.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import suppress
from typing import Any, Final

import psutil
from sqlalchemy import event

from playground.core.experiment import Experiment
from playground.jobs import TrainingService
from playground.store import RunStore, open_store

NO_LIMIT: Final = 1_000_000
PATIENCE: Final = 0.1


class LimitedDisk:
    """Opens the store on a disk that can be made full: SQLite gets no more pages than `pages`."""

    def __init__(self) -> None:
        self.pages = NO_LIMIT

    def open(self) -> RunStore:
        """Return the store of the folder that the environment names."""
        store = open_store(PATIENCE)

        @event.listens_for(store._engine, "checkout")
        def limit(connection: sqlite3.Connection, *_: object) -> None:
            # SQLite takes the file's present size where that is more.
            connection.execute(f"PRAGMA max_page_count = {self.pages}")

        return store


def answer(service: TrainingService, disk: LimitedDisk, asked: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked and return what came of it."""
    match asked["do"]:
        case "begin":
            experiment = Experiment.from_dict(asked["experiment"])
            return {"run": service.begin(experiment, asked["owner"])}
        case "stop":
            service.stop(asked["run"], service.view(asked["run"]).owner)
            return {}
        case "views":
            views = [service.view(run) for run in asked["runs"]]
            return {
                "runs": {
                    view.id: [str(view.state), view.restarts, view.last_seq] for view in views
                },
                "trouble": [str(trouble) for trouble in service.trouble],
                "engine": _engines(),
            }
        case "disk":
            disk.pages = 1 if asked["full"] else NO_LIMIT
            return {}
        case unknown:
            raise ValueError(f"received {unknown!r}")


def _engines() -> list[int]:
    """Return the processes of engines that live."""
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.Error):  # it may be on its way out
            if "playground.engine" in child.cmdline():
                found.append(child.pid)
    return found


def main() -> None:
    """Serve until standard input ends."""
    disk = LimitedDisk()
    service = TrainingService(disk.open)
    service.start()
    try:
        for line in sys.stdin:
            print(json.dumps(answer(service, disk, json.loads(line))), flush=True)
    finally:
        service.close()


if __name__ == "__main__":
    main()

"""Kills and blocks what runs depend on, again and again, and counts what is lost.

Faults come in a seeded mix: a worker, the engine or the application is killed, the database is locked
by somebody else, or its disk is full for a while. In the end every run has to be there once, finished
exactly as if nothing had happened, or stopped by its owner.
"""

from __future__ import annotations

import os
import random
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import psutil

from playground.core.errors import RecordingError
from playground.core.events import Event
from playground.core.experiment import Experiment
from playground.core.run import Ending, RunState
from playground.jobs.dispatcher import MOST_RESTARTS
from playground.store import RunStore, open_store
from tests.jobs.faults.application import PATIENCE, Application

KINDS: Final = ("worker", "engine", "application", "locked", "full")
EXPERIMENTS: Final = [Experiment(train_size=1_024, epochs=25, seed=seed) for seed in range(5)]
WAITING: Final = 4
"""Runs that are kept going or waiting at a time."""

History = tuple[tuple[Event, ...], Ending | None]


@dataclass
class Report:
    """What happened: faults by kind, what became of the runs, and every violation in a sentence."""

    faults: Counter[str] = field(default_factory=Counter)
    endings: Counter[str] = field(default_factory=Counter)
    restarts: int = 0
    violations: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return the table."""
        rows = [
            *((f"{kind} {what}", self.faults[kind]) for kind, what in _WHAT.items()),
            *((f"runs {state}", count) for state, count in sorted(self.endings.items())),
            ("restarts of runs", self.restarts),
            ("violations", len(self.violations)),
        ]
        return [*(f"{label:<42}{count:>6}" for label, count in rows), *self.violations]


_WHAT: Final = {
    "worker": "killed",
    "engine": "killed",
    "application": "killed and started again",
    "locked": "database, for a while",
    "full": "disk, for a while",
}


class Trial:
    """Runs and faults, from the first to the last.

    Args:
        folder: an empty folder for the database and the application's log.
        runs: how many runs are asked for.
        faults: how many faults are caused, while runs train.
        seed: decides everything that is left to chance.
    """

    def __init__(self, folder: Path, runs: int, faults: int, seed: int) -> None:
        self._folder = folder
        self._chance = random.Random(seed)
        self._left = runs
        self._faults = [KINDS[number % len(KINDS)] for number in range(faults)]
        self._chance.shuffle(self._faults)
        self._asked: dict[str, Experiment] = {}
        self._cancelled: set[str] = set()
        self._over: set[str] = set()
        self._pause = threading.Event()
        self._expected: dict[Experiment, History] = {}
        self.report = Report()

    def run(self, tell: Callable[[str], None] = lambda _: None) -> Report:
        """Do it all and return what came of it."""
        self._expected = self._undisturbed()
        with closing(Application(self._folder)) as app:
            for number, kind in enumerate(self._faults, 1):
                self._wait_until_training(app)
                self._pause.wait(self._chance.uniform(0.0, 0.5))  # anywhere in a run or a writing
                tell(f"{number} of {len(self._faults)}: {kind} {_WHAT[kind]}")
                getattr(self, f"_{kind}")(app)
                self.report.faults[kind] += 1
            while self._ask_for_more(app):
                self._wait_until_one_ends(app)
        self.judge()
        return self.report

    def _undisturbed(self) -> dict[Experiment, History]:
        """Return what each experiment tells and ends with when nothing happens to it."""
        folder = self._folder / "undisturbed"
        folder.mkdir()
        with closing(Application(folder)) as app:
            runs = {
                experiment: app.ask("begin", experiment=experiment.to_dict(), owner="nobody")["run"]
                for experiment in EXPERIMENTS
            }
            self._asked = {run: experiment for experiment, run in runs.items()}
            self._wait(app, lambda: not self._active(app))
        self._asked, self._over = {}, set()
        with closing(_store(folder)) as store:
            return {experiment: _history(store, run) for experiment, run in runs.items()}

    # --- runs --------------------------------------------------------------------------------------

    def _views(self, app: Application) -> dict[str, Any]:
        """Return how the runs stand that are not known to be over."""
        known = self._cancelled | self._over
        return app.ask("views", runs=[run for run in self._asked if run not in known])

    def _active(self, app: Application) -> dict[str, list[Any]]:
        views = self._views(app)["runs"]
        active = {run: view for run, view in views.items() if not RunState(view[0]).is_over}
        self._over |= views.keys() - active.keys()
        return active

    def _ask_for_more(self, app: Application) -> bool:
        """Keep some runs waiting, cancel one now and then; return whether there are any."""
        active = self._active(app)
        while self._left and len(active) < WAITING:
            experiment = self._chance.choice(EXPERIMENTS)
            asked = app.ask("begin", experiment=experiment.to_dict(), owner=str(self._left))
            self._asked[asked["run"]] = experiment
            self._left -= 1
            active[asked["run"]] = ["queued", 0, 0]
            if self._chance.random() < 0.05:
                cancelled = self._chance.choice(list(active))
                app.ask("stop", run=cancelled)
                self._cancelled.add(cancelled)
                del active[cancelled]
        return bool(active)

    def _wait_until_training(self, app: Application) -> None:
        """Wait until a run trains that may lose its worker once more."""
        if not self._left and not self._active(app):
            self._left = 1  # faults outlast the runs: one more

        def trains() -> bool:
            self._ask_for_more(app)
            views = self._active(app).values()
            return any(s == "running" and seq > 0 and r < MOST_RESTARTS for s, r, seq in views)

        self._wait(app, trains)

    def _wait_until_one_ends(self, app: Application) -> None:
        over = len(self._over)
        self._wait(app, lambda: not self._active(app) or len(self._over) > over)

    def _wait(self, app: Application, condition: Callable[[], bool]) -> None:
        for _ in range(int(PATIENCE * 20)):
            if condition():
                return
            self._pause.wait(0.05)
        raise AssertionError(f"it never came to that: {self._views(app)}")

    # --- faults ------------------------------------------------------------------------------------

    def _worker(self, app: Application) -> None:
        for worker in app.workers():
            with suppress(psutil.NoSuchProcess):
                worker.kill()

    def _engine(self, app: Application) -> None:
        for pid in self._views(app)["engine"]:
            with suppress(psutil.NoSuchProcess):
                psutil.Process(pid).kill()

    def _application(self, app: Application) -> None:
        # What it has been asked for and has not yet written down is lost with it, and so is not a
        # run that anyone was told is kept: wait for the last one to be there.
        self._wait(app, lambda: _knows(self._folder, set(self._asked)))
        app.kill()
        self._over.clear()  # that a run was over may not have been written down yet

    def _locked(self, app: Application) -> None:
        file = self._folder / "playground.sqlite3"
        with closing(sqlite3.connect(file, isolation_level=None, timeout=PATIENCE)) as other:
            other.execute("BEGIN IMMEDIATE")
            self._wait(app, lambda: self._is_troubled(app))
            other.execute("ROLLBACK")
        self._wait(app, lambda: not self._is_troubled(app))

    def _full(self, app: Application) -> None:
        app.ask("disk", full=True)
        with suppress(AssertionError):  # a small writing may still find room
            self._wait(app, lambda: self._is_troubled(app) or not self._active(app))
        app.ask("disk", full=False)
        self._wait(app, lambda: not self._is_troubled(app))

    def _is_troubled(self, app: Application) -> bool:
        return any("written down" in trouble for trouble in self._views(app)["trouble"])

    # --- the verdict -------------------------------------------------------------------------------

    def judge(self) -> Report:
        """Compare what the database has with what was asked for, and with undisturbed runs."""
        self.report = report = Report(faults=self.report.faults)
        with closing(_store(self._folder)) as store:
            for run, experiment in self._asked.items():
                stored = store.load(run)
                if stored is None:
                    report.violations.append(f"{run} is lost")
                    continue
                report.endings[str(stored.state)] += 1
                report.restarts += stored.restarts
                if stored.state is RunState.FINISHED:
                    if not _is_whole(store, run, self._expected[experiment]):
                        report.violations.append(f"{run} is not what it would have been")
                elif not (stored.state is RunState.STOPPED and run in self._cancelled):
                    report.violations.append(f"{run} is {stored.state}")
        with closing(sqlite3.connect(self._folder / "playground.sqlite3")) as database:
            (rows,) = database.execute("SELECT count(*) FROM runs").fetchone()
        if rows != len(self._asked):
            report.violations.append(f"{rows} runs are stored, {len(self._asked)} were asked for")
        return report


def _store(folder: Path) -> RunStore:
    os.environ["PLAYGROUND_DATA_DIR"] = str(folder)
    return open_store()


def _is_whole(store: RunStore, run: str, expected: History) -> bool:
    """Return whether a run can be read and is as one that nobody disturbed."""
    try:
        return _history(store, run) == expected
    except RecordingError:
        return False


def _history(store: RunStore, run: str) -> History:
    """Return all that a run told and how it ended, without what a clock said."""
    stored = store.load(run)
    events = tuple(replace(event, seconds=0.0) for event in store.events(run))
    return events, None if stored is None else stored.ending


def _knows(folder: Path, runs: set[str]) -> bool:
    with closing(sqlite3.connect(folder / "playground.sqlite3", timeout=PATIENCE)) as database:
        return runs <= {run for (run,) in database.execute("SELECT id FROM runs")}

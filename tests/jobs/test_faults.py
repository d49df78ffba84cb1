"""The trial by faults, in short: nothing is lost; and were something lost, it would say so."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.jobs.faults import trial as faults
from tests.jobs.faults.trial import KINDS, Trial


def test_one_fault_of_each_kind_costs_no_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", "")  # the trial sets it; this puts it back
    shorter = [experiment.with_(epochs=12) for experiment in faults.EXPERIMENTS[:2]]
    monkeypatch.setattr(faults, "EXPERIMENTS", shorter)
    trial = Trial(tmp_path, runs=6, faults=len(KINDS), seed=3)
    report = trial.run()
    assert report.violations == []
    assert report.faults == dict.fromkeys(KINDS, 1)
    assert report.endings.total() >= 6
    assert "violations                                     0" in report.lines()

    with sqlite3.connect(tmp_path / "playground.sqlite3") as database:
        (changed, failed, lost) = (
            run
            for (run,) in database.execute(
                "SELECT id FROM runs WHERE state = 'finished' ORDER BY id LIMIT 3"
            )
        )
        database.execute("DELETE FROM points WHERE run = ? AND seq = 5", [changed])
        database.execute("UPDATE runs SET state = 'failed' WHERE id = ?", [failed])
        database.execute("DELETE FROM runs WHERE id = ?", [lost])
    asked = report.endings.total()
    assert sorted(trial.judge().violations) == sorted(
        [
            f"{changed} is not what it would have been",
            f"{failed} is failed",
            f"{lost} is lost",
            f"{asked - 1} runs are stored, {asked} were asked for",
        ]
    )

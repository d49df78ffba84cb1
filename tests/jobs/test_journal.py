"""When the journal writes: at once what is urgent, and with it whatever waits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.core.experiment import Experiment
from playground.jobs.journal import Journal
from playground.jobs.record import RunRecord
from playground.store import Change, open_store
from tests.jobs.conftest import eventually

LATER = 3600.0


class Written:
    """A journal on a real store, and what it has written, a list of runs each time."""

    def __init__(self) -> None:
        self.times: list[list[str]] = []
        self.journal = Journal(
            open_store,
            lambda _: None,
            lambda runs: [_change(run) for run in sorted(runs)],
            lambda changes: self.times.append([change.run.id for change in changes]),
            lambda: None,
        )
        self.journal.start()


def _change(run: str) -> Change:
    return RunRecord(id=run, experiment=Experiment()).change()


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path))
    written = Written()
    yield written
    written.journal.close()


def test_what_can_wait_is_written_with_what_cannot(written: Written) -> None:
    for _ in range(3):
        written.journal.write_later("a", LATER)
    written.journal.write_later("b", 0.0)
    eventually(lambda: written.times != [])
    written.journal.write_later("c", 0.0)
    eventually(lambda: len(written.times) > 1)
    assert written.times == [["a", "b"], ["c"]]


def test_what_waits_is_written_before_the_journal_leaves(written: Written) -> None:
    written.journal.write_later("a", LATER)
    written.journal.close()
    assert written.times == [["a"]]
    store = open_store()
    assert store.load("a") is not None
    store.close()

"""Runs take no more room than they may: what goes first, and a file that really shrinks, its log too."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import URL, event

from playground.core.artefacts import CHECKPOINT, CONFIDENCE, PROBABILITIES
from playground.core.errors import SchemaError, StoreError
from playground.core.run import RunState
from playground.store import Change, RunStore, kept_bytes, open_store
from playground.store.database import LOG
from playground.store.room import KEPT, Held, surplus
from playground.store.shrinking import STEP
from tests.store.conftest import Open, a_chunk, a_run, over

LARGE = 300_000
"""Bytes of a checkpoint here."""

SMALL = 50_000
"""Bytes of each other artefact here."""

PAGE = 4_096


def whole(name: str, place: int, **changes: object) -> Change:
    """Return a run that is over, with a curve and all its artefacts."""
    artefacts = {CHECKPOINT: bytes(LARGE), PROBABILITIES: bytes(SMALL), CONFIDENCE: bytes(SMALL)}
    run = over(name, place, **changes)
    return Change(run=run, events=(a_chunk(1),), artefacts=artefacts)


def left(store: RunStore, name: str) -> str:
    """Return what is left of a run: its curve, checkpoint, probabilities and confidence by initials."""
    found = [
        known for known in (CHECKPOINT, PROBABILITIES, CONFIDENCE) if store.artefact(name, known)
    ]
    return ("run " if store.events(name) else "") + " ".join(found)


def fill(store: RunStore, runs: int, **changes: object) -> None:
    """Store so many runs that are over, one after the other."""
    for number in range(runs):
        store.save([whole(f"{number:03}", 1, **changes)])


# --- what is asked for ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "size"),
    [("", KEPT), ("500MB", 500_000_000), ("2 gb", 2 * 10**9), ("1.5G", 1_500_000_000),
     ("3000000", 3_000_000), (" 1mb ", 1_000_000), ("1TB", 10**12)],
)  # fmt: skip
def test_how_much_is_kept_may_be_named(
    monkeypatch: pytest.MonkeyPatch, said: str, size: int
) -> None:
    monkeypatch.setenv("PLAYGROUND_KEEP", said)
    assert kept_bytes() == size


@pytest.mark.parametrize("said", ["much", "-1GB", "0", "999kB", "1e9", "2GiB", "٣GB", "1 M B"])
def test_a_size_of_no_use_is_refused_and_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str
) -> None:
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PLAYGROUND_KEEP", said)
    with pytest.raises(SchemaError, match=f"^PLAYGROUND_KEEP: received “{said}”, expected"):
        open_store()
    assert list(tmp_path.iterdir()) == []


# --- what goes --------------------------------------------------------------------------------------


def test_what_goes_first_is_large_and_old_and_curves_stay_longest() -> None:
    held = [
        Held("paused", 1, False, "", 1),
        Held("paused", 1, False, CHECKPOINT, 10),
        Held("paused", 1, False, PROBABILITIES, 10),
        *(
            Held(name, place, True, artefact, 1 if artefact == "" else 10)
            for place, name in enumerate("ab", 2)
            for artefact in ("", CHECKPOINT, PROBABILITIES, CONFIDENCE)
        ),
    ]
    assert surplus(held, 83) == []
    gone = [(one.run, one.artefact) for one in surplus(held, 0)]
    assert gone == [
        ("a", CHECKPOINT), ("b", CHECKPOINT),
        ("a", CONFIDENCE), ("a", PROBABILITIES), ("b", CONFIDENCE), ("b", PROBABILITIES),
        ("paused", CHECKPOINT),
        ("a", ""), ("b", ""),
    ]  # fmt: skip
    # A tenth less than the limit is left, so that the next point of a curve does not pass it.
    assert [(one.run, one.artefact) for one in surplus(held, 82)] == gone[:1]
    assert len(surplus(held, 80)) == 2


def test_the_oldest_give_way_and_those_under_way_keep_all_they_need(url: URL, open_: Open) -> None:
    store = RunStore(open_(url), keep=1_000_000)
    going_on = [a_run(str(state), state=state) for state in RunState if not state.is_over]
    store.save([Change(run=run, artefacts={CHECKPOINT: b"1"}) for run in going_on])
    fill(store, 4, state=RunState.STOPPED)
    store.tidy()
    names = ["000", "001", "002", "003"]
    short, full = (
        f"run {PROBABILITIES} {CONFIDENCE}",
        f"run {CHECKPOINT} {PROBABILITIES} {CONFIDENCE}",
    )
    assert [left(store, name) for name in names] == [short, short, short, full]
    assert [left(store, run.id) for run in going_on] == [CHECKPOINT] * 3
    fill(RunStore(open_(url), keep=300_000), 1)
    RunStore(open_(url), keep=300_000).tidy()
    assert [left(store, name) for name in names] == ["run ", f"run {PROBABILITIES}", short, short]
    assert [left(store, run.id) for run in going_on] == [CHECKPOINT] * 3
    assert {run.id for run in store.unfinished()} == {run.id for run in going_on}


def test_a_clock_that_jumps_makes_no_run_stay_and_none_go_first(store: RunStore) -> None:
    small = RunStore(store._engine, keep=1_000_000)
    small.save([whole("future", 24 * 365)])
    small.save([whole("past", -24 * 365)])
    small.save([whole("now", 0)])
    small.save([whole("last", 1)])
    small.tidy()
    assert [bool(small.artefact(name, CHECKPOINT)) for name in ("future", "past", "now", "last")] == [
        False, False, False, True,
    ]  # fmt: skip


def test_no_more_than_so_many_runs_are_kept_however_small(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.store.runs.KEPT_RUNS", 2)
    store.save([Change(run=over(name, 9 - place)) for place, name in enumerate("abc")])
    store.tidy()
    assert [store.load(name) is not None for name in "abc"] == [False, True, True]


def test_it_is_looked_at_again_only_after_enough_was_written(store: RunStore) -> None:
    looked: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        looked.extend(["sizes"] if "length(" in statement else [])

    event.listen(store._engine, "before_cursor_execute", note)
    counting = RunStore(store._engine, keep=20 * 10 * SMALL)
    counting.tidy()
    first = len(looked)
    assert first
    small = Change(run=a_run("a"), artefacts={PROBABILITIES: bytes(SMALL)})
    for _ in range(9):
        counting.save([small])
        counting.tidy()
    assert len(looked) == first
    counting.save([small])
    counting.tidy()
    assert len(looked) == 2 * first


# --- a file that shrinks ----------------------------------------------------------------------------


def sizes(file: Path) -> tuple[int, int]:
    """Return the bytes of a database's file and of its log."""
    log = Path(f"{file}-wal")
    return file.stat().st_size, log.stat().st_size if log.exists() else 0


def test_a_file_and_its_log_give_their_room_back(file: Path, file_url: URL, open_: Open) -> None:
    keep = 3_000_000
    store = RunStore(open_(file_url), keep=keep)
    largest = 0
    for number in range(12):
        store.save([whole(f"{number:03}", 1)] * 2)
        larger = {CHECKPOINT: bytes(9 * LARGE)}
        store.save([Change(run=over(f"{number:03}", 1), after=1, artefacts=larger)])
        store.tidy()
        largest = max(largest, sum(sizes(file)))
    # What is too much for a moment, what is written at a time, and as much again in the log.
    assert largest < 1.05 * keep + 2 * 9 * LARGE + LOG
    steps = 1
    while store.rest():
        steps += 1
    assert steps < 2 + largest / (STEP * PAGE)
    after, log = sizes(file)
    assert log == 0
    assert after < 1.1 * keep
    assert left(store, "011") == f"run {PROBABILITIES} {CONFIDENCE}"
    assert not store.rest()


def test_a_file_of_an_earlier_playground_is_written_anew_once(
    file: Path, file_url: URL, open_: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:  # it knew nothing of this
        patch.setattr("playground.store.database.INCREMENTAL", 0)
        store = RunStore(open_(file_url))
        fill(store, 20)
        store._engine.dispose()
    full, _ = sizes(file)
    store = RunStore(open_(file_url), keep=3_000_000)
    while store.rest():
        pass
    after, log = sizes(file)
    assert (after < full / 2, log) == (True, 0)
    assert left(store, "019") == f"run {CHECKPOINT} {PROBABILITIES} {CONFIDENCE}"
    fill(store, 20)
    while store.rest():
        pass
    assert sizes(file)[0] < 1.1 * 3_000_000  # from now on without


def test_a_log_that_cannot_be_cut_is_tried_again(file: Path, file_url: URL, open_: Open) -> None:
    store = RunStore(open_(file_url, patience=0.1))
    fill(store, 5)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        store.rest()
    other.rollback()
    other.close()
    assert not store.rest()
    assert sizes(file)[1] == 0


def test_a_server_sees_to_its_room_itself(server_url: URL, open_: Open) -> None:
    store = RunStore(open_(server_url), keep=1_000_000)
    fill(store, 3)
    assert not store.rest()
    assert [bool(store.artefact(name, CHECKPOINT)) for name in ("000", "002")] == [False, True]

"""What goes in comes out; a change is whole or not there; what is asked for is found in order."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import URL, Engine, delete, func, select
from sqlalchemy.exc import StatementError

from playground.core.artefacts import CHECKPOINT, PROBABILITIES
from playground.core.events import ChunkEnd, EpochEnd, Event
from playground.core.experiment import Experiment
from playground.core.message import message
from playground.core.run import Ending, RunState
from playground.store import Change, RunStore, StoredRun
from playground.store.schema import ARTEFACTS, POINTS, RUNS
from tests.core import experiments
from tests.store.conftest import MORNING, Open, a_chunk, a_run, over

FINITE = st.floats(allow_nan=False, allow_infinity=False)
COUNT = st.integers(0, 2**31 - 1)
# PostgreSQL has no character 0, and half of a character cannot be written as UTF-8.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
MOMENT = st.datetimes(
    datetime(1970, 1, 2),  # noqa: DTZ001 - Hypothesis adds the zone
    datetime(2999, 1, 1),  # noqa: DTZ001
    timezones=st.timezones() | st.just(UTC),
)
# A reason that cannot be written out is one that this playground never writes.
WORDS = st.text(st.characters(exclude_characters="{}"))
REASON = st.builds(message, WORDS, received=st.text() | st.integers())
ENDING = st.builds(
    Ending,
    state=st.sampled_from([state for state in RunState if state.is_over]),
    epochs_done=COUNT,
    step=COUNT,
    value=FINITE,
    reason=st.none() | REASON,
    test_loss=st.none() | FINITE,
    test_accuracy=st.none() | FINITE,
)
RUN = st.builds(
    StoredRun,
    id=TEXT,
    experiment=experiments(),
    state=st.sampled_from(RunState),
    turn=COUNT,
    created=MOMENT,
    key=TEXT,
    owner=TEXT,
    address=TEXT,
    askers=st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple),
    asked_rate=st.none() | FINITE,
    started=st.none() | MOMENT,
    ended=st.none() | MOMENT,
    chunks=st.none() | COUNT,
    restarts=COUNT,
    segment=COUNT,
    requested=st.sampled_from([None, "pause", "resume", "stop"]),
    snapshot_at=FINITE,
    saved_events=COUNT,
    ending=st.none() | ENDING,
    versions=TEXT,
)
CHUNK = st.builds(
    ChunkEnd, seq=COUNT, epoch=COUNT, step=COUNT, position=FINITE, loss=FINITE, accuracy=FINITE,
    seconds=FINITE,
)  # fmt: skip
EPOCH = st.builds(
    EpochEnd, seq=COUNT, epoch=st.integers(1, 100), loss=FINITE, accuracy=FINITE, val_loss=FINITE,
    val_accuracy=FINITE, seconds=FINITE,
)  # fmt: skip
EVENTS = st.lists(CHUNK | EPOCH, max_size=5).map(
    lambda events: tuple(replace(event, seq=number) for number, event in enumerate(events, 1))
)
ARTEFACT = st.dictionaries(TEXT, st.binary(max_size=50), max_size=3)


def contents(engine: Engine) -> list[list[tuple[object, ...]]]:
    """Return every row of every table."""
    with engine.connect() as connection:
        return [
            [tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key))]
            for table in (RUNS, POINTS, ARTEFACTS)
        ]


def counts(engine: Engine) -> list[int]:
    """Return how many rows each table has."""
    return [len(rows) for rows in contents(engine)]


# One database for all examples: each is written over what those before have left.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(run=RUN, events=EVENTS, artefacts=ARTEFACT)
def test_what_is_stored_comes_back_as_it_was(
    store: RunStore, run: StoredRun, events: tuple[Event, ...], artefacts: dict[str, bytes]
) -> None:
    store.save([Change(run=run, events=events, artefacts=artefacts)])
    # In an hour that a clock's change repeats, Python holds no two zones' times for equal.
    times = {name: getattr(run, name) for name in ("created", "started", "ended")}
    in_utc = {name: time and time.astimezone(UTC) for name, time in times.items()}
    assert store.load(run.id) == replace(run, **in_utc)
    assert store.events(run.id) == events
    assert {name: store.artefact(run.id, name) for name in artefacts} == artefacts


def test_every_field_of_a_run_is_a_column() -> None:
    own = {"place"}  # the store's
    names = {column.name for column in RUNS.columns}
    assert {field.name for field in fields(StoredRun)} == names - own


def test_what_was_never_stored_is_not_there(store: RunStore) -> None:
    assert store.load("a") is None
    assert store.events("a") == ()
    assert store.artefact("a", CHECKPOINT) is None
    assert store.unfinished() == []
    store.save([])
    assert store.unfinished() == []


def test_a_loss_that_is_no_number_comes_back_as_none(store: RunStore) -> None:
    ending = Ending(state=RunState.DIVERGED, epochs_done=0, step=7, value=math.nan)
    run = over("a", 1, state=RunState.DIVERGED, ending=ending)
    store.save([Change(run=run, events=(a_chunk(1, loss=math.inf),))])
    stored = store.load("a")
    assert stored is not None
    assert stored.ending is not None
    assert stored.ending.value is not None
    assert math.isnan(stored.ending.value)
    (event,) = store.events("a")
    assert isinstance(event, ChunkEnd)
    assert math.isnan(event.loss)


def test_a_change_replaces_what_comes_after_and_leaves_what_was_before(store: RunStore) -> None:
    first = tuple(a_chunk(seq) for seq in range(1, 6))
    store.save([Change(run=a_run("a"), events=first, artefacts={"x": b"1", "y": b"2", "z": b"3"})])
    anew = (a_chunk(3, loss=0.25), a_chunk(4, loss=0.125))
    later = a_run("a", state=RunState.RUNNING, restarts=1)
    store.save([Change(run=later, after=2, events=anew, artefacts={"y": b"new", "z": None})])
    assert store.load("a") == later
    assert store.events("a") == first[:2] + anew
    assert [store.artefact("a", name) for name in "xyz"] == [b"1", b"new", None]


def test_a_run_that_starts_anew_loses_what_it_told(store: RunStore) -> None:
    store.save([Change(run=a_run("a"), events=(a_chunk(1), a_chunk(2)))])
    store.save([Change(run=a_run("a", restarts=1))])
    assert store.events("a") == ()


def test_the_same_changes_twice_are_as_good_as_once(store: RunStore, engine: Engine) -> None:
    start = Change(run=a_run("a"), events=tuple(a_chunk(seq) for seq in range(1, 4)))
    store.save([start, Change(run=a_run("b"), artefacts={"x": b"1"})])
    changes = [
        Change(run=a_run("a", segment=2), after=2, events=(a_chunk(3), a_chunk(4))),
        Change(run=a_run("b", segment=2), artefacts={"x": None, "y": b"2"}),
        Change(run=a_run("c"), events=(a_chunk(1),)),
    ]
    store.save(changes)
    once = contents(engine)
    store.save(changes)
    assert contents(engine) == once
    assert counts(engine) == [3, 5, 1]


def test_changes_of_one_run_are_taken_in_order(store: RunStore) -> None:
    first = Change(run=a_run("a"), events=(a_chunk(1),), artefacts={"x": b"1"})
    second = Change(run=a_run("a", segment=1), after=1, events=(a_chunk(2),), artefacts={"x": b"2"})
    store.save([first, second])
    assert store.load("a") == second.run
    assert store.events("a") == (a_chunk(1), a_chunk(2))
    assert store.artefact("a", "x") == b"2"


def test_all_changes_are_stored_or_none(store: RunStore, engine: Engine) -> None:
    store.save([Change(run=a_run("a"), events=(a_chunk(1),))])
    before = contents(engine)
    good = Change(run=a_run("a", segment=2), after=1, events=(a_chunk(2),), artefacts={"x": b"1"})
    with pytest.raises(StatementError, match="zone"):
        store.save([good, Change(run=a_run("b", created=MORNING.replace(tzinfo=None)))])
    assert contents(engine) == before


@pytest.mark.parametrize(("after", "numbers"), [(2, [2]), (0, [2, 1]), (0, [1, 1])])
def test_events_out_of_order_are_refused(after: int, numbers: list[int]) -> None:
    with pytest.raises(ValueError, match=r"^received event \d, expected one after \d$"):
        Change(run=a_run("a"), after=after, events=tuple(a_chunk(seq) for seq in numbers))


def test_what_belongs_to_a_run_goes_with_it(store: RunStore, engine: Engine) -> None:
    for name in "ab":
        store.save([Change(run=a_run(name), events=(a_chunk(1),), artefacts={"x": b"1"})])
    with engine.begin() as connection:
        connection.execute(delete(RUNS).where(RUNS.c.id == "a"))
    assert counts(engine) == [1, 1, 1]
    assert (store.events("a"), store.artefact("a", "x")) == ((), None)
    assert (store.events("b"), store.artefact("b", "x")) == ((a_chunk(1),), b"1")


def test_unfinished_runs_come_in_the_queues_order_whatever_the_clock_said(store: RunStore) -> None:
    hours = [timedelta(hours=hour) for hour in (3, -48, 0, 2, 1)]
    one, other, third, fourth, last = (MORNING + hour for hour in hours)
    begun = [
        a_run("e", turn=10, created=one),
        a_run("d", turn=1, created=other, state=RunState.RUNNING),
        a_run("a", turn=2, created=third, state=RunState.PAUSED),
        a_run("c", turn=2, created=fourth),
        a_run("b", turn=2, created=last),
    ]
    ended = [over(f"over {state}", 1, state=state) for state in RunState if state.is_over]
    store.save([Change(run=run) for run in [*begun, *ended]])
    store.save([Change(run=begun[2])])  # it was there before
    assert store.unfinished() == [*begun[1:], begun[0]]


def test_the_latest_whole_run_of_a_key_is_found(store: RunStore) -> None:
    key, shares = Experiment().key, {PROBABILITIES: b"1"}
    # The clock was two days ahead when the first of them ended.
    early = over("early", 48, key=key, turn=9)
    latest = over("latest", 3, key=key, state=RunState.DIVERGED)
    store.save([Change(run=a_run("latest", key=key))])
    store.save([
        Change(run=early, artefacts=shares),
        Change(run=over("middle", 2, key=key), artefacts=shares),
        Change(run=latest, artefacts=shares),
        Change(run=over("bare", 4, key=key), artefacts={CHECKPOINT: b"1"}),
        Change(run=over("stopped", 5, key=key, state=RunState.STOPPED), artefacts=shares),
        Change(run=over("failed", 6, key=key, state=RunState.FAILED), artefacts=shares),
        Change(run=a_run("going on", key=key), artefacts=shares),
        Change(run=over("other", 7, key="other"), artefacts=shares),
        Change(run=over("no repetition", 8, key=""), artefacts=shares),
    ])  # fmt: skip
    assert store.latest_with(key) == latest
    assert store.latest_with("unknown") is None
    assert store.latest_with("") is None


def test_an_owner_is_one_who_has_a_run(store: RunStore) -> None:
    store.save([Change(run=a_run("a", owner="ann")), Change(run=a_run("b"))])
    assert store.has_owner("ann")
    assert not store.has_owner("bob")


def test_many_threads_write_and_read_at_once(url: URL, open_: Open) -> None:
    engine = open_(url, patience=60.0)
    store = RunStore(engine)

    def train(name: str) -> tuple[Event, ...]:
        for seq in range(1, 11):
            store.save([Change(run=a_run(name), after=seq - 1, events=(a_chunk(seq),))])
            assert store.unfinished()
        return store.events(name)

    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(train, [str(number) for number in range(8)]))
    assert told == [tuple(a_chunk(seq) for seq in range(1, 11))] * 8
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(POINTS)) == 80

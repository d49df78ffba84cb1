"""The reports of the parts that need a whole server, from figures that one can check by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks import clicks, giving_way, hostile, memory, workers
from playground.core.events import EpochEnd
from playground.core.experiment import Experiment
from playground.core.run import RunState, RunView


def test_the_clicks() -> None:
    part = clicks.report(
        {
            "known": [(0.1, 0.2), (0.1, 0.4)],
            "new": [(0.1, 1.0), (0.2, 3.0)],
            "replay": [(0.1, 0.1)],
        }
    )
    assert (
        part.text
        == """\
Click on Train to first point, seconds   median    p95  least   most  clicks
----------------------------------------------------------------------------
known architecture, another seed          0.300  0.400  0.200  0.400       2
  of that, until the page shows the run   0.100  0.100  0.100  0.100
new architecture, just set                2.000  3.000  1.000  3.000       2
  of that, until the page shows the run   0.150  0.200  0.100  0.200
trained before, replayed                  0.100  0.100  0.100  0.100       1
  of that, until the page shows the run   0.100  0.100  0.100  0.100
click to first point, an architecture the worker knows: 0.300 s; at most 0.4 s wanted: held
click to first point, a new architecture: 2.000 s; at most 1.5 s wanted: NOT HELD
click to the curve of an experiment trained before: 0.100 s; at most 0.3 s wanted: held"""
    )


def test_the_memory() -> None:
    part = memory.report({"page": 114, "worker": 507}, {"page": 177, "worker": 1000}, 1.04, 20)
    assert (
        part.text
        == """\
Idle, memory (PSS), MB  warm  after a run
-----------------------------------------
page                     114          177
worker                   507         1000
together                 621         1177
idle with one warm worker, memory of all processes: 621 MB; at most 1100 MB wanted: held
idle, share of a core: 1.0 %; at most 2 % wanted: held (over 20 s)"""
    )


def test_the_workers() -> None:
    part = workers.report([2.0, 2.0], [3.0, 5.0])
    assert part.figures["ratio"] == 2
    assert part.text.splitlines()[-1] == "Two workers train 2.00 times what one trains."


def test_a_rate_counts_from_the_untrained_network() -> None:
    events = tuple(
        EpochEnd(
            seq=1 + epoch,
            epoch=epoch,
            loss=0.5,
            accuracy=0.8,
            val_loss=0.5,
            val_accuracy=0.8,
            seconds=1.0 + 0.25 * epoch,
        )
        for epoch in range(3)
    )
    view = RunView(id="a", experiment=Experiment(), state=RunState.RUNNING, events=events)
    assert workers.rate(view) == pytest.approx(4)


def test_an_honest_visitor_among_hostile_clients() -> None:
    rows = [
        {"id": "before", "created": 1, "started": 9},
        {"id": "own", "created": 2, "started": 6},
        {"id": "waits", "created": 3, "started": None},
        {"id": "overtakes", "created": 4, "started": 5},
        {"id": "later", "created": 5, "started": 7},
    ]
    assert hostile.overtaken(rows, "own") == 1
    assert hostile.overtaken(rows, "waits") is None
    measured = {
        "reruns": [0.1, 0.2, 1.5],
        "alone": [0.1],
        "honest": "own",
        "acts": {"asks for runs": 12, "asks badly": 3},
        "clients": 2,
    }
    assert (
        hostile.report(measured, rows).text
        == """\
An honest visitor among 2 hostile clients  median   p95  most  reruns
---------------------------------------------------------------------
a rerun of the page, ms                       200  1500  1500       3
before they came                              100   100   100       1

A client       times
--------------------
asks for runs     12
asks badly         3
an honest visitor's rerun among hostile clients, p95: 1500 ms; at most 1000 ms wanted: NOT HELD
runs asked for after his first that started before it: 1; at most 0 wanted: NOT HELD
share of his runs that started: 1.00; at least 1 wanted: held"""
    )


def test_long_runs_that_give_way() -> None:
    measured = {
        "first_point": [4.0, 6.0],
        "goes_on_after": [2.0, 3.0],
        "chunk": [0.5],
        "compared": 20,
        "different": 0,
    }
    assert (
        giving_way.report(measured).text
        == """\
Two runs of 1024 × 4, batch 16, on two workers; seconds  median  least   most
-----------------------------------------------------------------------------
a newcomer's first point, after Train                     5.000  4.000  6.000
a long run's next point, after the newcomer's end         2.500  2.000  3.000
a chunk of a long run                                     0.500  0.500  0.500
a newcomer's first point while two long runs train, at most: 6.0 s; at most 30 s wanted: held
events of a long run that gave way that differ from an undisturbed one's: 0; at most 0 wanted: held
20 events were compared."""
    )


def test_events_are_compared_whatever_a_clock_said() -> None:
    one = EpochEnd(
        seq=1, epoch=1, loss=0.5, accuracy=0.8, val_loss=0.4, val_accuracy=0.9, seconds=1.0
    )
    assert giving_way.different([one], [replace(one, seconds=2.0)]) == 0
    assert giving_way.different([one], [replace(one, loss=0.6)]) == 1
    assert giving_way.different([one, one], [one]) == 1

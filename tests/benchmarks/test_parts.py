"""The reports of the parts that need a whole server, from figures that one can check by hand."""

from __future__ import annotations

import pytest

from benchmarks import clicks, engine_events, memory, workers
from benchmarks.stages import STAGES
from playground.core.events import EpochEnd
from playground.core.experiment import Experiment
from playground.core.run import RunState, RunView


def test_the_clicks() -> None:
    stages = [dict.fromkeys(STAGES, 0.1), dict.fromkeys(STAGES, 0.3)]
    part = clicks.report(
        {
            "known": [(0.1, 0.2), (0.1, 0.4)],
            "new": [(0.1, 1.0), (0.2, 3.0)],
            "replay": [(0.1, 0.1)],
        },
        stages,
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
click to the curve of an experiment trained before: 0.100 s; at most 0.3 s wanted: held

In the worker, a new architecture, seconds      median  least   most
--------------------------------------------------------------------
build the Keras model and its optimizer          0.200  0.100  0.300
trace the chunk's program                        0.200  0.100  0.300
compile it with XLA, and fit around it           0.200  0.100  0.300
fresh weights, untrained test loss, first look   0.200  0.100  0.300
train the first chunk                            0.200  0.100  0.300
together                                         1.000"""
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


def test_the_events() -> None:
    delay = {"median": 1.61, "p95": 3.8, "most": 6.2, "count": 30}
    part = engine_events.report(41_995.2, {"a quiet worker": delay})
    assert (
        part.text
        == """\
Delay of an event on its way to the service, ms, from  p50  p95  most  events
-----------------------------------------------------------------------------
a quiet worker                                         1.6  3.8   6.2      30
41,995 events a second get through from one worker."""
    )


def test_an_ear_notes_when_and_leaves_looks_out() -> None:
    ear = engine_events.Ear()
    ear.hear("benchmark", {"kind": "look"})
    ear.hear("benchmark", {"kind": "chunk", "told": 0.0})
    ear.expect(1)
    assert ear.delays == [1000 * ear.arrived[0]]
    ear.clear()
    assert ear.delays == []


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

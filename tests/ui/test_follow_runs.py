"""What a page that Python draws says of the runs that it follows, and which those are."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from playground.core.events import EpochEnd
from playground.core.experiment import Experiment
from playground.core.run import RunState, RunView
from playground.lessons import LessonRun
from playground.ui.lessons.figures.comparison import FOLLOWED, _next_to_change
from playground.ui.lessons.runs import Trained

EPOCH = EpochEnd(
    seq=3, epoch=2, loss=0.8, accuracy=0.75, val_loss=0.6, val_accuracy=0.78, seconds=0.4
)

PAGE = """
import streamlit as st
from playground.ui.components.follow_runs import follow_runs

follow_runs(st.session_state.runs, stream="live", pause=1.5, spread=0.5)
"""


def a_run(name: str, state: RunState = RunState.QUEUED, **values: Any) -> RunView:
    return RunView(id=name, experiment=Experiment(), state=state, **values)


def test_a_page_says_how_each_run_is_drawn_and_how_often_it_may_be_drawn_anew() -> None:
    app = AppTest.from_string(PAGE, default_timeout=30)
    app.session_state.runs = [
        a_run("r1", RunState.RUNNING, events=(EPOCH,), restarts=1),
        a_run("r2"),
    ]
    app.run()
    assert not app.exception
    (element,) = app.get("bidi_component")
    assert json.loads(element.proto.json) == {
        "runs": [
            {"id": "r1", "state": "running", "epochs": 2, "generation": 1},
            {"id": "r2", "state": "queued", "epochs": 0, "generation": 0},
        ],
        "stream": "live",
        "base": "",
        "pause": 1500,
        "spread": 500,
    }


def test_those_that_train_are_followed_first_and_not_too_many() -> None:
    waiting = [a_run(f"w{number}") for number in range(FOLLOWED)]
    over = a_run("over", RunState.FINISHED)
    trains = a_run("trains", RunState.RUNNING)
    network = LessonRun(name="n", experiment=Experiment(), seeds=(0,))
    found = _next_to_change([Trained(network, (over, *waiting)), Trained(network, (None, trains))])
    assert found == [trains, *waiting[:-1]]

"""What makes a statement of a lesson true."""

from __future__ import annotations

import pytest

from playground.core.events import EpochEnd
from playground.core.experiment import Experiment
from playground.core.run import RunState, RunView
from playground.lessons import Claim, find_lessons
from reproduction.claims import Evidence, document, needed_runs, weigh

WIDER = Claim(id="wider", metric="seconds", run="1024", than="128", direction="higher")
NARROW = Claim(id="narrow", metric="val_loss", run="128", low=0.1, high=0.2)


@pytest.mark.parametrize(
    ("evidence", "holds"),
    [
        (Evidence("x", WIDER, (3.0, 4.0), (1.0, 2.0)), True),
        (Evidence("x", WIDER, (2.0, 4.0), (1.0, 3.0)), False),
        (Evidence("x", NARROW, (0.1, 0.2)), True),
        (Evidence("x", NARROW, (0.2, 0.3)), False),
    ],
)
def test_a_statement_holds_for_its_runs(evidence: Evidence, holds: bool) -> None:
    assert evidence.holds is holds
    page = document([evidence], date="2026-01-02", versions={"keras": "3"})
    assert page.split()[-2] == ("yes" if holds else "**no**")
    assert "Trained on 2026-01-02 with keras 3." in page


def test_a_statement_is_weighed_with_three_seeds() -> None:
    asked: list[Experiment] = []

    def train(experiment: Experiment) -> RunView:
        asked.append(experiment)
        end = EpochEnd(
            seq=1,
            epoch=1,
            loss=0.1,
            accuracy=0.9,
            val_loss=0.15,
            val_accuracy=0.9,
            seconds=1.0 + experiment.seed,
        )
        return RunView(id="r", experiment=experiment, state=RunState.FINISHED, events=(end,))

    lesson = next(lesson for lesson in find_lessons() if lesson.claims)
    claim = lesson.claims[0]
    evidence = weigh(lesson, claim, train)
    assert len(evidence.values) >= 3
    assert len({experiment.seed for experiment in asked}) >= 3
    assert set(needed_runs(lesson, claim)) == set(asked)  # what the progress counts

"""`make reproduce` trains what the lessons state, and fails where a statement is turned round."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from playground.core.experiment import Experiment
from playground.engine import training
from playground.engine.training import Trainer
from playground.lessons import Claim, Lesson, LessonRun, find_lessons
from reproduction import claims

TINY: Final = Experiment(train_size=2_000, hidden=(1,), epochs=2)
RUNS: Final = tuple(
    LessonRun(name=name, experiment=TINY.with_(hidden=(units,)), seeds=(0, 1, 2))
    for name, units in (("narrow", 1), ("wide", 32), ("as-wide", 32))
)
TRUE: Final = (
    Claim(id="a", metric="accuracy", run="wide", than="narrow", direction="higher"),
    Claim(id="b", metric="val_accuracy", run="wide", low=0.5, high=0.9),
    Claim(id="c", metric="val_loss", run="wide", than="as-wide", direction="overlap"),
)
TURNED: Final = (
    replace(TRUE[0], direction="lower"),
    replace(TRUE[1], low=0.0, high=0.5),
    replace(TRUE[2], direction="higher"),
)


@pytest.fixture
def pages(trainer: Trainer, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the pages that are written, in place of writing them."""
    written: list[str] = []
    monkeypatch.setattr(training, "Trainer", lambda: trainer)
    monkeypatch.setattr(claims, "write_page", lambda _, page: written.append(page))
    return written


def state(monkeypatch: pytest.MonkeyPatch, *stated: Claim) -> Lesson:
    """Let the only lesson state this of its runs."""
    lesson = replace(find_lessons()[0], runs=RUNS, claims=stated)
    monkeypatch.setattr(claims, "find_lessons", lambda: (lesson,))
    return lesson


def test_what_is_true_is_written_down(pages: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    state(monkeypatch, *TRUE)
    claims.main()
    assert [row.split("|")[-2].strip() for row in pages[0].splitlines()[-3:]] == ["yes"] * 3


@pytest.mark.parametrize("turned", range(3))
def test_a_statement_that_is_turned_round_is_told(
    pages: list[str], monkeypatch: pytest.MonkeyPatch, turned: int
) -> None:
    state(monkeypatch, *TRUE[:turned], TURNED[turned], *TRUE[turned + 1 :])
    with pytest.raises(SystemExit, match="1 of 3 statements"):
        claims.main()
    assert pages[0].count("**no**") == 1

"""Lessons 9 and 10: networks side by side, and which of them is the most accurate with every seed."""

from __future__ import annotations

from collections.abc import Sequence

from playground.core.repair import describe_collapse
from playground.core.run import RunState
from playground.core.sentences import describe_ending
from playground.core.verdict import ahead
from playground.lessons import OPEN, Lesson
from playground.ui.language import _, translate
from playground.ui.lessons.figures.comparison import name_of, show_comparison
from playground.ui.lessons.figures.estimate import percentages
from playground.ui.lessons.prediction import Outcome
from playground.ui.lessons.runs import Trained


def show_rates(lesson: Lesson, may_train: bool) -> Outcome | None:
    """Draw how the networks do on the test pictures with each learning rate."""
    runs = show_comparison(
        lesson, may_train=may_train, epochs=("val_loss", "val_accuracy"), ends=("val_accuracy",)
    )
    return contest_outcome(lesson, runs)


def show_cures(lesson: Lesson, may_train: bool) -> Outcome | None:
    """Draw how the networks do on the pictures that they learn from, and on the test pictures."""
    shown = ("accuracy", "val_accuracy")
    runs = show_comparison(lesson, may_train=may_train, epochs=shown, ends=shown)
    return contest_outcome(lesson, runs)


def contest_outcome(lesson: Lesson, runs: Sequence[Trained]) -> Outcome | None:
    """Return which network gets most test pictures right with every seed, `OPEN` if none does.

    What kept a network from learning is told; one whose runs ended before their first epoch is out.

    Args:
        lesson: the lesson, whose networks are the choices of the prediction.
        runs: its networks.
    """
    if not all(one.is_complete for one in runs):
        return None
    values = {
        one.run.name: found
        for one in runs
        if len(found := percentages(one.over, "val_accuracy")) == len(one.over)
    }
    first = ahead(values, higher=True)
    names = {one.run.name: name_of(lesson, one) for one in runs}
    outcome = Outcome(
        first or OPEN,
        _(
            "No network gets more test pictures right than each other one with every seed: the seeds of "
            "the foremost overlap."
        )
        if first is None
        else _(
            "Every seed of “{name}” gets more test pictures right than every seed of any other.",
            name=names[first],
        ),
    )
    for one in runs:
        view = one.over[0]
        diverged = view.state is RunState.DIVERGED
        told = describe_ending(view) if diverged else describe_collapse(view)
        if told is not None:
            said = _("“{name}”: {said}", name=names[one.run.name], said=translate(told))
            outcome = outcome.followed_by(said)
    return outcome

"""Predictions that are a number: which of the lesson's numbers the runs came nearest to."""

from __future__ import annotations

from collections.abc import Sequence

from playground.core.run import RunView
from playground.core.verdict import last_value
from playground.lessons import Lesson
from playground.ui.language import _
from playground.ui.lessons.prediction import Outcome


def estimate_outcome(
    lesson: Lesson, views: Sequence[RunView], metric: str, *, name: str
) -> Outcome:
    """Return which number of the prediction the runs of one network came nearest to, in percent.

    Nothing came out where a run ended before its first epoch.

    Args:
        lesson: the lesson, whose choices are numbers.
        views: the runs, one a seed, all over.
        metric: "accuracy" or "val_accuracy".
        name: what the network is called, already translated.
    """
    values = percentages(views, metric)
    if len(values) < len(views):
        return Outcome(None, "")
    nearest = {nearest_choice(lesson.choices, value) for value in values}
    said = {"name": name, "low": f"{min(values):.1f}", "high": f"{max(values):.1f}"}
    sentence = (
        _("{name}: from {low}% to {high}% of the training pictures right.", **said)
        if metric == "accuracy"
        else _("{name}: from {low}% to {high}% of the test pictures right.", **said)
    )
    return Outcome(nearest.pop() if len(nearest) == 1 else None, sentence)


def spread_outcome(views: Sequence[RunView], *, name: str) -> Outcome:
    """Return how far apart the seeds of one network lie in test accuracy.

    Nothing came out where a run ended before its first epoch.

    Args:
        views: the runs, one a seed, all over.
        name: what the network is called, already translated.
    """
    values = percentages(views, "val_accuracy")
    if len(values) < len(views):
        return Outcome(None, "")
    spread = max(values) - min(values)
    return Outcome(
        "equal" if spread == 0 else "little" if spread < 1 else "some" if spread < 5 else "much",
        _(
            "{name}: from {low}% to {high}% of the test pictures right, {spread} points apart.",
            name=name,
            low=f"{min(values):.2f}",
            high=f"{max(values):.2f}",
            spread=f"{spread:.2f}",
        ),
    )


def nearest_choice(choices: Sequence[str], value: float) -> str:
    """Return the choice whose number lies nearest to `value`."""
    return min(choices, key=lambda choice: abs(float(choice) - value))


def percentages(views: Sequence[RunView], metric: str) -> list[float]:
    """Return what the runs ended with, in percent, without those that ended before their first epoch."""
    values = (last_value(view, metric) for view in views)
    return [100 * value for value in values if value is not None]

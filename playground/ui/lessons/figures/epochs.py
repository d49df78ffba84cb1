"""Lesson 6: one network, many epochs: where the test loss turns, and what is forgotten after that."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import streamlit as st

from playground.core.run import RunView
from playground.core.verdict import best_epoch, points_text
from playground.lessons import Lesson
from playground.ui.language import _
from playground.ui.lessons.figures.comparison import show_buttons
from playground.ui.lessons.figures.forgotten import show_forgotten
from playground.ui.lessons.figures.single import show_single
from playground.ui.lessons.prediction import Outcome
from playground.ui.lessons.runs import lesson_runs


def show_epochs(lesson: Lesson, may_train: bool) -> Outcome | None:
    """Draw a run's curves, say how the test loss went with every seed, and tell of every epoch."""
    runs = lesson_runs(lesson, search=may_train)
    show_buttons(lesson, runs, may_train=may_train)
    network = runs[0]
    if network.shown is None:
        return None
    view = network.shown
    best = best_epoch(view) if view.state.is_over else 0
    show_single(view, marks={best: _("least test loss")} if best else {})
    if not network.is_complete:
        return None
    show_forgotten(view)
    with st.expander(_("Every epoch in one sentence"), key="epoch_sentences"):
        st.markdown("\n".join(f"- {sentence}" for sentence in epoch_sentences(view)))
    numbers = lesson.numbers
    return turning_outcome(
        network.over, from_epoch=int(numbers["from_epoch"]), clear_change=numbers["clear_change"]
    )


def turning_outcome(
    views: Sequence[RunView], *, from_epoch: int, clear_change: float
) -> Outcome | None:
    """Return what the test loss did to the end, with every seed.

    Args:
        views: the runs of one network, one a seed.
        from_epoch: the epoch from which the test loss is followed.
        clear_change: a change of the test loss that counts as one, as a share.
    """
    losses = [{end.epoch: end.val_loss for end in it.epochs if end.epoch > 0} for it in views]
    if not losses or any(len(ends) <= from_epoch for ends in losses):
        return None
    early, last = ([ends[from_epoch] for ends in losses], [ends[max(ends)] for ends in losses])
    least = [min(ends.values()) for ends in losses]
    said: dict[str, str | float] = {
        "best": _list(str(best_epoch(view)) for view in views),
        "early": _list(f"{value:.3f}" for value in early),
        "last": _list(f"{value:.3f}" for value in last),
        "first": from_epoch,
        "epoch": max(losses[0]),
    }
    ways = {
        _way(*values, clear_change=clear_change) for values in zip(early, least, last, strict=True)
    }
    if len(ways) > 1:
        return Outcome(
            None,
            _(
                "The seeds do not agree: the test loss was {early} after epoch {first} and {last} after "
                "epoch {epoch}.",
                **said,
            ),
        )
    (way,) = ways
    if way == "turns":
        return Outcome(
            way,
            _(
                "With every seed the test loss turned: it was least after epoch {best}, and after epoch "
                "{epoch} it had risen to {last}.",
                **said,
            ),
        )
    return Outcome(
        way,
        _("The test loss was {early} after epoch {first} and {last} after epoch {epoch}.", **said),
    )


def _way(early: float, least: float, last: float, *, clear_change: float) -> str:
    """Return the choice of the prediction that the test loss of a run comes to."""
    if last > least * (1 + clear_change):
        return "turns"
    return "falls" if last < early * (1 - clear_change) else "same"


def _list(texts: Iterable[str]) -> str:
    return _(", ").join(texts)


def epoch_sentences(view: RunView) -> list[str]:
    """Return one sentence an epoch: how both accuracies moved, and with them the gap between them."""
    ends = [end for end in view.epochs if end.epoch > 0 and end.accuracy is not None]
    sentences = []
    for before, end in itertools.pairwise(ends):
        trained = 100 * ((end.accuracy or 0) - (before.accuracy or 0))
        tested = 100 * (end.val_accuracy - before.val_accuracy)
        gap = trained - tested
        sentences.append(
            _(
                "Epoch {epoch}: training accuracy {trained}, test accuracy {tested} points: {gap}.",
                epoch=end.epoch,
                trained=points_text(trained),
                tested=points_text(tested),
                gap=_("the gap grows")
                if gap > 0.05
                else _("the gap shrinks")
                if gap < -0.05
                else _("the gap stays"),
            )
        )
    return sentences

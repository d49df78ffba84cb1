"""Lesson 6: one network, many epochs: where the test loss turns, and what is forgotten after that."""

from __future__ import annotations

import itertools

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
    """Draw the run's curves, say how its test loss went, and tell of every epoch."""
    runs = lesson_runs(lesson, search=may_train)
    show_buttons(lesson, runs, may_train=may_train)
    view = runs[0].first
    if view is None:
        return None
    best = best_epoch(view) if view.state.is_over else 0
    show_single(view, marks={best: _("least test loss")} if best else {})
    if not view.state.is_over:
        return None
    show_forgotten(view)
    with st.expander(_("Every epoch in one sentence"), key="epoch_sentences"):
        st.markdown("\n".join(f"- {sentence}" for sentence in epoch_sentences(view)))
    numbers = lesson.numbers
    return turning_outcome(
        view, from_epoch=int(numbers["from_epoch"]), clear_change=numbers["clear_change"]
    )


def turning_outcome(view: RunView, *, from_epoch: int, clear_change: float) -> Outcome | None:
    """Return what the test loss did to the end.

    Args:
        view: the run.
        from_epoch: the epoch from which the test loss is followed.
        clear_change: a change of the test loss that counts as one, as a share.
    """
    ends = {end.epoch: end.val_loss for end in view.epochs if end.epoch > 0}
    best = best_epoch(view)
    if len(ends) <= from_epoch or best == 0:
        return None
    last, least, early = ends[max(ends)], ends[best], ends[from_epoch]
    if last > least * (1 + clear_change):
        return Outcome(
            "turns",
            _(
                "The test loss was least after epoch {best} ({least}) and rose to {last} after "
                "epoch {epoch}.",
                best=best,
                least=f"{least:.3f}",
                last=f"{last:.3f}",
                epoch=max(ends),
            ),
        )
    value = "falls" if last < early * (1 - clear_change) else "same"
    return Outcome(
        value,
        _(
            "The test loss was {early} after epoch {first} and {last} after epoch {epoch}.",
            early=f"{early:.3f}",
            first=from_epoch,
            last=f"{last:.3f}",
            epoch=max(ends),
        ),
    )


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
                "Epoch {epoch}: training {trained}, test {tested} points: {gap}.",
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

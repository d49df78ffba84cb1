"""Lesson 6: one network, many epochs: where the test loss turns, and what is forgotten after that."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import streamlit as st

from playground.core.run import RunView
from playground.core.verdict import best_epoch, compare, points_text
from playground.lessons import Lesson
from playground.ui.language import _
from playground.ui.lessons.figures.comparison import show_buttons, show_epochs_chart
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
        show_epochs_chart(lesson, runs, ("val_loss", "val_accuracy"))
        return None
    view = network.shown
    best = best_epoch(view) if view.state.is_over else 0
    show_single(view, marks={best: _("least test loss")} if best else {})
    if not network.is_complete:
        return None
    show_forgotten(view)
    with st.expander(_("Every epoch in one sentence"), key="epoch_sentences"):
        st.markdown("\n".join(f"- {sentence}" for sentence in epoch_sentences(view)))
    return later_outcome(network.over, from_epoch=int(lesson.numbers["from_epoch"]))


def later_outcome(views: Sequence[RunView], *, from_epoch: int) -> Outcome | None:
    """Return what became of test loss and test accuracy after an epoch, with all seeds.

    One of them changed if all its values at the end lie beyond all those after that epoch.

    Args:
        views: the runs of one network, one a seed.
        from_epoch: the epoch that the last one is compared with.
    """
    ends = [{end.epoch: end for end in view.epochs if end.epoch > 0} for view in views]
    if not ends or any(len(one) <= from_epoch for one in ends):
        return None
    last = max(ends[0])
    early, late = [one[from_epoch] for one in ends], [one[last] for one in ends]
    loss = compare([end.val_loss for end in late], [end.val_loss for end in early])
    accuracy = compare([end.val_accuracy for end in late], [end.val_accuracy for end in early])
    value = {
        ("lower", "higher"): "better",
        ("overlap", "overlap"): "same",
        ("higher", "overlap"): "loss",
        ("higher", "lower"): "worse",
    }.get((loss, accuracy))
    sentence = _(
        "After epoch {first} the seeds have a test loss of {early} and {accurate}% of the test pictures "
        "right, after epoch {epoch} {last} and {right}%.",
        first=from_epoch,
        early=_list(f"{end.val_loss:.3f}" for end in early),
        accurate=_list(f"{100 * end.val_accuracy:.1f}" for end in early),
        epoch=last,
        last=_list(f"{end.val_loss:.3f}" for end in late),
        right=_list(f"{100 * end.val_accuracy:.1f}" for end in late),
    )
    return Outcome(value, sentence)


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

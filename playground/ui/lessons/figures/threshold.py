"""Lesson 8: a time machine: drag the threshold over a run's history, then train and compare."""

from __future__ import annotations

from functools import partial

import streamlit as st

from playground.charts.comparison import Axis, Mark, Series, plot_epochs
from playground.core.callback_code import stopping_callback
from playground.core.experiment import StopRule
from playground.core.run import RunView
from playground.core.verdict import stopping_epoch
from playground.lessons import Lesson
from playground.ui.components.chart import show_chart
from playground.ui.language import _, current_language
from playground.ui.lessons.figures.comparison import show_train_button, titles
from playground.ui.lessons.figures.single import show_single
from playground.ui.lessons.prediction import Outcome
from playground.ui.lessons.runs import lesson_runs, run_of, train_one
from playground.ui.run_panel import act_or_say


def show_threshold(lesson: Lesson, may_train: bool) -> Outcome | None:
    """Draw the baseline's history with a threshold that can be dragged, and what a real run did."""
    runs = lesson_runs(lesson, search=may_train)
    show_train_button(lesson, runs, may_train=may_train)
    (base, *_rest), (stopped, *_more) = runs[0].views, runs[-1].views
    if base is None:
        return None
    if not base.state.is_over:
        show_single(base)
        return None
    _show_machine(lesson, base)
    rule = runs[-1].run.experiment.stop
    if stopped is None or rule is None:
        return None
    if not stopped.state.is_over:
        show_single(stopped)
        return None
    return Outcome(
        stopped.epochs_done,
        _(
            "The callback stopped the training after epoch {epoch}: training loss {value}, below "
            "{threshold}.",
            epoch=stopped.epochs_done,
            value=f"{(stopped.last_test.loss or 0) if stopped.last_test else 0:.4f}",
            threshold=f"{rule.value:g}",
        ),
    )


def _show_machine(lesson: Lesson, base: RunView) -> None:
    losses = [end.loss for end in base.epochs if end.loss is not None]
    low, high = min(losses), max(losses)
    value = st.slider(
        _("Stop when the training loss falls below"),
        round(0.95 * low, 2),
        round(1.02 * high, 2),
        0.4,
        0.005,
        key="threshold",
        format="%.3f",
    )
    rule = StopRule("loss", value)
    epoch = stopping_epoch(base, rule)
    label = lesson.words[current_language()].runs[lesson.runs[0].name]
    show_chart(
        "machine",
        plot_epochs(
            [Series(label=label, views=(base,))],
            [Axis(metric="loss", title=titles()["loss"])],
            epoch=_("Epochs trained"),
            mark=Mark(value=value, epoch=epoch),
        ),
        words=_("The training loss of every epoch, and the threshold"),
        height=260,
    )
    with st.container(key="machine_says"):
        st.markdown(_machine_sentence(base, epoch))
    st.button(
        _("Train with this threshold"),
        key="train_threshold",
        on_click=act_or_say,
        args=(partial(train_one, base.experiment.with_(stop=rule)),),
    )
    _show_check(base, rule)
    with st.expander(_("The callback with this threshold"), key="callback"):
        st.code(stopping_callback(rule), language="python", wrap_lines=True)


def _machine_sentence(base: RunView, epoch: int | None) -> str:
    total = base.epochs_done
    if epoch is None:
        return _("It would not have stopped in these {total} epochs.", total=total)
    ends = {end.epoch: end for end in base.epochs}
    saved = ends[total].seconds - ends[epoch].seconds
    cost = 100 * (ends[total].val_accuracy - ends[epoch].val_accuracy)
    return _(
        "It would have stopped after epoch {epoch} of {total}: {saved} s of training saved, and test "
        "accuracy {cost} points against the whole run.",
        epoch=epoch,
        total=total,
        saved=f"{saved:.1f}",
        cost=f"{-cost:+.1f}",
    )


def _show_check(base: RunView, rule: StopRule) -> None:
    """Say whether the real run with this threshold did what the time machine said."""
    view = run_of(base.experiment.with_(stop=rule))
    if view is None:
        return
    if not view.state.is_over:
        show_single(view, height=300)
        return
    predicted = stopping_epoch(base, rule) or base.epochs_done
    with st.container(key="machine_check"):
        st.markdown(
            _(
                "Really trained: {trained} epochs. The time machine said {predicted}.",
                trained=view.epochs_done,
                predicted=predicted,
            )
        )

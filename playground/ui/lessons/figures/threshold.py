"""Lesson 8: a time machine: drag the threshold over a run's history, then train and compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from playground.charts.comparison import Axis, Mark, Series, plot_epochs
from playground.core.callback_code import stopping_callback
from playground.core.recording import recorded_id
from playground.core.run import RunView
from playground.core.sentences import describe_ending, metric_name
from playground.core.stop_rule import StopRule
from playground.core.verdict import points_text, stopping_epoch
from playground.lessons import Lesson
from playground.ui.components.chart import show_chart
from playground.ui.language import _, current_language, translate
from playground.ui.lessons.figures.comparison import name_of, show_buttons, titles
from playground.ui.lessons.figures.estimate import estimate_outcome
from playground.ui.lessons.figures.single import show_single
from playground.ui.lessons.prediction import Outcome
from playground.ui.lessons.runs import lesson_runs, run_of, train_one
from playground.ui.run_panel import act_or_say
from playground.ui.training import training_service

_THRESHOLD: Final = "threshold"


def show_threshold(lesson: Lesson, may_train: bool) -> Outcome | None:
    """Draw a history with a threshold that can be dragged, and what a real run did.

    Until the lesson's networks are trained it is that of the recorded run, without its accuracy.
    """
    runs = lesson_runs(lesson, search=may_train)
    show_buttons(lesson, runs, may_train=may_train, invites=False)
    full, stopped = runs[0], runs[-1]
    for network in (full, stopped):
        if network.shown is not None and not network.shown.state.is_over:
            show_single(network.shown)
            return None
    rule = stopped.run.experiment.stop
    if rule is None:
        return None
    if full.first is None or not stopped.is_complete:
        _show_recorded(full.run.experiment.dataset, rule)
        return None
    _show_machine(lesson, full.first, rule)
    outcome = estimate_outcome(lesson, stopped.over, "accuracy", name=name_of(lesson, stopped))
    return outcome.followed_by(stopped_sentence(stopped.over))


def stopped_sentence(views: Sequence[RunView]) -> str:
    """Return after which epoch the runs, one a seed, were over and why."""
    epochs = [view.epochs_done for view in views]
    if len(set(epochs)) > 1:
        told = _(", ").join(map(str, epochs))
        return _("The seeds do not agree: training was over after epoch {epochs}.", epochs=told)
    ending = describe_ending(views[0])
    return "" if ending is None else translate(ending)


def _show_recorded(dataset: str, first: StopRule) -> None:
    """Draw the history of the run that ships with the project, and where it would have stopped."""
    base = training_service().view(recorded_id(dataset))
    label = _("recorded run, {count} neurons", count=base.experiment.hidden[0])
    rule = _show_history(base, first, key=f"{_THRESHOLD}_{base.id}", label=label)
    epoch = stopping_epoch(base, rule)
    with st.container(key="machine_recorded"):
        st.markdown(
            _("It would not have stopped in these {total} epochs.", total=base.epochs_done)
            if epoch is None
            else _(
                "It would have stopped after epoch {epoch} of {total}.",
                epoch=epoch,
                total=base.epochs_done,
            )
        )


def _show_history(base: RunView, first: StopRule, *, key: str, label: str) -> StopRule:
    """Draw a run's losses and a threshold to drag; return the rule with that threshold.

    Args:
        base: the run.
        first: the rule that is there at first.
        key: the threshold's.
        label: what the run is called, already translated.
    """
    losses = [end.loss for end in base.epochs if end.loss is not None]
    low, high = round(0.95 * min(losses), 2), round(1.02 * max(losses), 2)
    value = st.slider(
        _("Stop when the training loss falls below"),
        low,
        high,
        min(max(first.value, low), high),
        0.005,
        key=key,
        format="%.3f",
    )
    rule = StopRule("loss", value)
    axes = [Axis(metric="loss", title=titles()["loss"])]
    if base.experiment.validates:  # what the threshold does not watch: was it the right moment?
        axes.append(Axis(metric="val_loss", title=_("Validation loss")))
    show_chart(
        "machine",
        plot_epochs(
            [Series(label=label, views=(base,))],
            axes,
            epoch=_("Epochs trained"),
            mark=Mark(value=value, epoch=stopping_epoch(base, rule)),
        ),
        words=_("The loss of every epoch, and the threshold"),
        height=260 if len(axes) == 1 else 400,
    )
    return rule


def _show_machine(lesson: Lesson, base: RunView, first: StopRule) -> None:
    label = lesson.words[current_language()].runs[lesson.compared[0].name]
    rule = _show_history(base, first, key=_THRESHOLD, label=label)
    with st.container(key="machine_says"):
        st.markdown(_machine_sentence(base, stopping_epoch(base, rule)))

    def train() -> None:
        now = StopRule("loss", float(st.session_state[_THRESHOLD]))  # as the button is pressed
        train_one(base.experiment.with_(stop=now))

    st.button(
        _("Train with this threshold"), key="train_threshold", on_click=act_or_say, args=(train,)
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
        "It would have stopped after epoch {epoch} of {total}: {saved} s of training saved, and {watched} {cost} points against the whole run.",
        epoch=epoch,
        total=total,
        saved=f"{saved:.1f}",
        watched=translate(metric_name("val_accuracy", base.experiment)),
        cost=points_text(-cost),
    )


def _show_check(base: RunView, rule: StopRule) -> None:
    """Say whether the real run with this threshold did what the time machine said."""
    view = run_of(base.experiment.with_(stop=rule))
    if view is None:
        return
    if not view.state.is_over:
        show_single(view)
        return
    predicted = stopping_epoch(base, rule) or base.epochs_done
    with st.container(key="machine_check"):
        st.markdown(
            _(
                "Actually trained {trained} epochs; the curve predicted {predicted}.",
                trained=view.epochs_done,
                predicted=predicted,
            )
        )

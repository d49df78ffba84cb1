"""Lessons 2 and 5: networks side by side, each with some seeds; "better" only where the seeds part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from playground.charts.comparison import Axis, Series, plot_ends, plot_epochs
from playground.core.experiment import Experiment
from playground.core.layers import Dense
from playground.core.run import RunState, RunView
from playground.core.sentences import describe_ending
from playground.core.verdict import Direction, compare, last_value
from playground.lessons import Lesson
from playground.ui.components.chart import show_chart
from playground.ui.components.follow_runs import follow_runs, following_failed
from playground.ui.draft import catch_up
from playground.ui.inert import inert
from playground.ui.language import _, current_language, translate
from playground.ui.lessons.figures.estimate import estimate_outcome, spread_outcome
from playground.ui.lessons.figures.pace import SHORTEST, Pace
from playground.ui.lessons.figures.plan import show_plan
from playground.ui.lessons.figures.stencils import show_stencils
from playground.ui.lessons.prediction import Outcome
from playground.ui.lessons.runs import Trained, add_network, lesson_runs, stop_lesson, train_lesson
from playground.ui.live import stream_path
from playground.ui.run_panel import act_or_say
from playground.ui.training import is_own
from playground.ui.visitor import visitor

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

SLOWER: Final = 1.5
"""How many times longer than now a visitor has to wait between two looks before that is changed."""

ROW: Final = 45
"""CSS pixels of a network's row, whose name may take two lines."""

FOLLOWED: Final = 8
"""Runs that a page follows at once; when one of them ends, the next takes its place."""

_pace: Final = Pace()
_CURVES: Final = ("val_loss", "val_accuracy")
_ENDS: Final = ("val_accuracy", "seconds")
_ANOTHER: Final = "another"


def show_units(lesson: Lesson, may_train: bool) -> Outcome | None:
    """Draw accuracy and seconds against the units of one hidden layer."""
    runs = show_comparison(lesson, may_train=may_train, epochs=_CURVES, ends=_ENDS)
    if not any(one.there for one in runs):
        return None
    with _adding():
        low, high = int(Dense.size.low), int(Dense.size.high)
        _show_number(_("Another width"), low, high, lesson, "another_width")
        _show_adding(lesson, lambda units: (units,), may_train=may_train)
    more = accuracy_sentence(lesson, runs)
    if more is None:
        return None
    base = runs[0]
    return spread_outcome(base.over, name=name_of(lesson, base)).followed_by(more)


def show_layers(lesson: Lesson, may_train: bool) -> Outcome | None:
    """Draw accuracy and seconds against the number of hidden layers."""
    runs = show_comparison(lesson, may_train=may_train, epochs=_CURVES, ends=_ENDS)
    if not any(one.there for one in runs):
        return None
    with _adding():
        width, most = int(lesson.numbers["width"]), int(Experiment.HIDDEN.layers.high)
        label = _("Hidden layers of {units} neurons", units=width)
        _show_number(label, 0, most, lesson, "another_depth")
        _show_adding(lesson, lambda layers: (width,) * layers, may_train=may_train)
    more = accuracy_sentence(lesson, runs)
    without = next(one for one in runs if not one.run.experiment.hidden)
    if more is None or not without.is_complete:
        return None
    show_stencils(without.over[0])
    name = name_of(lesson, without)
    return estimate_outcome(lesson, without.over, "val_accuracy", name=name).followed_by(more)


def _show_number(label: str, low: int, high: int, lesson: Lesson, first: str) -> None:
    """Draw a field that begins with what the lesson's `first` number says."""
    st.number_input(label, low, high, int(lesson.numbers[first]), key=_ANOTHER)


def _adding() -> DeltaGenerator:
    return st.container(key="adding", horizontal=True, vertical_alignment="bottom")


def _show_adding(
    lesson: Lesson, hidden: Callable[[int], tuple[int, ...]], *, may_train: bool
) -> None:
    """Offer to train the layers that `hidden` returns for the number in the field."""

    def add() -> None:
        layers = hidden(int(st.session_state[_ANOTHER]))  # as it is when the button is pressed
        add_network(lesson, Experiment.HIDDEN.spell(layers), hidden=layers)

    st.button(
        _("Add to comparison"),
        key="train_another",
        disabled=not may_train,
        on_click=act_or_say,
        args=(add,),
    )


def show_comparison(
    lesson: Lesson, *, may_train: bool, epochs: Sequence[str], ends: Sequence[str] = ()
) -> tuple[Trained, ...]:
    """Draw the lesson's networks, live, and return what there is of them.

    Args:
        lesson: the lesson.
        may_train: whether Train is unlocked.
        epochs: what to draw of every epoch, a panel each.
        ends: what to draw of the end, a panel each.
    """
    runs = lesson_runs(lesson, search=may_train)
    show_buttons(lesson, runs, may_train=may_train)
    if any(one.there for one in runs):
        trains = is_training(runs)
        every = _pace.seconds(visitor()) if trains and following_failed() else None
        st.fragment(_keep_comparison, run_every=every)(lesson, epochs, ends, trains, every)
    else:
        show_epochs_chart(lesson, runs, epochs)
    return runs


def show_buttons(
    lesson: Lesson, runs: Sequence[Trained], *, may_train: bool, invites: bool = True
) -> None:
    """Draw Train, for all networks of the lesson, and Stop; below them what is wrong or will come.

    Args:
        lesson: the lesson.
        runs: its networks.
        may_train: whether Train is unlocked.
        invites: say where the curves will be, as long as there is nothing else.
    """
    total = sum(len(one.run.seeds) for one in runs)
    there = sum(len(one.there) for one in runs)
    with st.container(key="lesson_buttons", horizontal=True, gap="small"):
        st.button(
            _("Train {count} networks", count=total) if total > 1 else _("Train"),
            key="lesson_train",
            type="primary",
            shortcut="T",
            disabled=not may_train or there == total,
            help=None if may_train else _("First lock in a prediction."),
            on_click=act_or_say,
            args=(partial(train_lesson, lesson),),
        )
        own = any(is_own(view) and view.state.is_active for one in runs for view in one.there)
        st.button(
            _("Stop"),
            key="lesson_stop",
            shortcut="X",
            disabled=not own,
            on_click=stop_lesson,
            args=(lesson,),
        )
    endings = (describe_ending(view) for one in runs for view in one.failed)
    for sentence in dict.fromkeys(translate(ending) for ending in endings if ending is not None):
        st.error(inert(sentence))
    if there == 0:
        show_plan(lesson)
    if there == 0 and invites:
        words = (
            _("The curves appear here. Press Train.")
            if may_train
            else _("The curves appear here. First lock in a prediction.")
        )
        st.html(f'<p class="lesson-empty">{words}</p>')


def show_epochs_chart(lesson: Lesson, runs: Sequence[Trained], metrics: Sequence[str]) -> None:
    """Draw what there is of the networks, epoch by epoch: before any training, the empty axes.

    Args:
        lesson: the lesson.
        runs: its networks.
        metrics: what to draw, a panel each.
    """
    show_chart(
        "lesson_epochs",
        plot_epochs(
            [Series(label=name_of(lesson, one), views=one.there) for one in runs],
            [Axis(metric=name, title=titles()[name]) for name in metrics],
            epoch=_("Epochs trained"),
            epochs=max(one.run.experiment.epochs for one in runs),
        ),
        words=_("The networks, epoch by epoch"),
        height=(200 if any(one.there for one in runs) else 180) * len(metrics),
    )


def is_training(runs: Sequence[Trained]) -> bool:
    """Return whether any of the runs still waits or trains."""
    return any(view.state.is_active for one in runs for view in one.there)


def accuracy_sentence(lesson: Lesson, runs: Sequence[Trained]) -> str | None:
    """Return how the last network's test accuracy lies to the baseline's, once all are trained."""
    return direction_sentence(
        lesson,
        runs,
        "val_accuracy",
        {
            "higher": _(
                "Every seed of {name} is more accurate on the test pictures than every seed of {other}."
            ),
            "lower": _(
                "Every seed of {name} is less accurate on the test pictures than every seed of {other}."
            ),
            "overlap": _(
                "The seeds of {name} and {other} overlap: these runs do not show that one is more accurate."
            ),
        },
    )


def name_of(lesson: Lesson, one: Trained) -> str:
    """Return what a network of the lesson is called."""
    return lesson.words[current_language()].runs.get(one.run.name, one.run.name)


def direction_sentence(
    lesson: Lesson, runs: Sequence[Trained], metric: str, sentences: dict[Direction, str]
) -> str | None:
    """Return how the last network lies to the baseline, once all of both are trained."""
    base, other = (next(one for one in runs if one.run == run) for run in lesson.compared)
    if not (base.is_complete and other.is_complete):
        return None
    values = [[_value(view, metric) for view in one.over] for one in (other, base)]
    direction = compare(*values)
    return sentences[direction].format(name=name_of(lesson, other), other=name_of(lesson, base))


def _value(view: RunView, metric: str) -> float:
    value = last_value(view, metric)
    return float("nan") if value is None else value


def _keep_comparison(
    lesson: Lesson,
    epochs: Sequence[str],
    ends: Sequence[str],
    trained: bool,
    every: float | None,
) -> None:
    """Draw what there is of the runs.

    Args:
        lesson: the lesson.
        epochs: what to draw of every epoch.
        ends: what to draw of the end.
        trained: whether any run trained when the page was drawn.
        every: the seconds until this is drawn again by itself, where the page is told of nothing.
    """
    catch_up()
    runs = lesson_runs(lesson, search=False)
    pause = _pace.seconds(visitor()) if trained else SHORTEST
    has_become_slow = every is not None and pause > SLOWER * every
    if has_become_slow or (trained and not is_training(runs)):
        st.rerun()
    _show_progress(lesson, runs)
    show_epochs_chart(lesson, runs, epochs)
    series = [Series(label=name_of(lesson, one), views=one.there) for one in runs]
    if ends and any(one.over for one in runs):
        show_chart(
            "lesson_ends",
            plot_ends(series, [Axis(metric=name, title=titles()[name]) for name in ends]),
            words=_("What the networks ended with, a point for every seed"),
            height=max(260, 70 + ROW * len(series)),
        )
    if trained:
        follow_runs(
            _next_to_change(runs), stream=stream_path(), pause=pause, spread=pause - SHORTEST
        )


def _next_to_change(runs: Sequence[Trained]) -> list[RunView]:
    """Return the runs that will have something new to draw first."""
    active = [view for one in runs for view in one.there if view.state.is_active]
    return sorted(active, key=lambda view: view.state is not RunState.RUNNING)[:FOLLOWED]


def titles() -> dict[str, str]:
    """Return the titles of axes by metric."""
    return {
        "loss": _("Training loss"),
        "accuracy": _("Training accuracy"),
        "val_loss": _("Test loss"),
        "val_accuracy": _("Test accuracy"),
        "seconds": _("Seconds of training"),
    }


def _show_progress(lesson: Lesson, runs: Sequence[Trained]) -> None:
    """Say how many runs are done and what trains now."""
    total = sum(len(one.run.seeds) for one in runs)
    done = sum(len(one.over) for one in runs)
    now = [
        _(
            "{name}, seed {seed}: epoch {epoch} of {epochs}",
            name=name_of(lesson, one),
            seed=view.experiment.seed,
            epoch=min(view.epochs_done + 1, view.experiment.epochs),
            epochs=view.experiment.epochs,
        )
        for one in runs
        for view in one.there
        if view.state is RunState.RUNNING
    ]
    text = _("{done} of {total} networks trained", done=done, total=total)
    st.progress(done / total, " · ".join([text, *now]))

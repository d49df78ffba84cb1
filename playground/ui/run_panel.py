"""The run that a page shows: buttons, live curves, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from playground.core.errors import ExperimentError, RecordingError, StoreError
from playground.core.experiment import LABELS, Experiment
from playground.core.message import Message
from playground.core.repair import describe_collapse, offer_repair
from playground.core.run import RunState, RunView
from playground.core.sentences import describe_ending, describe_figures
from playground.core.url import Problem
from playground.jobs import NotYoursError, TooManyRunsError
from playground.ui.components.curves import show_curves, stream_failed
from playground.ui.draft import add_problem, catch_up, read_draft, set_draft
from playground.ui.history_table import show_history
from playground.ui.inert import inert
from playground.ui.language import _, current_language, local_time, translate
from playground.ui.live import stream_path
from playground.ui.runs_table import final_figures, named_beside, show_runs_table
from playground.ui.training import (
    is_own,
    is_replayed,
    page_trouble,
    shown_beside,
    shown_run,
    train,
    train_anew,
    train_on,
    training_service,
)
from playground.ui.visitor import visitor
from playground.ui.words import curve_words

MORE_EPOCHS = 5
"""How many a finished run is offered."""

FEED_SECONDS = 0.5
"""How often the curves are fed by reruns, where the stream does not get through."""


def show_buttons(view: RunView) -> None:
    """Draw Train, Pause or Continue, Step and Stop; each acts before the page is drawn again."""
    state = view.state
    own = is_own(view)
    going = own and not state.is_over
    with st.container(key="run_buttons", horizontal=True, gap="small"):
        st.button(
            _("Train"),
            key="train",
            type="primary",
            shortcut="T",
            disabled=own and state.is_active,
            help=_("Trains a network with these settings, from fresh weights."),
            on_click=_train,
        )
        paused = own and state is RunState.PAUSED
        st.button(
            _("Continue") if paused else _("Pause"),
            key="pause",
            shortcut="P",
            disabled=not going,
            help=_("Resumes training from where it was paused.")
            if paused
            else _("Pauses after a few batches; Continue resumes from there."),
            on_click=_continue if paused else _pause,
            args=(view.id,),
        )
        st.button(
            _("Step"),
            key="step",
            shortcut="S",
            disabled=own and state.is_active,
            help=_("Trains one point of the curve and pauses; begins a run if none is paused."),
            on_click=_step,
            args=(view.id if paused else None,),
        )
        st.button(
            _("Stop"),
            key="stop",
            shortcut="X",
            disabled=not going,
            help=_("Ends the run and keeps what it has learnt so far."),
            on_click=_stop,
            args=(view.id,),
        )
    if not own and state.is_active:
        with st.container(key="following"):
            st.caption(
                _("You are watching someone else’s run. Change a setting to train one of your own.")
            )


def show_differences(view: RunView, experiment: Experiment) -> None:
    """Say which settings differ from those of the run that is shown."""
    fields = list(view.experiment.differences(experiment))
    if not fields:
        return
    names = _(", ").join(_(LABELS[field]) for field in fields)
    with st.container(key="differences"):
        st.caption(_("These settings differ from the run shown: {names}.", names=names))


def show_trouble(dataset: str | None = None) -> None:
    """Say why nothing can train or be kept now, or that the recorded run of `dataset` is missing, if that is so.

    Its place is there in any case: else all that follows would move when the trouble comes, and for
    a moment stand on the page twice.
    """
    with st.container(key="trouble"):
        for trouble in page_trouble(dataset):
            st.warning(inert(translate(trouble)))


def show_run(view: RunView) -> None:
    """Draw the run that the page shows; it redraws itself, and then the page, when it changes."""
    fed = stream_failed() and any(run.state.is_active for run in (view, *shown_beside(view)))
    trouble = training_service().trouble
    st.fragment(_keep_run, run_every=FEED_SECONDS if fed else None)(view, trouble)


def _keep_run(before: RunView, trouble: tuple[Message, ...]) -> None:
    catch_up()
    view = shown_run(before.experiment.dataset)
    known = (before.state, before.owner, trouble)
    if known != (view.state, view.owner, training_service().trouble):
        st.rerun()
    _show_run(view)


def _show_run(view: RunView) -> None:
    beside = named_beside(view)
    show_curves(
        view,
        epochs=view.experiment.epochs,
        texts=curve_words(view.experiment.validates),
        locale=current_language(),
        stream=stream_path(),
        beside=beside,
        height=430,
    )
    _show_result(view)
    show_runs_table(view, beside)
    show_history(view)


def _show_result(view: RunView) -> None:
    """Draw test accuracy, test loss and training time, and why the run ended."""
    accuracy, loss, seconds = final_figures(view)
    with st.container(key="result", horizontal=True, gap="medium"):
        _show_figure("result_test_accuracy", _("Test accuracy"), accuracy)
        _show_figure("result_test_loss", _("Test loss"), loss)
        _show_figure("result_train_time", _("Training time"), seconds)
    with st.container(key="result_sentence"):
        _show_sentence(view)
    _show_remark(view)
    if view.state.is_over and not view.recorded:
        _show_ways_on(view)


def _show_ways_on(view: RunView) -> None:
    """Offer to train the same again, and to go on from where it ended."""
    done = view.epochs_done
    with st.container(key="ways_on", horizontal=True, gap="small", vertical_alignment="center"):
        if view.state is RunState.FINISHED and done < Experiment.EPOCHS.high:
            more = min(MORE_EPOCHS, int(Experiment.EPOCHS.high) - done)
            _act_button(
                _("Train one more epoch")
                if more == 1
                else _("Train {more} more epochs", more=more),
                "train_on",
                partial(train_on, view.id, more),
            )
        if is_replayed(view):
            _act_button(_("Train again"), "train_again", partial(train_anew, view.experiment))
            if view.ended is not None:
                st.caption(_("Replayed: trained on {date}", date=local_time(view.ended)))


def _act_button(label: str, key: str, act: Callable[[], None]) -> None:
    """Draw a button that begins a run; the controls outside this fragment follow."""
    if st.button(label, key=key, type="tertiary", on_click=act_or_say, args=(act,)):
        st.rerun()


def _show_figure(key: str, label: str, value: str) -> None:
    with st.container(key=key, width="content"):
        st.metric(label, value)


def _show_sentence(view: RunView) -> None:
    ending = describe_ending(view)
    sentence = "" if ending is None else inert(translate(ending))
    if view.recorded:
        sentence = _(
            "Recorded on {date}: the default network, really trained. Press Train for a run of "
            "your own.",
            date=view.recorded,
        )
    if view.notes:
        sentence = " ".join([*map(translate, view.notes), sentence])
    elif view.restarts:
        sentence = (
            _("The process that trained was lost; the run began again by itself.") + " " + sentence
        )
    if view.state in (RunState.DIVERGED, RunState.FAILED):
        st.error(sentence)
    elif sentence:
        st.write(sentence)


def _show_remark(view: RunView) -> None:
    """Say what is wrong with the network and offer the repair, or why its figures are as they are."""
    collapse, figures, repair = describe_collapse(view), describe_figures(view), offer_repair(view)
    if not (collapse or figures or repair):
        return
    with st.container(key="result_remark", gap="small"):
        if collapse is not None:
            st.warning(translate(collapse))
        elif figures is not None:
            st.caption(translate(figures))
        if repair is not None:
            repaired = st.button(
                translate(repair.label), key="repair", on_click=set_draft, args=(repair.experiment,)
            )
            if repaired:
                st.rerun()  # the controls are outside this fragment


def act_or_say(act: Callable[[], object]) -> None:
    """Begin or change a run, or say on the page why not."""
    try:
        act()
    except (NotYoursError, TooManyRunsError, ExperimentError, RecordingError, StoreError) as error:
        add_problem(Problem("run", error.message))


def _train() -> None:
    act_or_say(lambda: train(read_draft()))


def _pause(run: str) -> None:
    act_or_say(partial(training_service().pause, run, visitor()))


def _continue(run: str) -> None:
    act_or_say(partial(training_service().resume, run, visitor()))


def _step(run: str | None) -> None:
    if run is None:
        act_or_say(lambda: train_anew(read_draft(), chunks=1))
    else:
        act_or_say(partial(training_service().resume, run, visitor(), chunks=1))


def _stop(run: str) -> None:
    act_or_say(partial(training_service().stop, run, visitor()))

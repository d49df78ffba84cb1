"""The learning rate of the run that is shown, to be changed while it trains."""

from __future__ import annotations

from functools import partial
from typing import Final

import streamlit as st

from playground.core.choices import number_text
from playground.core.errors import PlaygroundError
from playground.core.experiment import Experiment
from playground.core.message import N_, message
from playground.core.run import RunView
from playground.core.url import Problem
from playground.ui.draft import add_problem, choose_run
from playground.ui.language import _
from playground.ui.run_panel import act_or_say
from playground.ui.training import is_own, training_service
from playground.ui.visitor import visitor

KEY: Final = "live_rate"


def show_live_rate(view: RunView) -> None:
    """Draw the rate of the visitor's own run while it goes on; moving it changes the run."""
    if not is_own(view) or view.state.is_over:
        return
    key = _key(view.id)
    now = float(st.session_state.get(key, view.learning_rate))
    with st.container(key=KEY):
        st.select_slider(
            _("Learning rate of this run, now"),
            sorted(
                {*map(float, Experiment.LEARNING_RATE.marks), view.experiment.learning_rate, now}
            ),
            value=now,
            format_func=number_text,
            key=key,
            help=_("Takes effect at the next point of the curve; the change is marked there."),
            on_change=act_or_say,
            args=(partial(_change_rate, view.id),),
        )


def _change_rate(run: str) -> None:
    rate = float(st.session_state[_key(run)])
    try:
        changed = training_service().change_rate(run, rate, visitor())
    except PlaygroundError:
        del st.session_state[_key(run)]  # the slider stands where the run is
        raise
    if changed != run:
        st.session_state[_key(changed)] = rate
        choose_run(changed)
        text = N_(
            "Others have asked for the run that you changed, so it goes on for them as it was. Yours "
            "is a new one: it trains the same again and changes the learning rate where you did."
        )
        add_problem(Problem("run", message(text)))


def _key(run: str) -> str:
    return f"{KEY}_{run}"

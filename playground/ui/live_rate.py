"""The learning rate of the run that is shown, to be changed while it trains."""

from __future__ import annotations

from typing import Final

import streamlit as st

from playground.core.catalogue import LEARNING_RATE, number_text
from playground.core.run import RunView
from playground.ui.language import _
from playground.ui.training import is_own, training_service

KEY: Final = "live_rate"


def show_live_rate(view: RunView) -> None:
    """Draw the rate of the visitor's own run while it goes on; moving it changes the run."""
    if not is_own(view) or view.state.is_over:
        return
    key = f"{KEY}_{view.id}"
    now = float(st.session_state.get(key, view.learning_rate))
    with st.container(key=KEY):
        st.select_slider(
            _("Learning rate of this run, now"),
            sorted({*map(float, LEARNING_RATE.marks), view.experiment.learning_rate, now}),
            value=now,
            format_func=number_text,
            key=key,
            help=_("Holds from the next point of the curve on; the change is marked there."),
            on_change=_change_rate,
            args=(view.id, key),
        )


def _change_rate(run: str, key: str) -> None:
    training_service().change_rate(run, float(st.session_state[key]))

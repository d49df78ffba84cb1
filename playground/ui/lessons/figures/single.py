"""One run's own curves in a lesson, streamed as on the playground's page."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from playground.core.run import RunView
from playground.ui.components.curves import NO_MARKS, show_curves, stream_failed
from playground.ui.draft import catch_up
from playground.ui.language import current_language
from playground.ui.live import stream_path
from playground.ui.run_panel import FEED_SECONDS
from playground.ui.training import training_service
from playground.ui.words import curve_words


def show_single(view: RunView, *, marks: Mapping[int, str] = NO_MARKS) -> None:
    """Draw a run's curves; the page is drawn anew when the run's state changes.

    Args:
        view: the run.
        marks: words at the ends of epochs, already translated.
    """
    fed = stream_failed() and view.state.is_active
    st.fragment(_keep, run_every=FEED_SECONDS if fed else None)(view, marks)


def _keep(before: RunView, marks: Mapping[int, str]) -> None:
    catch_up()
    view = training_service().view(before.id)
    if view.state is not before.state:
        st.rerun()
    show_curves(
        view,
        epochs=view.experiment.epochs,
        texts=curve_words(view.experiment.validates),
        locale=current_language(),
        stream=None if view.state.is_over else stream_path(),
        marks=marks,
        height=430,
    )

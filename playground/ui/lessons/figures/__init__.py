"""What a lesson shows, by the name that its content gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from playground.core.errors import RecordingError
from playground.lessons import Lesson
from playground.ui.inert import inert
from playground.ui.language import translate
from playground.ui.lessons.figures.builder import show_builder, show_outputs
from playground.ui.lessons.figures.comparison import show_layers, show_units
from playground.ui.lessons.figures.contest import show_cures, show_rates
from playground.ui.lessons.figures.copies import show_copies
from playground.ui.lessons.figures.epochs import show_epochs
from playground.ui.lessons.figures.microscope import show_microscope
from playground.ui.lessons.figures.scores import show_picture_scores
from playground.ui.lessons.figures.threshold import show_threshold
from playground.ui.lessons.prediction import Outcome

FIGURES: Final[Mapping[str, Callable[[Lesson, bool], Outcome | None]]] = {
    "scores": show_picture_scores,
    "units": show_units,
    "builder": show_builder,
    "outputs": show_outputs,
    "layers": show_layers,
    "epochs": show_epochs,
    "microscope": show_microscope,
    "threshold": show_threshold,
    "rates": show_rates,
    "cures": show_cures,
    "copies": show_copies,
}
"""Each draws with a lesson, and whether the learner may go on; it returns what came out, if it has."""


def show_figure(lesson: Lesson, *, may_go_on: bool) -> Outcome | None:
    """Draw the lesson's figure and return what came out; a recording that is damaged is said in its place."""
    try:
        return FIGURES[lesson.figure](lesson, may_go_on)
    except RecordingError as error:
        st.warning(inert(translate(error.message)))
        return None

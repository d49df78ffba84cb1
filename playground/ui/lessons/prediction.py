"""The learner commits to a prediction before anything is trained."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from playground.lessons import Lesson
from playground.ui.choosing import Words, settle, show_radio
from playground.ui.language import _, current_language
from playground.ui.lessons.notes import note, write_note

_NAME = "prediction"
_SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out: a choice of the prediction or its number, None if the runs do not agree; and a sentence."""

    value: str | int | None
    sentence: str


def has_committed(lesson: Lesson) -> bool:
    """Return whether the lesson may go on: there is a prediction, or it was skipped."""
    return note(lesson.slug, _NAME) is not None or bool(note(lesson.slug, _SKIPPED))


def show_prediction(lesson: Lesson) -> None:
    """Ask for the prediction; once it is made it stands."""
    question = lesson.words[current_language()].prediction
    slug, committed = lesson.slug, has_committed(lesson)
    key = f"{slug}_prediction"
    texts = question.texts
    made = note(slug, _NAME)
    with st.container(key="prediction", border=True):
        st.markdown(f"**{_('Your prediction')}**\n\n{question.text}")
        if committed:
            st.write(
                _("You skipped the prediction.")
                if made is None
                else _("You predicted: {prediction}", prediction=texts.get(str(made), str(made)))
            )
            return
        if texts:
            chosen: str | int | None = show_radio(
                question.text, _words(lesson), key=key, label_visibility="collapsed"
            )
        else:
            chosen = st.number_input(
                question.text,
                lesson.prediction.low,
                lesson.prediction.high,
                value=None,
                key=key,
                label_visibility="collapsed",
            )
        with st.container(horizontal=True, gap="small"):
            st.button(
                _("Lock in my prediction"),
                key="commit",
                type="primary",
                disabled=chosen is None,
                on_click=_commit,
                args=(lesson, key),
            )
            st.button(
                _("Skip"),
                key="skip",
                type="tertiary",
                help=_("Teachers: continue without predicting."),
                on_click=write_note,
                args=(slug, _SKIPPED, True),
            )


def _commit(lesson: Lesson, key: str) -> None:
    """Make what is chosen under `key` the prediction, as it is when the button is pressed."""
    if lesson.prediction.choices:
        settle(key, _words(lesson))
    if (chosen := st.session_state.get(key)) is not None:
        write_note(lesson.slug, _NAME, chosen)


def _words(lesson: Lesson) -> Words:
    return lambda code: lesson.words[code].prediction.texts


def show_outcome(lesson: Lesson, outcome: Outcome) -> None:
    """Say, below the prediction, whether it came out so."""
    made = note(lesson.slug, _NAME)
    with st.container(key="outcome"):
        if made is None or outcome.value is None:
            st.info(outcome.sentence)
        elif made == outcome.value:
            st.success(f"**✓ {_('You were right.')}** {outcome.sentence}")
        else:
            st.info(f"**{_('Not what you predicted.')}** {outcome.sentence}")

"""A lesson's questions: every choice gets its explanation, which begins with yes or no."""

from __future__ import annotations

import streamlit as st

from playground.lessons import Lesson, Question
from playground.ui.choosing import show_radio
from playground.ui.language import _, current_language
from playground.ui.lessons.notes import note, write_note


def show_quiz(lesson: Lesson) -> None:
    """Draw the questions; an answer can be changed as often as one likes, and the first one is kept."""
    for place, question in enumerate(lesson.words[current_language()].quiz):
        with st.container(key=f"quiz_{question.id}"):
            _show_question(lesson, place, question)


def _show_question(lesson: Lesson, place: int, question: Question) -> None:
    slug, right = lesson.slug, lesson.answers[question.id]
    name = f"quiz_{question.id}"
    known = note(slug, name)
    key = f"{slug}_{name}"
    if key not in st.session_state and known in [choice.id for choice in question.choices]:
        st.session_state[key] = known
    chosen = show_radio(question.text, lambda code: lesson.words[code].quiz[place].texts, key=key)
    if chosen is None:
        return
    if chosen != known:
        write_note(slug, name, chosen)
        if known is None:
            write_note(slug, f"first_{name}", chosen)
    explanation = next(choice.explanation for choice in question.choices if choice.id == chosen)
    with st.container(key=f"explained_{question.id}"):
        if chosen == right:
            changed = note(slug, f"first_{name}") not in (None, right)
            more = f"\n\n*{_('Your first answer was another one.')}*" if changed else ""
            st.success(f"✓ {explanation}{more}")
        else:
            st.warning(f"✗ {explanation}")

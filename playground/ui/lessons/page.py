"""One lesson from top to bottom: question, prediction, runs, result, explanation, code, quiz."""

from __future__ import annotations

import streamlit as st

from playground.lessons import Lesson
from playground.ui.draft import choose_lesson, link_with
from playground.ui.language import _, current_language
from playground.ui.lessons.figures import show_figure
from playground.ui.lessons.notes import forget, note
from playground.ui.lessons.place import WALKTHROUGH, choose_neighbour, lesson_called, neighbours
from playground.ui.lessons.prediction import (
    has_committed,
    show_outcome,
    show_prediction,
    show_second_vote,
)
from playground.ui.lessons.quiz import show_quiz
from playground.ui.lessons.walkthrough import show_title, show_walkthrough, show_written_in
from playground.ui.run_panel import show_trouble

PLAYGROUND = "pages/play.py"


def show_lesson(slug: str) -> None:
    """Draw the lesson called `slug`, or the walk-through."""
    _show_ways(slug)
    if slug == WALKTHROUGH:
        show_walkthrough()
        return
    lesson = lesson_called(slug)
    words = lesson.words[current_language()]
    show_title(f"{_('Lesson {number}', number=lesson.number)} · {words.title}")
    show_written_in(lesson.written_in)
    show_trouble()
    text, picture = st.columns([44, 56], gap="large")
    with text:
        with st.container(key="lesson_question"):
            st.markdown(words.question)
        show_prediction(lesson)
        verdict = st.container()
    with picture, st.container(key="lesson_figure"):
        outcome = show_figure(lesson, may_go_on=has_committed(lesson))
    with verdict:
        if outcome is None:
            show_second_vote(lesson)
        elif has_committed(lesson):
            show_outcome(lesson, outcome)
    if outcome is not None or note(slug, "skipped"):
        with verdict, st.container(key="explanation"):
            st.markdown(words.explanation)
            with st.container(key="lesson_summary", border=True):
                st.markdown(words.summary)
        _show_rest(lesson)


def _show_rest(lesson: Lesson) -> None:
    words = lesson.words[current_language()]
    quiz, code = st.columns([44, 56], gap="large")
    with quiz:
        st.subheader(_("Questions"), anchor=False)
        show_quiz(lesson)
    with code, st.container(key="lesson_code"):
        st.subheader(_("The same in Keras"), anchor=False)
        st.markdown(words.code)
        st.code(lesson.code[current_language()], language="python", wrap_lines=True)
        st.subheader(_("Go further"), anchor=False)
        st.markdown(words.further)
        with st.container(key="further"):
            st.page_link(
                PLAYGROUND,
                label=_("Open these settings in the playground"),
                query_params=link_with(lesson.further),
            )


def _show_ways(slug: str) -> None:
    before, after = neighbours(slug)
    with st.container(key="lesson_ways", horizontal=True, gap="small"):
        st.button(_("All lessons"), key="lesson_list_button", on_click=choose_lesson, args=(None,))
        if before is not None:
            _show_way(_("Previous lesson"), "lesson_back", -1, shortcut="B")
        if after is not None:
            _show_way(_("Next lesson"), "lesson_next", 1, shortcut="N")
        st.button(
            _("Restart lesson"),
            key="lesson_anew",
            type="tertiary",
            on_click=_forget,
            args=(slug,),
        )


def _show_way(label: str, key: str, by: int, shortcut: str) -> None:
    st.button(label, key=key, shortcut=shortcut, on_click=choose_neighbour, args=(by,))


def _forget(slug: str) -> None:
    forget(slug)
    for key in [key for key in st.session_state if str(key).startswith(f"{slug}_")]:
        del st.session_state[key]

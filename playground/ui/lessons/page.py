"""One lesson: its figure, and beside it in steps question, prediction, outcome, quiz, code and more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from playground.lessons import Lesson
from playground.ui.draft import choose_lesson, link_with
from playground.ui.language import _, current_language
from playground.ui.lessons.figures import show_figure
from playground.ui.lessons.notes import forget
from playground.ui.lessons.place import WALKTHROUGH, choose_neighbour, lesson_called, neighbours
from playground.ui.lessons.prediction import (
    has_committed,
    show_outcome,
    show_prediction,
    show_second_vote,
)
from playground.ui.lessons.quiz import show_quiz
from playground.ui.lessons.runs import forget_runs
from playground.ui.lessons.steps import (
    has_come_out,
    is_told,
    note_outcome,
    show_steps,
    show_ways_between,
    step_part,
)
from playground.ui.lessons.walkthrough import show_title, show_walkthrough, show_written_in
from playground.ui.run_panel import show_trouble

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

PLAYGROUND = "pages/play.py"


def show_lesson(slug: str) -> None:
    """Draw the lesson called `slug`, or the walk-through."""
    if slug == WALKTHROUGH:
        _show_ways(slug)
        show_walkthrough()
        return
    lesson = lesson_called(slug)
    title = lesson.words[current_language()].title
    with st.container(key="lesson_head", horizontal=True, vertical_alignment="center"):
        show_title(f"{_('Lesson {number}', number=lesson.number)} · {title}")
        _show_ways(slug)
    show_written_in(lesson.written_in)
    show_trouble()
    with st.container(key="lesson"):
        show_steps(slug)
        # The figure stands first where both have room (style/lessons.css), the text on a phone.
        text, picture = st.columns([42, 58], gap="large")
        with text:
            verdict = _show_text(lesson)
        with picture, st.container(key="lesson_figure"):
            outcome = show_figure(lesson, may_go_on=has_committed(lesson))
    if outcome is not None and has_committed(lesson):
        if note_outcome(slug) or verdict is None:
            st.rerun()
        with verdict:
            show_outcome(lesson, outcome)


def _show_text(lesson: Lesson) -> DeltaGenerator | None:
    """Draw the steps' parts and return the place of what came out, None if it may not be told yet."""
    slug, words = lesson.slug, lesson.words[current_language()]
    with step_part("question"):
        st.markdown(words.question)
    with step_part("prediction"):
        show_prediction(lesson, titled=False)
        if has_committed(lesson) and not is_told(slug):
            st.write(_("Now it is the figure’s turn. The next step opens with the outcome."))
        if not has_come_out(slug):
            show_second_vote(lesson)
    verdict = _show_what_came_out(lesson) if is_told(slug) else None
    show_ways_between(slug)
    return verdict


def _show_what_came_out(lesson: Lesson) -> DeltaGenerator:
    words = lesson.words[current_language()]
    with step_part("outcome"):
        verdict = st.container()
        with st.container(key="explanation"):
            st.markdown(words.explanation)
        with st.container(key="lesson_summary", border=True):
            st.markdown(words.summary)
    with step_part("quiz"):
        show_quiz(lesson)
    with step_part("code"), st.container(key="lesson_code"):
        st.markdown(words.code)
        st.code(lesson.code[current_language()], language="python", wrap_lines=True)
    with step_part("further"):
        st.markdown(words.further)
        with st.container(key="further"):
            st.page_link(
                PLAYGROUND,
                label=_("Open these settings in the playground"),
                query_params=link_with(lesson.further),
            )
    return verdict


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
    forget_runs(slug)
    for key in [key for key in st.session_state if str(key).startswith(f"{slug}_")]:
        del st.session_state[key]

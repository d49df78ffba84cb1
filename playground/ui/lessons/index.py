"""The list of lessons, with what the learner has done of them."""

from __future__ import annotations

import streamlit as st

from playground.lessons import find_lessons, load_walkthrough
from playground.ui.draft import choose_lesson
from playground.ui.language import _, current_language
from playground.ui.lessons.notes import forget, note
from playground.ui.lessons.place import WALKTHROUGH


def show_index() -> None:
    """Draw one row a lesson: number, title, the question that it asks, and how far the learner is."""
    code = current_language()
    walkthrough = load_walkthrough()
    with st.container(key="lesson_list", width=900):
        st.html(f'<h2 class="lesson-title">{_("Lessons")}</h2>')
        st.write(
            _(
                "Each lesson asks a question. You predict the answer, train real networks, and compare."
            )
        )
        _show_row(
            "0",
            WALKTHROUGH,
            walkthrough.titles[code],
            walkthrough.summaries[code],
            done=bool(note(WALKTHROUGH, "done")),
        )
        for lesson in find_lessons():
            words = lesson.words[code]
            done = all(
                note(lesson.slug, f"quiz_{question}") == right
                for question, right in lesson.answers.items()
            )
            _show_row(
                str(lesson.number), lesson.slug, words.title, words.prediction.text, done=done
            )
        st.button(_("Forget my progress"), key="forget", type="tertiary", on_click=forget)
        st.caption(_("Your progress is kept in this browser only."))


def _show_row(number: str, slug: str, title: str, about: str, *, done: bool) -> None:
    with st.container(key=f"lesson_row_{number}", horizontal=True, vertical_alignment="center"):
        st.button(
            f"{number} · {title}",
            key=f"open_{slug}",
            type="tertiary",
            on_click=choose_lesson,
            args=(slug,),
        )
        st.markdown(about + (f" **✓ {_('done')}**" if done else ""))

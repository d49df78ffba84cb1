"""The list of lessons, with what the learner has done of them."""

from __future__ import annotations

import streamlit as st

from playground.lessons import (
    QUESTION_SECONDS,
    SIGNS_A_MINUTE,
    WORDS_A_MINUTE,
    Lesson,
    find_lessons,
    lesson_seconds,
    load_walkthrough,
    walkthrough_seconds,
)
from playground.ui.draft import choose_lesson
from playground.ui.language import _, current_language
from playground.ui.lessons.notes import forget, note
from playground.ui.lessons.place import WALKTHROUGH
from playground.ui.lessons.prediction import has_committed
from playground.ui.lessons.runs import forget_runs
from playground.ui.lessons.sketches import sketch, walkthrough_sketch
from playground.ui.lessons.steps import has_come_out
from playground.ui.training import training_service


def show_index() -> None:
    """Draw a card a lesson: its figure, what it asks, how long it takes, and how far the learner is."""
    code = current_language()
    walkthrough = load_walkthrough()
    with st.container(key="lesson_list"):
        st.html(f'<h2 class="lesson-title">{_("Lessons")}</h2>')
        st.write(
            _(
                "Each lesson asks a question. You predict the answer, train real networks, and compare."
            )
        )
        with st.container(key="lesson_cards"):
            _show_card(
                0,
                WALKTHROUGH,
                walkthrough.titles[code],
                walkthrough.summaries[code],
                walkthrough_sketch(walkthrough.dataset),
                [_minutes(walkthrough_seconds(walkthrough, code))]
                + ([f"✓ {_('done')}"] if note(WALKTHROUGH, "done") else []),
            )
            for lesson in find_lessons():
                words = lesson.words[code]
                _show_card(
                    lesson.number,
                    lesson.slug,
                    words.title,
                    words.prediction.text,
                    sketch(lesson),
                    [_time_needed(lesson), *_progress(lesson)],
                )
        st.caption(
            _(
                "The minutes: reading at {words} words a minute, code too ({signs} characters in "
                "Chinese), {seconds} seconds to think about each question, and training on this machine, "
                "unless somebody has trained the same before.",
                words=WORDS_A_MINUTE,
                signs=SIGNS_A_MINUTE,
                seconds=f"{QUESTION_SECONDS:.0f}",
            )
        )
        st.button(_("Forget my progress"), key="forget", type="tertiary", on_click=_forget)
        st.caption(_("Your progress is kept in this browser only."))


def _time_needed(lesson: Lesson) -> str:
    experiments = [experiment for run in lesson.runs for experiment in run.repetitions]
    training = training_service().expected_seconds(experiments)
    return _minutes(lesson_seconds(lesson, current_language()) + training)


def _minutes(seconds: float) -> str:
    return _("about {minutes} min", minutes=max(1, round(seconds / 60)))


def _progress(lesson: Lesson) -> list[str]:
    """Return what the learner has done of a lesson, nothing if it was not begun."""
    slug, total = lesson.slug, len(lesson.answers)
    right = sum(note(slug, f"quiz_{it}") == answer for it, answer in lesson.answers.items())
    if right == total:
        return [f"✓ {_('done')}"]
    told = []
    if has_come_out(slug):
        told.append(_("outcome seen"))
    elif has_committed(lesson):
        told.append(_("skipped") if note(slug, "skipped") else _("predicted"))
    if right:
        told.append(_("quiz: {right} of {total} right", right=right, total=total))
    return told


def _show_card(
    number: int, slug: str, title: str, about: str, picture: str, told: list[str]
) -> None:
    with st.container(key=f"lesson_row_{number}"):
        st.html(picture)
        st.button(
            f"{number} · {title}",
            key=f"open_{slug}",
            type="tertiary",
            on_click=choose_lesson,
            args=(slug,),
        )
        st.markdown(about)
        st.caption(" · ".join(told))


def _forget() -> None:
    forget()
    forget_runs()

"""A lesson's steps without a browser: which can be opened when, and how the page moves on."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from playground.lessons import find_lessons
from playground.ui.lessons.sketches import sketch, walkthrough_sketch
from playground.ui.lessons.steps import STEPS

LESSON = find_lessons()[0]


def steps_of(**notes: Any) -> AppTest:
    """Return the steps of a lesson of which this is noted; "over" is what the figure says."""

    def page(slug: str) -> None:
        import streamlit as st

        from playground.ui.lessons.steps import note_outcome, show_steps, show_ways_between

        show_steps(slug)
        if st.checkbox("over") and note_outcome(slug):
            st.rerun()
        show_ways_between(slug)

    app = AppTest.from_function(page, args=(LESSON.slug,), default_timeout=30)
    app.session_state["_lesson_notes"] = {LESSON.slug: notes}
    return app.run()


def opened(app: AppTest) -> str:
    """Return the step that is open."""
    (marked,) = (it for it in app.get("html") if "step-open" in it.proto.body)
    found = re.search(r"step-open step-(\w+)", marked.proto.body)
    assert found is not None
    return found[1]


def within_reach(app: AppTest) -> list[str]:
    """Return the steps that can be opened."""
    return [step for step in STEPS if not app.button(key=f"to_{step}").disabled]


def ways(app: AppTest) -> list[str]:
    return [it.label for it in app.button if it.key in ("move_back", "move_on")]


def test_what_tells_the_outcome_cannot_be_opened_before_it() -> None:
    app = steps_of(prediction="fall")
    assert within_reach(app) == ["question", "prediction"]
    assert ways(app) == ["Next: Prediction"]
    app.button(key="move_on").click().run()
    assert (opened(app), ways(app)) == ("prediction", ["Back: Question"])
    assert opened(steps_of(step="quiz")) == "question", "noted by a browser, and not there yet"
    assert opened(steps_of(step="pie", came_out=True)) == "question"
    assert within_reach(steps_of(skipped=True)) == list(STEPS)
    app = steps_of(step="quiz", came_out=True)
    assert (opened(app), within_reach(app)) == ("quiz", list(STEPS))
    assert ways(app) == ["Back: Outcome", "Next: The same in Keras"]


@pytest.mark.parametrize(("step", "then"), [("prediction", "outcome"), ("question", "question")])
def test_with_the_outcome_moves_on_who_waits_for_it_once(step: str, then: str) -> None:
    app = steps_of(prediction="fall", step=step)
    app.checkbox[0].check().run()
    assert opened(app) == then
    assert ("•" in app.button(key="to_outcome").label) == (then == "question")
    app.button(key="to_prediction").click().run()
    assert opened(app) == "prediction", "who goes back stays there"
    app.button(key="to_outcome").click().run()
    assert "•" not in app.button(key="to_outcome").label


def test_two_presses_before_the_page_is_drawn_are_two_steps() -> None:
    app = steps_of(came_out=True)
    app.session_state["_lesson_notes"] = {LESSON.slug: {"came_out": True, "step": "prediction"}}
    app.button(key="move_on").click().run()  # the second press; nothing was drawn after the first
    assert opened(app) == "outcome"


def cards(**notes: Any) -> list[str]:
    """Return what the list says below each lesson's question, the walk-through first."""

    def page() -> None:
        from playground.ui.lessons.index import show_index

        show_index()

    app = AppTest.from_function(page, default_timeout=30)
    app.session_state["_lesson_notes"] = {LESSON.slug: notes}
    app.run()
    assert not app.exception
    return [it.value for it in app.caption]


@pytest.mark.parametrize(
    ("notes", "told"),
    [
        ({}, ""),
        ({"step": "prediction"}, ""),
        ({"prediction": "fall"}, " · predicted"),
        ({"skipped": True}, " · skipped"),
        ({"prediction": "fall", "came_out": True}, " · outcome seen"),
        (
            {"prediction": "fall", "came_out": True, "quiz_list": "probabilities"},
            f" · outcome seen · quiz: 1 of {len(LESSON.answers)} right",
        ),
        ({f"quiz_{it}": right for it, right in LESSON.answers.items()}, " · ✓ done"),
    ],
)
def test_a_card_says_how_long_a_lesson_takes_and_how_far_one_is(
    notes: dict[str, Any], told: str
) -> None:
    said = cards(**notes)[1]
    assert re.fullmatch(rf"about \d+ min{re.escape(told)}", said)


def test_sketches_tell_nothing_in_words() -> None:
    drawn = [*map(sketch, find_lessons()), walkthrough_sketch("fashion")]
    assert len(set(drawn)) == len(drawn)
    for picture in drawn:
        svg = base64.b64decode(picture.partition("base64,")[2].rstrip('">')).decode()
        words = re.sub(r"<style>.*?</style>|<[^>]*>", " ", svg)
        assert re.search(r"[^\W\d_]", words) is None


def test_a_lesson_that_is_begun_anew_shows_its_runs_no_more() -> None:
    def page() -> None:
        import streamlit as st

        from playground.ui.lessons.page import _forget

        state = st.session_state
        state["_lesson_runs"] = {(slug, "128", 0): "r" for slug in ("more-neurons", "stop-in-time")}
        state["_lesson_notes"] = {"more-neurons": {"came_out": True}}
        _forget("more-neurons")
        st.text([slug for slug, _run, _seed in state["_lesson_runs"]])
        st.text(state["_lesson_notes"])

    app = AppTest.from_function(page, default_timeout=30).run()
    assert [it.value for it in app.text] == ["['stop-in-time']", "{}"]

"""What the lessons' pages do without a browser: figures for every lesson, sentences, notes."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground.core.events import EpochEnd
from playground.core.experiment import Experiment
from playground.core.run import RunState, RunView
from playground.lessons import LessonRun, find_lessons
from playground.lessons.lesson import FIGURES
from playground.ui.components.scores import scores_of
from playground.ui.lessons import figures
from playground.ui.lessons.figures.comparison import accuracy_outcome
from playground.ui.lessons.figures.epochs import epoch_sentences, turning_outcome
from playground.ui.lessons.figures.pace import GONE, SHARE, SHORTEST, Pace
from playground.ui.lessons.figures.threshold import stopping_outcome
from playground.ui.lessons.notes import _parse
from playground.ui.lessons.runs import Trained


def a_run(*values: tuple[float, float, float]) -> RunView:
    """Return a run whose epochs have these accuracies (training, test) and test losses."""
    ends = [
        EpochEnd(
            seq=epoch,
            epoch=epoch,
            loss=0.3,
            accuracy=trained,
            val_loss=loss,
            val_accuracy=tested,
            seconds=1.0 * epoch,
        )
        for epoch, (trained, tested, loss) in enumerate(values, 1)
    ]
    return RunView(
        id="r", experiment=Experiment(epochs=9), state=RunState.FINISHED, events=tuple(ends)
    )


def losses(*values: float) -> RunView:
    return a_run(*((0.9, 0.9, value) for value in values))


TURNS = losses(0.9, 0.6, 0.5, 0.4, 0.35, 0.3, 0.36)
FALLS = losses(0.9, 0.6, 0.5, 0.4, 0.35, 0.33, 0.3)
LEVEL = losses(0.9, 0.6, 0.5, 0.4, 0.35, 0.35, 0.345)


def test_the_page_knows_every_figure_that_content_may_name() -> None:
    assert set(figures.FIGURES) == set(FIGURES)


@pytest.mark.parametrize(
    ("runs", "value", "sentence"),
    [
        (
            [TURNS, TURNS],
            "turns",
            "With every seed the test loss turned: it was least after epoch 6, 6,",
        ),
        (
            [FALLS, FALLS],
            "falls",
            "The test loss was 0.350, 0.350 after epoch 5 and 0.300, 0.300 after",
        ),
        ([LEVEL], "same", "The test loss was 0.350 after epoch 5 and 0.345 after epoch 7."),
        (
            [TURNS, FALLS],
            None,
            "The seeds do not agree: the test loss was 0.350, 0.350 after epoch 5",
        ),
    ],
)
def test_what_a_test_loss_did(runs: list[RunView], value: str | None, sentence: str) -> None:
    outcome = turning_outcome(runs, from_epoch=5, clear_change=0.05)
    assert outcome is not None
    assert outcome.value == value
    assert outcome.sentence.startswith(sentence)


def ended_after(*epochs: int) -> list[RunView]:
    return [losses(*[0.5] * count) for count in epochs]


def test_where_runs_were_stopped() -> None:
    assert stopping_outcome(ended_after(2, 2, 2)).value == 2
    assert stopping_outcome(ended_after(3)).value == 3
    outcome = stopping_outcome(ended_after(2, 3))
    assert outcome.value is None
    assert outcome.sentence == "The seeds do not agree: training was over after epoch 2, 3."


def test_a_run_that_is_too_short_came_to_nothing() -> None:
    assert turning_outcome([losses(0.9, 0.8)], from_epoch=5, clear_change=0.05) is None


def test_each_epoch_says_how_the_gap_moved() -> None:
    run = a_run((0.8, 0.80, 0.5), (0.82, 0.79, 0.5), (0.82, 0.81, 0.5))
    assert epoch_sentences(run) == [
        "Epoch 2: training accuracy +2.0, test accuracy −1.0 points: the gap grows.",
        "Epoch 3: training accuracy +0.0, test accuracy +2.0 points: the gap shrinks.",
    ]


def test_scores_are_those_whose_softmax_the_probabilities_are() -> None:
    probabilities = np.array([0.5, 0.3, 0.1, 0.05, 0.05, 0, 0, 0, 0, 0], np.float32)
    scores = scores_of(probabilities)
    powers = np.exp(scores - scores.max())
    np.testing.assert_allclose(powers / powers.sum(), probabilities, atol=1e-7)
    assert abs(scores.mean()) < 1e-9


@pytest.mark.parametrize("text", ["", "not JSON", "[1]", '"x"', "null"])
def test_what_a_browser_kept_may_be_anything(text: str) -> None:
    assert _parse(text) == {}


def test_notes_are_taken_for_what_they_are() -> None:
    kept = {"a": {"prediction": 2, "skipped": True, "odd": [1]}, "b": 7}
    assert _parse(json.dumps(kept)) == {"a": {"prediction": 2, "skipped": True}}


def test_a_class_looks_in_turns() -> None:
    pace = Pace()
    assert pace.seconds("ann", 0.0) == pace.seconds("ann", 1.5) == SHORTEST
    waits = [pace.seconds(f"visitor {number}", 2.0) for number in range(39)]
    assert waits[0] == SHORTEST
    assert waits[-1] == pytest.approx(40 * SHARE)
    assert pace.seconds("ann", 2.0 + GONE) == pytest.approx(40 * SHARE)
    assert pace.seconds("ann", 2.1 + GONE) == SHORTEST


LESSONS = {lesson.slug: lesson for lesson in find_lessons()}


def trained(run: LessonRun, *values: float) -> Trained:
    """Return a lesson's network whose seeds ended with these test accuracies and losses."""
    return Trained(run, tuple(a_run((0.9, value, value)) for value in values))


@pytest.mark.parametrize("slug", ["more-neurons", "one-more-layer"])
@pytest.mark.parametrize(
    ("values", "choice", "word"),
    [
        ((0.973, 0.974, 0.975, 0.974, 0.973), "higher", "more accurate"),
        ((0.961, 0.962, 0.963, 0.962, 0.961), "lower", "less accurate"),
        ((0.969, 0.974, 0.975, 0.974, 0.973), "same", "do not show"),
    ],
)
def test_an_outcome_says_how_the_other_network_lies_to_the_baseline(
    slug: str, values: tuple[float, ...], choice: str, word: str
) -> None:
    lesson = LESSONS[slug]
    base, other = lesson.compared
    names = [lesson.words["en"].runs[run.name] for run in (other, base)]
    between = [trained(run, 0.1, 0.1, 0.1) for run in lesson.runs[1:-1]]
    runs = [trained(base, 0.968, 0.970, 0.972, 0.971, 0.970), *between, trained(other, *values)]
    outcome = accuracy_outcome(lesson, runs)
    assert outcome is not None
    assert outcome.value == choice
    assert outcome.value in lesson.prediction.choices
    assert outcome.sentence.index(names[0]) < outcome.sentence.index(names[1])
    assert word in outcome.sentence
    assert accuracy_outcome(lesson, [*runs[:-1], trained(other, *values[1:])]) is None


def said(made: object, value: str | int) -> list[str]:
    """Return what the page says below a prediction when `value` came out, the sign of it first."""

    def page(made: object, value: str | int) -> None:
        import streamlit as st

        from playground.lessons import find_lessons
        from playground.ui.lessons.prediction import Outcome, show_outcome

        lesson = find_lessons()[0]
        st.session_state["_lesson_notes"] = {lesson.slug: {"prediction": made}}
        show_outcome(lesson, Outcome(value, "A sentence."))

    app = AppTest.from_function(page, args=(made, value), default_timeout=30).run()
    assert not app.exception
    return [f"{it.type}: {it.value}" for it in (*app.success, *app.info)]


def test_a_prediction_is_held_against_what_came_out() -> None:
    assert said("fall", "fall") == ["success: **✓ You were right.** A sentence."]
    assert said("rise", "fall") == ["info: **Not what you predicted.** A sentence."]
    assert said(2, 2) == ["success: **✓ You were right.** A sentence."]
    assert said(None, "fall") == ["info: A sentence."]


@pytest.mark.parametrize("slug", ["more-neurons", "stop-in-time"])
def test_the_prediction_is_what_is_chosen_as_the_button_is_pressed(slug: str) -> None:
    """A change and the press reach a server that is late together, before the change was drawn."""

    def page(slug: str) -> None:
        from playground.lessons import find_lessons
        from playground.ui.lessons.prediction import show_prediction

        show_prediction(next(it for it in find_lessons() if it.slug == slug))

    app = AppTest.from_function(page, args=(slug,), default_timeout=30).run()
    texts = LESSONS[slug].words["en"].prediction.texts
    first, second = [*texts][:2] or (3, 7)
    _answer(app).set_value(first).run()
    _answer(app).set_value(second)
    app.button(key="commit").click().run()
    assert f"You predicted: {texts.get(str(second), second)}" in [it.value for it in app.markdown]


def a_lesson_without_outcome() -> AppTest:
    """Return the prediction of a lesson, and below it what may be done until it comes out."""

    def page() -> None:
        import streamlit as st

        from playground.lessons import find_lessons
        from playground.ui.lessons.prediction import (
            Outcome,
            show_outcome,
            show_prediction,
            show_second_vote,
        )

        lesson = find_lessons()[0]
        show_prediction(lesson)
        if st.checkbox("over"):
            show_outcome(lesson, Outcome("fall", "A sentence."))
        else:
            show_second_vote(lesson)

    return AppTest.from_function(page, default_timeout=30).run()


def test_why_and_how_sure_are_asked_and_a_second_vote_keeps_the_first() -> None:
    texts = LESSONS["ten-numbers"].words["en"].prediction.texts
    app = a_lesson_without_outcome()
    assert [it.key for it in app.button] == ["commit", "skip"]
    app.radio[0].set_value("rise")
    app.radio[1].set_value("fairly")
    app.text_input[0].set_value("*more*, I guess")
    app.run().button(key="commit").click().run()
    told = f"You predicted: {texts['rise']} · *fairly sure* · “\\*more\\*, I guess”"
    assert told in [it.value for it in app.markdown]
    assert [it.key for it in app.button] == ["vote_again"]

    app.button(key="vote_again").click().run()
    assert [it.key for it in app.button] == ["commit"]
    app.radio[0].set_value("stay").run()
    app.button(key="commit").click().run()
    app.button(key="vote_again").click().run()
    app.radio[0].set_value("fall").run()
    app.button(key="commit").click().run()
    app.button(key="vote_again").click().run()
    app.checkbox[0].check().run()
    assert [it.key for it in app.button] == [], "once it is out, nobody votes any more"
    sentence = f"A sentence. Your first vote was: {texts['rise']}"
    assert [it.value for it in app.success] == [f"**✓ You were right.** {sentence}"]


def test_the_first_answer_of_a_question_is_kept() -> None:
    def page() -> None:
        import streamlit as st

        from playground.lessons import find_lessons
        from playground.ui.lessons.notes import note
        from playground.ui.lessons.quiz import show_quiz

        show_quiz(find_lessons()[0])
        st.text(note("ten-numbers", "first_quiz_list"))

    lesson = LESSONS["ten-numbers"]
    app = AppTest.from_function(page, default_timeout=30).run()
    for answer in ("pixels", "pictures", "probabilities"):
        app.radio[0].set_value(answer).run()
        assert app.text[0].value == "pixels"
    assert lesson.answers["list"] == "probabilities"
    assert "Your first answer was another one." in app.success[0].value


@pytest.mark.parametrize(
    ("drawn", "button", "shown"),
    [
        ("without-flatten", "lesson_back", "ten-numbers"),
        ("ten-numbers", "lesson_next", "without-flatten"),
    ],
)
def test_two_presses_before_a_page_is_drawn_are_two_lessons(
    drawn: str, button: str, shown: str
) -> None:
    def page(drawn: str) -> None:
        import streamlit as st

        from playground.ui.draft import choose_lesson, chosen_lesson
        from playground.ui.lessons.page import _show_ways

        if chosen_lesson() is None:
            choose_lesson(drawn)
        st.write(chosen_lesson())
        _show_ways(str(chosen_lesson()))

    app = AppTest.from_function(page, args=(drawn,), default_timeout=30).run()
    app.session_state["_lesson"] = "more-neurons"  # the first press; nothing was drawn after it
    app.button(key=button).click().run()
    assert app.markdown[0].value == shown


def _answer(app: AppTest) -> Any:  # noqa: ANN401 - a radio button or a number
    """Return the field of a prediction, as it is drawn now."""
    return app.number_input[0] if app.number_input else app.radio[0]

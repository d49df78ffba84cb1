"""What the lessons' pages do without a browser: figures for every lesson, sentences, notes."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground.core.collapse import Collapse, CollapseKind
from playground.core.events import EpochEnd
from playground.core.experiment import Experiment
from playground.core.run import Ending, RunState, RunView
from playground.core.stop_rule import StopRule
from playground.lessons import LessonRun, find_lessons, load_walkthrough
from playground.lessons.lesson import FIGURES
from playground.ui.components.scores import scores_of
from playground.ui.lessons import figures
from playground.ui.lessons.figures.builder import outputs_outcome, stage_outcome
from playground.ui.lessons.figures.comparison import accuracy_sentence
from playground.ui.lessons.figures.contest import contest_outcome
from playground.ui.lessons.figures.epochs import epoch_sentences, later_outcome
from playground.ui.lessons.figures.estimate import estimate_outcome, spread_outcome
from playground.ui.lessons.figures.microscope import loss_sentence
from playground.ui.lessons.figures.pace import GONE, SHARE, SHORTEST, Pace
from playground.ui.lessons.figures.scores import others_outcome
from playground.ui.lessons.figures.threshold import stopped_sentence
from playground.ui.lessons.notes import _parse
from playground.ui.lessons.prediction import Outcome
from playground.ui.lessons.runs import Trained
from playground.ui.lessons.walkthrough import sets_outcome

LESSONS = {lesson.slug: lesson for lesson in find_lessons()}


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


def test_the_page_knows_every_figure_that_content_may_name() -> None:
    assert set(figures.FIGURES) == set(FIGURES)


def two_epochs(*ends: tuple[float, float]) -> RunView:
    """Return a run of a test accuracy and a test loss an epoch."""
    return a_run(*((0.9, accuracy, loss) for accuracy, loss in ends))


@pytest.mark.parametrize(
    ("late", "value"),
    [
        ([(0.91, 0.28), (0.92, 0.27)], "better"),
        ([(0.885, 0.305), (0.895, 0.305)], "same"),
        ([(0.885, 0.40), (0.895, 0.45)], "loss"),
        ([(0.87, 0.40), (0.86, 0.45)], "worse"),
        ([(0.91, 0.40), (0.92, 0.45)], None),
    ],
)
def test_what_became_of_loss_and_accuracy(
    late: list[tuple[float, float]], value: str | None
) -> None:
    early = [(0.88, 0.30), (0.89, 0.31)]
    runs = [two_epochs(*ends) for ends in zip(early, late, strict=True)]
    outcome = later_outcome(runs, from_epoch=1)
    assert outcome is not None
    assert outcome.value == value
    assert value is None or value in LESSONS["too-many-epochs"].choices
    losses, rights = (
        [f"{end[place] * (1 if place else 100):.{3 if place else 1}f}" for end in late]
        for place in (1, 0)
    )
    assert outcome.sentence == (
        "After epoch 1 the seeds have a test loss of 0.300, 0.310 and 88.0, 89.0% of the test pictures "
        f"right, after epoch 2 {', '.join(losses)} and {', '.join(rights)}%."
    )


@pytest.mark.parametrize(
    ("accuracies", "value"),
    [
        ((0.92, 0.921), "92"),
        ((0.11, 0.09), "10"),
        ((0.55, 0.6), "50"),
        ((0.96, 0.98), "97"),
        ((0.9, 0.97), None),
    ],
)
def test_the_number_that_comes_out_is_the_nearest(
    accuracies: tuple[float, ...], value: str | None
) -> None:
    lesson = LESSONS["one-more-layer"]
    views = [a_run((0.5, accuracy, 0.3)) for accuracy in accuracies]
    outcome = estimate_outcome(lesson, views, "val_accuracy", name="no hidden layer")
    assert outcome.value == value
    low, high = min(accuracies), max(accuracies)
    assert outcome.sentence == (
        f"no hidden layer: from {100 * low:.1f}% to {100 * high:.1f}% of the test pictures right."
    )


def test_nothing_comes_out_of_runs_that_ended_before_their_first_epoch() -> None:
    views = [a_run((0.5, 0.9, 0.3)), a_run()]
    lesson = LESSONS["one-more-layer"]
    assert estimate_outcome(lesson, views, "val_accuracy", name="it") == Outcome(None, "")
    assert spread_outcome(views[1:], name="it") == Outcome(None, "")


@pytest.mark.parametrize(
    ("accuracies", "value"),
    [
        ((0.33, 0.37), "35"),
        ((0.1, 0.11), "10"),
        ((0.95, 0.96), "96"),
        ((0.92, 0.93), "92"),
        ((0.2, 0.3), None),
    ],
)
def test_what_comes_of_equal_weights(accuracies: tuple[float, ...], value: str | None) -> None:
    views = [a_run((0.5, accuracy, 0.3)) for accuracy in accuracies]
    outcome = estimate_outcome(LESSONS["all-equal"], views, "val_accuracy", name="it")
    assert outcome.value == value


@pytest.mark.parametrize(("accuracy", "value"), [(0.41, "40"), (0.61, "60"), (0.868, "87")])
def test_what_was_right_when_training_stopped(accuracy: float, value: str) -> None:
    views = [a_run((accuracy, 0.3, 0.3))]
    outcome = estimate_outcome(LESSONS["stop-in-time"], views, "accuracy", name="stopped")
    assert outcome.value == value
    assert "of the training pictures right" in outcome.sentence


@pytest.mark.parametrize(
    ("accuracies", "value"),
    [
        ((0.97, 0.97), "equal"),
        ((0.97, 0.975), "little"),
        ((0.95, 0.97), "some"),
        ((0.9, 0.97), "much"),
    ],
)
def test_how_far_apart_seeds_lie(accuracies: tuple[float, ...], value: str) -> None:
    outcome = spread_outcome([a_run((0.5, it, 0.3)) for it in accuracies], name="128 neurons")
    assert outcome.value == value
    assert value in LESSONS["more-neurons"].choices
    assert f"{100 * (max(accuracies) - min(accuracies)):.2f} points apart" in outcome.sentence


@pytest.mark.parametrize(
    ("changes", "value", "sentence"),
    [
        ((-0.1, -0.2, 0.3), "fall", "2 of the other 2 bars get shorter and 0 get longer."),
        ((0.1, 0.2, 0.3), "rise", "0 of the other 2 bars get shorter and 2 get longer."),
        ((0.0, 0.0, 0.3), "stay", "0 of the other 2 bars get shorter and 0 get longer."),
        ((-0.1, 0.2, 0.3), None, "1 of the other 2 bars get shorter and 1 get longer."),
    ],
)
def test_what_becomes_of_the_other_bars(
    changes: tuple[float, ...], value: str | None, sentence: str
) -> None:
    before = np.array([0.3, 0.3, 0.4])
    outcome = others_outcome(before, before + changes, 2, "Bag")
    assert outcome.value == value
    assert outcome.sentence.startswith(f"When the score of “Bag” rises by 1, {sentence}")
    assert value is None or value in LESSONS["ten-numbers"].choices


@pytest.mark.parametrize(
    ("stage", "sentence"),
    [
        ("building", "Keras raised an error while it built the network."),
        ("layer", "Keras built the network, and a layer refused the pictures."),
        ("loss", "Keras built the network and worked out its answers. The error came when"),
        ("nowhere", "Keras trained it."),
    ],
)
def test_how_far_keras_got(stage: str, sentence: str) -> None:
    outcome = stage_outcome(stage)
    assert outcome.value == stage
    assert outcome.sentence.startswith(sentence)
    assert stage in LESSONS["without-flatten"].choices


@pytest.mark.parametrize(
    ("few", "many", "value", "sentence"),
    [
        (True, False, "fewer", "With 5 outputs Keras raised an error. With 12 outputs Keras trained the network."),
        (False, True, "more", "With 5 outputs Keras trained the network. With 12 outputs Keras raised an error."),
        (True, True, "both", "With 5 outputs Keras raised an error. With 12 outputs Keras raised an error."),
        (False, False, "neither", "With 5 outputs Keras trained the network. With 12 outputs Keras trained the network."),
    ],
)  # fmt: skip
def test_which_number_of_outputs_fails(few: bool, many: bool, value: str, sentence: str) -> None:
    outcome = outputs_outcome((5, few), (12, many))
    assert (outcome.value, outcome.sentence) == (value, sentence)
    assert value in LESSONS["five-outputs"].choices


def ended_after(*epochs: int) -> list[RunView]:
    return [losses(*[0.5] * count) for count in epochs]


def stopped_after(epoch: int) -> RunView:
    """Return a run of lesson 8 that its threshold ended."""
    view = ended_after(epoch)[0]
    ending = Ending(state=RunState.FINISHED, epochs_done=epoch, value=0.39)
    rule = StopRule("loss", 0.4)
    return replace(view, experiment=Experiment(epochs=9, stop=rule), ending=ending)


def test_where_runs_were_stopped() -> None:
    for epoch in (2, 5):
        sentence = stopped_sentence([stopped_after(epoch)] * 2)
        assert sentence.startswith(f"Stopped after epoch {epoch} of 9:")
    full = replace(stopped_after(9), ending=Ending(state=RunState.FINISHED, epochs_done=9))
    assert stopped_sentence([full]) == "Trained all 9 epochs."
    assert stopped_sentence(ended_after(2, 3)) == (
        "The seeds do not agree: training was over after epoch 2, 3."
    )


def test_a_run_that_is_too_short_came_to_nothing() -> None:
    assert later_outcome([losses(0.9, 0.8)], from_epoch=5) is None


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


def trained(run: LessonRun, *values: float) -> Trained:
    """Return a lesson's network whose seeds ended with these test accuracies and losses."""
    return Trained(run, tuple(a_run((0.9, value, value)) for value in values))


@pytest.mark.parametrize("slug", ["more-neurons", "one-more-layer", "all-equal"])
@pytest.mark.parametrize(
    ("values", "word"),
    [
        ((0.973, 0.974, 0.975, 0.974, 0.973), "more accurate"),
        ((0.961, 0.962, 0.963, 0.962, 0.961), "less accurate"),
        ((0.969, 0.974, 0.975, 0.974, 0.973), "do not show"),
    ],
)
def test_a_sentence_says_how_the_other_network_lies_to_the_baseline(
    slug: str, values: tuple[float, ...], word: str
) -> None:
    lesson = LESSONS[slug]
    base, other = lesson.compared
    names = [lesson.words["en"].runs[run.name] for run in (other, base)]
    between = [trained(run, 0.1, 0.1, 0.1) for run in lesson.runs[1:-1]]
    runs = [trained(base, 0.968, 0.970, 0.972, 0.971, 0.970), *between, trained(other, *values)]
    sentence = accuracy_sentence(lesson, runs)
    assert sentence is not None
    assert sentence.index(names[0]) < sentence.index(names[1])
    assert word in sentence
    assert accuracy_sentence(lesson, [*runs[:-1], trained(other, *values[1:])]) is None


@pytest.mark.parametrize(
    ("raw", "value", "word"),
    [
        ((0.094, 0.095, 0.099, 0.097, 0.098), "10", "a lower test loss"),
        ((0.940, 0.941, 0.939, 0.942, 0.938), "94", "a higher test loss"),
        ((0.976, 0.972, 0.974, 0.979, 0.975), "98", "overlap"),
    ],
)
def test_what_becomes_of_pixels_that_are_not_normalised(
    raw: tuple[float, ...], value: str, word: str
) -> None:
    lesson = LESSONS["without-normalising"]
    base, other = lesson.compared
    scaled = (0.971, 0.974, 0.975, 0.977, 0.976)
    runs = [trained(base, *scaled), trained(other, *raw)]
    outcome = estimate_outcome(lesson, runs[1].over, "val_accuracy", name="raw")
    assert outcome.value == value
    losses = {"10": 0.05, "94": 1.9}  # the opposite of what one expects, too
    views = [a_run((0.9, it, losses.get(value, it))) for it in raw]
    sentence = loss_sentence(lesson, [runs[0], Trained(other, tuple(views))])
    assert sentence is not None
    assert word in sentence


@pytest.mark.parametrize(
    ("accuracies", "value"),
    [((0.9, 0.87), "training"), ((0.87, 0.9), "test"), ((0.874, 0.87), "equal")],
)
def test_of_which_set_a_trained_network_gets_more_right(
    accuracies: tuple[float, float], value: str
) -> None:
    recorded = load_walkthrough()
    printed = "".join(f"some pictures: accuracy {it:.3f}\n" for it in accuracies)
    *steps, last = recorded.steps["en"]
    steps_of = {**recorded.steps, "en": (*steps, replace(last, printed=printed))}
    outcome = sets_outcome(replace(recorded, steps=steps_of))
    assert outcome.value == value
    assert value in recorded.choices
    training, test = (f"{100 * it:.1f}%" for it in accuracies)
    assert outcome.sentence == (
        f"{training} of the training pictures and {test} of the test pictures are right."
    )


@pytest.mark.parametrize("slug", ["learning-rate", "curing-overfitting"])
@pytest.mark.parametrize("first", range(4))
def test_the_network_that_is_ahead_is_named_whichever_it_is(slug: str, first: int) -> None:
    lesson = LESSONS[slug]
    values = [(0.8, 0.82), (0.81, 0.83), (0.5, 0.6), (0.7, 0.7)]
    values[first] = (0.9, 0.84)
    runs = [trained(run, *(ends * 3)[:5]) for run, ends in zip(lesson.runs, values, strict=True)]
    name = lesson.runs[first].name
    assert contest_outcome(lesson, runs) == Outcome(
        name,
        f"Every seed of “{lesson.words['en'].runs[name]}” gets more test pictures right than every "
        "seed of any other.",
    )
    assert name in lesson.choices
    overlap = [*runs]
    overlap[first] = trained(lesson.runs[first], 0.9, 0.815, 0.9, 0.9, 0.9)
    outcome = contest_outcome(lesson, overlap)
    assert outcome is not None
    assert outcome.value in {"open"} & {*lesson.choices}
    assert "the seeds of the foremost overlap" in outcome.sentence


def test_what_kept_a_network_from_learning_is_told_with_the_outcome() -> None:
    lesson = LESSONS["learning-rate"]
    runs = [trained(run, *[0.5 + 0.1 * place] * 5) for place, run in enumerate(lesson.runs)]
    incomplete = [trained(lesson.runs[0], 0.5), *runs[1:]]
    assert contest_outcome(lesson, incomplete) is None
    dead = Collapse(kind=CollapseKind.SILENT, share=1.0, layer=1)
    exploded = Ending(state=RunState.DIVERGED, epochs_done=0, step=4, value=3e10)
    for ending, words in (
        (Ending(state=RunState.FINISHED, epochs_done=1, collapse=dead), "The network has died"),
        (exploded, "Stopped at batch 4 of epoch 1"),
    ):
        view = replace(
            a_run(), experiment=lesson.runs[3].experiment, state=ending.state, ending=ending
        )
        outcome = contest_outcome(lesson, [*runs[:3], Trained(lesson.runs[3], (view,) * 5)])
        assert outcome is not None
        assert outcome.value == lesson.runs[2].name
        assert f" “learning rate 10”: {words}" in outcome.sentence


def said(made: object, value: str | None) -> list[str]:
    """Return what the page says below a prediction when `value` came out, the sign of it first."""

    def page(made: object, value: str | None) -> None:
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
    assert said("fall", None) == ["info: A sentence."], "the runs do not agree"
    assert said(None, "fall") == ["info: A sentence."]
    assert said("error", "fall") == ["info: A sentence."], "a choice of an earlier version"


@pytest.mark.parametrize("slug", ["more-neurons", "stop-in-time"])
def test_the_prediction_is_what_is_chosen_as_the_button_is_pressed(slug: str) -> None:
    """A change and the press reach a server that is late together, before the change was drawn."""

    def page(slug: str) -> None:
        from playground.lessons import find_lessons
        from playground.ui.lessons.prediction import show_prediction

        show_prediction(next(it for it in find_lessons() if it.slug == slug))

    app = AppTest.from_function(page, args=(slug,), default_timeout=30).run()
    texts = LESSONS[slug].words["en"].prediction.texts
    first, second = [*texts][:2]
    app.radio[0].set_value(first).run()
    app.radio[0].set_value(second)
    app.button(key="commit").click().run()
    assert f"You predicted: {texts[second]}" in [it.value for it in app.markdown]


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
    told = f"You predicted: {texts['rise']} · fairly sure · “\\*more\\*, I guess”"
    assert told in [it.value for it in app.markdown]
    assert [it.key for it in app.button] == ["vote_again"]

    app.session_state["ten-numbers_prediction"] = (
        "rise"  # left there by a drawing that was cut short
    )
    app.session_state["ten-numbers_why"] = "because"
    app.button(key="vote_again").click().run()
    assert [it.key for it in app.button] == ["commit"]
    assert [it.value for it in (*app.radio, *app.text_input)] == [None, None, ""], "a fresh vote"
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

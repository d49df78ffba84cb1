"""The walk-through's page: an opening and eight steps, each with its code and what that prints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Final

import streamlit as st

from playground.core.dataset import DATASETS
from playground.core.errors import EngineError
from playground.core.languages import LANGUAGES
from playground.lessons import Step, Walkthrough, load_walkthrough
from playground.ui.draft import catch_up
from playground.ui.inert import inert
from playground.ui.inspector import class_names, number_table
from playground.ui.language import _, current_language, translate
from playground.ui.lessons.figures.descent import show_descent
from playground.ui.lessons.notes import note, write_note
from playground.ui.lessons.prediction import Outcome, has_committed, show_outcome, show_prediction
from playground.ui.problem_strip import png
from playground.ui.training import training_service
from playground.ui.visitor import visitor

EQUAL: Final = 0.5
"""Percentage points: two accuracies that lie nearer to each other count as equal, as the question says."""


def show_walkthrough() -> None:
    """Draw the steps, the last one behind a prediction; the learner says when they have been read."""
    walkthrough, code = load_walkthrough(), current_language()
    show_title(walkthrough.titles[code])
    st.markdown(walkthrough.summaries[code])
    show_written_in(walkthrough.written_in)
    *steps, last = walkthrough.steps[code]
    for number, step in enumerate(steps):
        with _beside_its_code(number, step):
            st.markdown(step.text)
            if number == walkthrough.picture_step:
                st.fragment(_show_training_picture)(walkthrough.dataset)
            if number == walkthrough.descent_step:
                show_descent(walkthrough.dataset)
    may_go_on = has_committed(walkthrough)
    with _beside_its_code(len(steps), last, with_output=may_go_on):
        show_prediction(walkthrough)
        if may_go_on:
            show_outcome(walkthrough, sets_outcome(walkthrough))
            st.markdown(last.text)
    if note(walkthrough.slug, "done"):
        st.write(f"✓ {_('done')}")
    else:
        st.button(
            _("Mark as done"),
            key="walkthrough_done",
            on_click=write_note,
            args=(walkthrough.slug, "done", True),
        )


@contextmanager
def _beside_its_code(number: int, step: Step, *, with_output: bool = True) -> Iterator[None]:
    """Draw a step; what is drawn inside stands below its title.

    Args:
        number: of the step; the opening, 0, shows none.
        step: the step.
        with_output: show what its code prints.
    """
    with st.container(key=f"step_{number}"):
        words, script = st.columns([44, 56], gap="large")
        with script:
            st.code(step.code, language="python", wrap_lines=True)
            if with_output:
                _show_output(step.printed)
            else:
                st.caption(_("What it prints is shown after the prediction."))
        with words:
            st.subheader(f"{number}. {step.title}" if number else step.title, anchor=False)
            yield


def _show_output(printed: str) -> None:
    label = _("What it prints")
    st.html(
        f'<figure class="printed"><figcaption>{label}</figcaption>'
        f'<pre tabindex="0" role="region" aria-label="{label}">{escape(printed.rstrip())}</pre></figure>'
    )


def sets_outcome(walkthrough: Walkthrough) -> Outcome:
    """Return of which set the trained network gets the larger share right, as the last step printed it."""
    training, test = (100 * accuracy for accuracy in walkthrough.accuracies)
    value = "training" if training > test else "test"
    sentence = _(
        "{training}% of the training pictures and {test}% of the test pictures are right.",
        training=f"{training:.1f}",
        test=f"{test:.1f}",
    )
    return Outcome("equal" if abs(training - test) < EQUAL else value, sentence)


def _show_training_picture(dataset: str) -> None:
    """Let the learner look at any training picture, and at its numbers."""
    catch_up()
    most = DATASETS[dataset].train_images - 1
    number = int(st.number_input(_("Training picture"), 0, most, key="training_picture"))
    try:
        picture = training_service().call_lab("training_picture", dataset, number, by=visitor())
    except EngineError as error:
        st.warning(inert(translate(error.message)))
        return
    pixels, label = picture["pixels"], picture["label"]
    name = class_names(dataset)[label]
    st.html(
        '<figure class="training-picture"><img src="data:image/png;base64,'
        f'{png(pixels)}" alt=""><figcaption>{_("Label {label}: {name}", label=label, name=name)}'
        "</figcaption></figure>"
    )
    if st.toggle(_("Show the picture’s numbers"), key="training_numbers"):
        st.html(number_table(pixels))


def show_title(title: str) -> None:
    """Draw what a lesson is called."""
    st.html(f'<h2 class="lesson-title">{title}</h2>')


def show_written_in(languages: frozenset[str]) -> None:
    """Say so if a lesson has no words in the visitor's language and is shown in English."""
    code = current_language()
    if code not in languages:
        name = LANGUAGES[code].name
        with st.container(key="written_in"):
            st.caption(
                _(
                    "There is no {language} text of this lesson yet; here it is in English.",
                    language=name,
                )
            )

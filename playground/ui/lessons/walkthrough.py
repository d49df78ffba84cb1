"""The walk-through's page: eight steps, each with its code beside it."""

from __future__ import annotations

import streamlit as st

from playground.core.dataset import DATASETS
from playground.core.errors import EngineError
from playground.core.languages import LANGUAGES
from playground.lessons import load_walkthrough
from playground.ui.draft import catch_up
from playground.ui.inert import inert
from playground.ui.inspector import class_names, number_table
from playground.ui.language import _, current_language, translate
from playground.ui.lessons.notes import note, write_note
from playground.ui.lessons.place import WALKTHROUGH
from playground.ui.problem_strip import png
from playground.ui.training import training_service
from playground.ui.visitor import visitor


def show_walkthrough() -> None:
    """Draw the steps; the learner says when they have been read."""
    walkthrough, code = load_walkthrough(), current_language()
    show_title(walkthrough.titles[code])
    st.markdown(walkthrough.summaries[code])
    show_written_in(walkthrough.written_in)
    for number, step in enumerate(walkthrough.steps[code], 1):
        with st.container(key=f"step_{number}"):
            words, script = st.columns([44, 56], gap="large")
            with words:
                st.subheader(f"{number}. {step.title}", anchor=False)
                st.markdown(step.text)
                if number == walkthrough.picture_step:
                    st.fragment(_show_training_picture)(walkthrough.dataset)
            with script:
                st.code(walkthrough.code[code][number - 1], language="python", wrap_lines=True)
    if note(WALKTHROUGH, "done"):
        st.write(f"✓ {_('done')}")
    else:
        st.button(
            _("Mark as done"),
            key="walkthrough_done",
            on_click=write_note,
            args=(WALKTHROUGH, "done", True),
        )


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

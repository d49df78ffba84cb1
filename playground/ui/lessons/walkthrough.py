"""The walk-through's page: eight steps, each with its code beside it."""

from __future__ import annotations

import streamlit as st

from playground.lessons import load_walkthrough
from playground.ui.language import _, current_language
from playground.ui.lessons.notes import note, write_note
from playground.ui.lessons.place import WALKTHROUGH


def show_walkthrough() -> None:
    """Draw the steps; the learner says when they have been read."""
    walkthrough, code = load_walkthrough(), current_language()
    show_title(walkthrough.titles[code], walkthrough.summaries[code])
    for number, step in enumerate(walkthrough.steps[code], 1):
        with st.container(key=f"step_{number}"):
            words, script = st.columns([44, 56], gap="large")
            with words:
                st.subheader(f"{number}. {step.title}", anchor=False)
                st.markdown(step.text)
            with script:
                st.code(walkthrough.code[number - 1], language="python", wrap_lines=True)
    if note(WALKTHROUGH, "done"):
        st.write(f"✓ {_('done')}")
    else:
        st.button(
            _("I have been through it"),
            key="walkthrough_done",
            on_click=write_note,
            args=(WALKTHROUGH, "done", True),
        )


def show_title(title: str, summary: str) -> None:
    """Draw what a lesson is called and what it is about."""
    st.html(f'<h2 class="lesson-title">{title}</h2>')
    st.markdown(summary)

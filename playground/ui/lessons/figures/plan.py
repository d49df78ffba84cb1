"""What a lesson is about to train, before there is anything of it to be drawn."""

from __future__ import annotations

from html import escape

import streamlit as st

from playground.core.network import Network
from playground.lessons import Lesson
from playground.ui.language import _, current_language


def show_plan(lesson: Lesson) -> None:
    """Draw the lesson's networks as a table: parameters, epochs, and how often each is trained."""
    names = lesson.words[current_language()].runs
    head = (_("Network"), _("Parameters"), _("Epochs"), _("Seeds"))
    rows = [
        (
            escape(names[run.name]),
            f"{Network.of(run.experiment).parameters:,}",
            str(run.experiment.epochs),
            str(len(run.seeds)),
        )
        for run in lesson.runs
    ]
    cells = "".join(f'<th scope="col">{name}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row">{name}</th>' + "".join(f"<td>{it}</td>" for it in rest) + "</tr>"
        for name, *rest in rows
    )
    st.html(
        f'<table class="lesson-plan"><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>'
    )

"""The frame around every page: title, language, style, what was wrong with the link."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from playground.charts.palette import custom_properties
from playground.core.errors import PlaygroundError
from playground.ui.components.frame import speak_frame
from playground.ui.delivery import wait_until_sent
from playground.ui.draft import (
    dismiss_problems,
    draft,
    link_problems,
    link_to,
    open_draft,
    open_language,
)
from playground.ui.inert import inert
from playground.ui.language import _, translate
from playground.ui.language_switch import show_language_switch
from playground.ui.marks import mark_drawing
from playground.ui.training import note_missing_runs

if TYPE_CHECKING:
    from streamlit.navigation.page import Page as StreamlitPage

_log: Final = logging.getLogger(__name__)
_STYLE: Final = "\n".join(
    (
        custom_properties(),
        *(
            (Path(__file__).parent / "style" / f"{part}.css").read_text(encoding="utf-8")
            for part in ("frame", "controls", "lessons", "walkthrough", "contrast", "paper")
        ),
    )
)
_ICON: Final = Path(__file__).parent / "icon.svg"


def show_app() -> None:
    """Draw the frame and run the page that the address names inside it."""
    open_language()
    home = st.Page("pages/play.py", title=_("Playground"), default=True)
    lessons = st.Page("pages/lessons.py", title=_("Lessons"))
    about = st.Page("pages/about.py", title=_("About"))
    pages = [home, lessons, about]
    page = st.navigation(pages, position="hidden")
    title = _("Neural network playground")
    st.set_page_config(page_title=title, page_icon=str(_ICON), layout="wide")
    st.html(f"<style>{_STYLE}</style>")
    open_draft(page.url_path)
    note_missing_runs(draft().dataset)
    speak_frame()
    _show_header(title, [other for other in pages if page is not other])
    _show_link_problems()
    try:
        page.run()
    except PlaygroundError as error:
        st.error(inert(translate(error.message)))
    mark_drawing("page")
    wait_until_sent()


def show_bug(error: Exception) -> bool:
    """Say in the visitor's language that something is our mistake; the log has the rest."""
    _log.error("The page broke", exc_info=error)
    st.error(
        _(
            "Something went wrong here, and it is not your mistake. Reload the page; runs and "
            "settings are in its link and are not lost."
        )
    )
    return True


def _show_header(title: str, others: list[StreamlitPage]) -> None:
    with st.container(key="header", horizontal=True, vertical_alignment="center"):
        st.html(f"<h1>{title}</h1>")
        for other in others:
            # The whole link at once: written only on arrival, it would be one more step for Back.
            st.page_link(other, width="content", query_params=link_to(other.url_path))
        show_language_switch()


def _show_link_problems() -> None:
    problems, place = link_problems(), st.container()  # so that the page does not move below it
    if not problems:
        return
    with place.container(key="link_problems", horizontal=True):
        st.warning("\n".join(f"- {inert(translate(problem.text))}" for problem in problems))
        st.button(_("Understood"), key="dismiss_problems", on_click=dismiss_problems)

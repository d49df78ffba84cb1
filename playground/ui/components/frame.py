"""The page's frame: Streamlit's own words in the visitor's language, its keys, touches on it, and ways."""

from __future__ import annotations

import streamlit as st

from playground.core.languages import LANGUAGES
from playground.ui.components.files import script
from playground.ui.language import _, current_language

_mount = st.components.v2.component(
    "frame",
    js=script("frame"),
    isolate_styles=False,
)


def speak_frame() -> None:
    """Tell the browser which language the page is in; put Streamlit's words into it.

    They are mostly names of buttons for those who do not see them, and what is said when the server
    does not answer: the browser has to know that beforehand.
    """
    _mount(
        key="frame",
        data={
            "language": LANGUAGES[current_language()].tag,
            "lost": _(
                "The server does not answer. Nothing is lost: training resumes when the server is back. This page connects again by itself. If it does not, look at your network, or tell whoever runs the server."
            ),
            "words": {
                "Connection error": _("The connection is lost"),
                "Skip to main content": _("Skip to main content"),
                "Help for {name}": _("Help for {name}"),
                "Shortcut {name}": _("Shortcut {name}"),
                "Open": _("Open"),
                "Close": _("Close"),
                "Increment": _("Increment"),
                "Decrement": _("Decrement"),
                "Choose an option": _("Choose an option"),
                "No results": _("No results"),
                "Error: Number is outside the allowed range. Please enter a value between {low} and "
                "{high}.": _(
                    "Error: Number is outside the allowed range. Please enter a value between {low} "
                    "and {high}."
                ),
            },
        },
        on_returned_change=lambda: None,  # that it runs the page is all
        height=1,
    )

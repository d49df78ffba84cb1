"""The page's frame in the visitor's language: what Streamlit itself says, and says in English only."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from playground.ui.assets import base_path
from playground.ui.language import _, current_language
from playground.ui.visitor import COOKIE, visitor

_HTML_LANGUAGES: Final = {"en": "en", "zh": "zh-CN"}

_mount = st.components.v2.component(
    "frame",
    js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def speak_frame() -> None:
    """Tell the browser who it is and which language the page is in; put Streamlit's words into it.

    They are mostly names of buttons for those who do not see them.
    """
    code = current_language()
    _mount(
        key="frame",
        data={
            "cookie": f"{COOKIE}={visitor()};path={base_path() or '/'};max-age=31536000;samesite=lax",
            "language": _HTML_LANGUAGES.get(code, code),
            "words": {
                "Skip to main content": _("Skip to main content"),
                "Help for {name}": _("Help for {name}"),
                "Shortcut {name}": _("Shortcut {name}"),
                "Open": _("Open"),
                "Close": _("Close"),
                "Increment": _("Increment"),
                "Decrement": _("Decrement"),
                "Choose an option": _("Choose an option"),
                "No results": _("No results"),
            },
        },
        height=1,
    )

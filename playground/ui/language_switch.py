"""The way to the other languages, in themselves: a button where there is one other, else a menu of all."""

from __future__ import annotations

from typing import Final

import streamlit as st

from playground.core.languages import LANGUAGES
from playground.ui.language import choose_language, current_language

KEY: Final = "lang_switch"


def show_language_switch() -> None:
    """Draw the way to the languages that the page is not in."""
    others = [code for code in LANGUAGES if code != current_language()]
    if len(others) == 1:
        st.button(
            LANGUAGES[others[0]].name,
            key=KEY,
            type="tertiary",
            on_click=choose_language,
            args=(others[0],),
        )
    elif others:
        st.menu_button(
            LANGUAGES[current_language()].name,
            others,
            key=KEY,
            type="tertiary",
            format_func=lambda code: LANGUAGES[code].name,
            on_click=_choose,
        )


def _choose() -> None:
    """Make the language that was taken from the menu the page's."""
    choose_language(st.session_state[KEY])

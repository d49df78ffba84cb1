"""Marks at the end of what is drawn, by which a browser says what it has heard of."""

from __future__ import annotations

from typing import Final

import streamlit as st

MARK: Final = "heard"
"""What the keys of the marks begin with."""

_DRAWINGS: Final = "_drawings"


def mark_drawing(place: str) -> None:
    """Draw what a browser sends back with whatever it asks next: it has heard of all drawn before.

    Nobody sees it (`style/frame.css`).

    Args:
        place: the part of a page that is drawn at once, of which this is the end.
    """
    key, state = f"{MARK}_{place}", st.session_state
    state[_DRAWINGS] = number = state.get(_DRAWINGS, 0) + 1
    state[key] = number
    st.number_input("·", 0, value=number, key=key, label_visibility="collapsed")

"""Brings a lesson's steps into view when another one was opened further down, and says which is open."""

from __future__ import annotations

import streamlit as st

from playground.ui.components.files import script

_mount = st.components.v2.component("steps", js=script("steps"), isolate_styles=False)


def bring_into_view(step: str, *, pressed: int) -> None:
    """Have the browser go back to the row of steps if it has scrolled past it and somebody opened another one.

    Args:
        step: the one that is open; its button's key is `to_` and its name.
        pressed: how many times somebody has opened one.
    """
    _mount(key="steps", data={"step": step, "pressed": pressed}, height=1)

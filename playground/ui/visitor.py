"""Who is at the browser: a name that nobody can guess, kept in a cookie; no account, nothing personal."""

from __future__ import annotations

import re
import secrets
from typing import Final

import streamlit as st

COOKIE: Final = "playground_visitor"
_KEY: Final = "_visitor"
_NAME: Final = re.compile(r"[0-9a-f]{32}")


def visitor() -> str:
    """Return the visitor's name, the same after a reload and in every tab of this browser.

    A new visitor's cookie is written by the page's frame; where cookies are off, every tab and every
    reload is somebody new.
    """
    known = str(st.context.cookies.get(COOKIE, ""))
    if _NAME.fullmatch(known):
        return known
    name: str = st.session_state.setdefault(_KEY, secrets.token_hex(16))
    return name

"""What style sheets and scripts of ours know of Streamlit's page, looked up in the files that draw it.

The scripts find it through `components/streamlit_page.js`, and do without what they do not find.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import streamlit as st

from playground.core.private_use import PrivateUse

STYLES: Final = tuple(sorted((Path(__file__).parents[1] / "style").glob("*.css")))
"""The style sheets that may know Streamlit's elements; those of our own elements know their own only."""

_SCRIPTS: Final = Path(st.__file__).parent / "static" / "static" / "js"
_LARGEST: Final = 2_000_000
"""Bytes of a file of Streamlit's; the few larger ones draw maps and charts."""

_ELEMENT: Final = re.compile(r"\bst[A-Z]\w+")

_CONNECTION: Final = "data-test-connection-state"
_SCRIPT: Final = "data-test-script-state"
_LOST: Final = "Connection error"
_WORDS: Final = ("stSkipToContent", "stNumberInput", "stTooltipErrorContent")


@cache
def styled_elements() -> frozenset[str]:
    """Return the names of Streamlit's elements that our style sheets know."""
    sheets = (file.read_text(encoding="utf-8") for file in STYLES)
    return frozenset(name for sheet in sheets for name in _ELEMENT.findall(sheet))


@cache
def missing() -> frozenset[str]:
    """Return what is known of Streamlit's page here and stands in none of its files."""
    left = {*styled_elements(), *_WORDS, "stPageLink", "stSlider", _CONNECTION, _SCRIPT, _LOST}
    files = (file for file in _SCRIPTS.glob("*.js") if file.stat().st_size < _LARGEST)
    for file in files:
        text = file.read_bytes()
        left = {name for name in left if name.encode() not in text}
        if not left:
            break
    return frozenset(left)


def _knows(*names: str) -> Callable[[], bool]:
    return lambda: not missing().intersection(names)


FRONTEND: Final = (
    PrivateUse(
        "streamlit",
        _CONNECTION,
        "a page has to be loaded again after the server was started anew, and its live runs may fail with it",
        _knows(_CONNECTION),
    ),
    PrivateUse(
        "streamlit",
        _SCRIPT,
        "an answer that comes after somebody has gone back may lead away from that page again",
        _knows(_SCRIPT),
    ),
    PrivateUse(
        "streamlit",
        "dialog for a lost connection",
        "a page says in English only that the server does not answer",
        _knows(_LOST),
    ),
    PrivateUse("streamlit", "words of its own", "some of them stay English", _knows(*_WORDS)),
    PrivateUse(
        "streamlit",
        "class stPageLink",
        "a link to the playground in a new tab opens the page on which it stands",
        _knows("stPageLink"),
    ),
    PrivateUse(
        "streamlit",
        "class stSlider",
        "a slider jumps to a finger that wants to scroll",
        _knows("stSlider"),
    ),
    PrivateUse(
        "streamlit",
        "elements that the style sheets name",
        "parts of the pages look as Streamlit draws them",
        lambda: not missing() & styled_elements(),
    ),
    PrivateUse(
        "streamlit",
        "folder static/js",
        "live runs are not found where a proxy serves the app below another path",
        lambda: any(_SCRIPTS.glob("index.*.js")),
    ),
)

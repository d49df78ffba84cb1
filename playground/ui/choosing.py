"""One of a few, chosen by words: what is kept is the choice's name, whatever language it is shown in.

A browser knows an option of a menu by the words that it shows and sends those (Streamlit 1.67). After
a change of language they are the words of another language than the server's. No other module draws
menus and radio buttons, so that this is thought of once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import streamlit as st

from playground.core.choices import Option
from playground.core.languages import LANGUAGES
from playground.core.stop_rule import STOP_METRIC, VALIDATION_OPTIONS
from playground.ui.language import current_language, say

Words: TypeAlias = Callable[[str], Mapping[str, str]]
"""What is shown for each name that can be chosen, in the language whose code is given."""


def texts_words(texts: Mapping[str, str]) -> Words:
    """Return the words for names whose English texts are given."""
    return lambda code: {name: say(code, text) for name, text in texts.items()}


def option_words(option: Option) -> Words:
    """Return the words of one of an experiment's choices."""
    return texts_words(option.options)


def stop_words(*, validates: bool) -> Words:
    """Return the words of the metrics that can end training, those of validation pictures or of test ones."""
    return texts_words(VALIDATION_OPTIONS if validates else STOP_METRIC.options)


def show_select(
    label: str,
    words: Words,
    *,
    key: str,
    help: str | None = None,  # noqa: A002 - Streamlit's name
) -> str:
    """Draw a menu and return the name chosen; the first one if `key` has none yet."""
    chosen: str = _draw(st.selectbox, label, words, key, help=help, filter_mode=None)
    return chosen


def show_segments(
    label: str,
    words: Words,
    *,
    key: str,
    help: str | None = None,  # noqa: A002 - Streamlit's name
) -> str:
    """Draw the choices in a row and return the name chosen; the first one if `key` has none.

    A browser that a cut short run has not told of the choice says that there is none.
    """
    if settle(key, words) is None:
        st.session_state[key] = next(iter(words(current_language())))
    chosen: str = _draw(st.segmented_control, label, words, key, help=help, required=True)
    return chosen


def show_radio(
    label: str,
    words: Words,
    *,
    key: str,
    label_visibility: str = "visible",
    horizontal: bool = False,
) -> str | None:
    """Draw one line a choice, or all in one line, and return the name chosen, None if there is none yet."""
    looks = {"label_visibility": label_visibility, "horizontal": horizontal}
    chosen: str | None = _draw(st.radio, label, words, key, **looks)
    return chosen


def settle(key: str, *words: Words) -> str | None:
    """Return the name chosen under `key`, and keep it there in place of words that were sent for it.

    Anything that is no choice in any language is forgotten.

    Args:
        key: the widget's.
        words: what is or was a moment ago shown for the same names.
    """
    value = st.session_state.get(key)
    if value is None or value in words[0](current_language()):
        return value
    spoken = [(name, text) for code in LANGUAGES for it in words for name, text in it(code).items()]
    for name, text in spoken:
        if text == value:
            st.session_state[key] = name
            return name
    del st.session_state[key]
    return None


def _draw(widget: Callable[..., Any], label: str, words: Words, key: str, **looks: Any) -> Any:  # noqa: ANN401
    """Draw `widget` with the name chosen under `key`, and return the one that is chosen now.

    It is drawn with what is chosen in any case: what Streamlit tells a browser of a value that the
    session was given is lost if a click cuts that run short.
    """
    state, shown = st.session_state, words(current_language())
    name, spoken = settle(key, words), f"_words_of_{key}"
    if name is not None and state.get(spoken) != tuple(shown.values()):
        state[key] = name  # so that the browser is sent the words that it has to show from now on
    state[spoken] = tuple(shown.values())
    if widget is st.segmented_control:
        looks["default"] = name
    elif name is not None:
        looks["index"] = list(shown).index(name)
    elif widget is st.radio:
        looks["index"] = None
    return widget(label, list(shown), key=key, format_func=shown.__getitem__, **looks)

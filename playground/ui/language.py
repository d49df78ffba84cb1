"""The interface's languages: which one a visitor reads, and the words in it.

English is what the code says; another language is one catalogue, `locale/<code>.po`, read with
Babel when it is first needed. Which languages there are, `core/languages.py` says.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from functools import cache, wraps
from pathlib import Path
from typing import Final, TypeVar

import streamlit as st
from babel import Locale
from babel.dates import format_datetime, get_timezone
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from playground.core.languages import ENGLISH, LANGUAGES
from playground.core.message import Message

T = TypeVar("T")

LOCALE_FOLDER: Final = Path(__file__).parent / "locale"
_KEY: Final = "lang"


def current_language() -> str:
    """Return the code of the visitor's language: the one chosen, else the browser's, else English."""
    chosen: str | None = st.session_state.get(_KEY)
    return chosen if chosen is not None and chosen in LANGUAGES else browser_language()


def browser_language() -> str:
    """Return the code of the browser's language if we have it, else English."""
    code = (st.context.locale or "").replace("_", "-").split("-")[0].lower()
    return code if code in LANGUAGES else ENGLISH.code


def choose_language(code: str | None) -> None:
    """Make `code` the visitor's language from here on; None the browser's."""
    st.session_state[_KEY] = code


def _(text: str, /, **values: str | float) -> str:
    """Return `text` in the visitor's language, with `values` in its places."""
    words = say(current_language(), text)
    return words.format(**values) if values else words


def say(code: str, text: str) -> str:
    """Return `text` in the language with that code."""
    return catalogue(code).gettext(text)


def once_a_language(make: Callable[..., T]) -> Callable[..., T]:
    """Return `make` with its answers kept, for each language and each set of arguments."""

    @cache
    def made(_code: str, *given: Hashable) -> T:
        return make(*given)

    @wraps(make)
    def kept(*given: Hashable) -> T:
        return made(current_language(), *given)

    return kept


def local_time(moment: datetime) -> str:
    """Return an aware time as the visitor writes it, in the browser's time zone."""
    try:
        zone = get_timezone(st.context.timezone or "UTC")
    except LookupError:  # the browser says what it likes
        zone = UTC
    locale = Locale.parse(LANGUAGES[current_language()].tag, sep="-")
    return format_datetime(moment, "medium", tzinfo=zone, locale=locale)


def translate(message: Message) -> str:
    """Return a message in the visitor's language, the messages among its values too."""
    values = {
        name: translate(value) if isinstance(value, Message) else value
        for name, value in message.values.items()
    }
    return say(current_language(), message.text).format(**values)


@cache
def catalogue(code: str) -> gettext.NullTranslations:
    """Return the words of a language; English has none but those in the code."""
    if code == ENGLISH.code:
        return gettext.NullTranslations()
    with (LOCALE_FOLDER / f"{code}.po").open("rb") as file:
        messages = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)

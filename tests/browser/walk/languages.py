"""The two languages of a page: what is left of the other one, and a widget's words in English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from playground.core.languages import LANGUAGES
from tests.messages import load_catalogue

HTML_LANGUAGES: Final = {language.tag: language.code for language in LANGUAGES.values()}
"""The page's languages by what the document says."""

OWN_NAME: Final = {language.name for language in LANGUAGES.values()}
"""The language switch, in the language that it leads to."""

CLASSES_OF_KERAS: Final = {"Dense"}
"""What a lesson's text calls as code does, and a label elsewhere in other words."""

_CJK: Final = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_SENTENCE: Final = re.compile(r"(?:[A-Za-z’'-]+,? ){5}[A-Za-z’'-]+")
_QUOTED: Final = re.compile("“[^”]*”")
"""What a link said, in its own words."""
_PLACE: Final = re.compile(r"\{\w+\}")


def left_of_the_other(language: str, words: Iterable[str]) -> list[str]:
    """Return what of a page's words is in the other language.

    On a Chinese page that is each text of ours that has a translation, and six English words in a row.
    """
    unquoted = (_QUOTED.sub("", text) for text in words)
    rest = [text for text in unquoted if text not in OWN_NAME | CLASSES_OF_KERAS]
    if language == "en":
        return [text for text in rest if _CJK.search(text)]
    return [
        text
        for text in rest
        if _is_english(text) or (_SENTENCE.search(text) and not _CJK.search(text))
    ]


@cache
def _is_english(text: str) -> bool:
    return text in _english() or any(pattern.fullmatch(text) for pattern in _patterns())


@cache
def _english() -> dict[str, str]:
    """Return the texts that have another translation than themselves."""
    entries = ((str(entry.id), str(entry.string)) for entry in load_catalogue("zh") if entry.id)
    return {text: words for text, words in entries if words not in ("", text)}


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Return those with places in them, if there are words enough around the places."""
    texts = [text for text in _english() if _PLACE.search(text)]
    return tuple(
        re.compile(".+".join(map(re.escape, _PLACE.split(text))), re.DOTALL)
        for text in texts
        if len(re.findall("[A-Za-z]", _PLACE.sub("", text))) > 3
    )


@cache
def in_english(text: str) -> str:
    """Return a text of ours in English, whichever language it is in; any other as it is."""
    return next((english for english, words in _english().items() if words == text), text)

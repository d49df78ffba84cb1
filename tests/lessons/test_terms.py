"""One thing has one name, in each language: the table in CONTRIBUTING says which."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest

from playground.jobs.contact import ROOT
from playground.lessons import CONTENT
from tests.messages import load_catalogue


@dataclass(frozen=True)
class Term:
    """A row of the table."""

    english: str
    chinese: str
    never: tuple[str, ...]


def read_terms() -> list[Term]:
    """Return the rows of the table in CONTRIBUTING."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.partition("| English | 中文 | never |\n| --- | --- | --- |\n")[2].partition(
        "\n\n"
    )[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return [
        Term(english, chinese, tuple(filter(None, never.split(", "))))
        for english, chinese, never in rows
    ]


TERMS: Final = read_terms()


def passages() -> Iterator[tuple[str, str]]:
    """Yield each message with its translation, and each passage of a lesson with its."""
    for entry in load_catalogue("zh"):
        if entry.id:
            yield str(entry.id), str(entry.string)
    for folder in sorted(path for path in CONTENT.iterdir() if (path / "en.md").exists()):
        english, chinese = (
            _paragraphs((folder / f"{code}.md").read_text(encoding="utf-8"))
            for code in ("en", "zh")
        )
        assert len(english) == len(chinese), folder.name
        yield from zip(english, chinese, strict=True)


def _paragraphs(text: str) -> list[str]:
    """Return the lines of a lesson that are read, without the names that stand before some of them."""
    lines = text.partition("\n## comments")[0].splitlines()
    return [re.sub(r"^- [\w-]+: |^## [\w -]+", "", line) for line in lines if line.strip()]


def words_in(text: str) -> str:
    """Return a text without code, names of figures in braces, and marks."""
    return re.sub(r"`[^`]*`|\{[^}]*\}|\[\^[^\]]*\]|\*\*", "", text)


def test_the_table_is_there() -> None:
    assert len(TERMS) > 15
    assert all(term.english and term.chinese for term in TERMS)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.english)
def test_a_term_is_translated_in_one_way(term: Term) -> None:
    spoken = re.compile(rf"\b{term.english}", re.IGNORECASE)
    found = [
        (english, chinese)
        for english, chinese in passages()
        if spoken.search(words_in(english)) and term.chinese not in words_in(chinese)
    ]
    assert found == []


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.english)
def test_no_other_word_is_used_for_it(term: Term) -> None:
    for word in term.never:
        spoken = re.compile(rf"\b{word}s?\b" if word.isascii() else word, re.IGNORECASE)
        found = [text for pair in passages() for text in pair if spoken.search(words_in(text))]
        assert found == [], word

"""Takes a lesson's Markdown apart: title, sections by their ids, and lists of choices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from playground.lessons.lesson import Choice, Question

_HEADING: Final = re.compile(r"^## +(.+)$", re.MULTILINE)
_ITEM: Final = re.compile(r"^- (?P<id>[a-z0-9-]+): (?P<text>.+)$")
_MARK: Final = re.compile(r"\[\^(?P<id>[a-z0-9-]+)\]")


@dataclass(frozen=True, slots=True)
class Section:
    """What stands below one heading."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Document:
    """A Markdown file: what it is called, what stands below that, and its sections by id."""

    title: str
    summary: str
    sections: Mapping[str, Section]
    cited: frozenset[str]

    def body(self, id: str) -> str:  # noqa: A002 - the section's name
        """Return what stands in a section, or nothing if it is not there."""
        return self.sections[id].body if id in self.sections else ""


def parse_document(text: str) -> Document:
    """Return the parts of a lesson's Markdown.

    A heading is `## question`, `## quiz impact` (an id of two words) or `## step-1 A title`.
    """
    head, *rest = _HEADING.split(_MARK.sub("", text))
    title, _, summary = head.strip().removeprefix("# ").partition("\n")
    sections = {}
    for heading, body in zip(rest[::2], rest[1::2], strict=True):
        id, name = _parse_heading(heading.strip())  # noqa: A001 - the field's name
        sections[id] = Section(name, body.strip())
    return Document(title.strip(), summary.strip(), sections, frozenset(_MARK.findall(text)))


def _parse_heading(text: str) -> tuple[str, str]:
    word, _, rest = text.partition(" ")
    return (f"quiz {rest.strip()}", "") if word == "quiz" else (word, rest.strip())


def parse_question(id: str, body: str) -> Question:  # noqa: A002 - the field's name
    """Return the question that `body` asks: its text, and the items of its list as choices.

    What follows an item, indented, is the choice's explanation.
    """
    text: list[str] = []
    choices: list[Choice] = []
    for line in body.splitlines():
        item = _ITEM.match(line)
        if item:
            choices.append(Choice(item["id"], item["text"].strip()))
        elif choices and line.startswith("  "):
            last = choices[-1]
            explanation = f"{last.explanation} {line.strip()}".strip()
            choices[-1] = Choice(last.id, last.text, explanation)
        elif line.strip():
            text.append(line)
    return Question(id, "\n".join(text).strip(), tuple(choices))

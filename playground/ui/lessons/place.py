"""Which lesson the link names, and the ways from one to the next."""

from __future__ import annotations

from typing import Final

from playground.core.choices import quote
from playground.core.message import N_, message
from playground.core.url import Problem
from playground.lessons import Lesson, find_lessons
from playground.ui.draft import add_problem, choose_lesson, chosen_lesson

WALKTHROUGH: Final = "walkthrough"
"""The walk-through's name in a link, beside the lessons' slugs."""


def current_lesson() -> str | None:
    """Return the slug that the link names, None for the list of lessons; a bad one is noted."""
    slug = chosen_lesson()
    names = _names()
    if slug is None or slug in names:
        return slug
    text = N_("lesson in the link: received {received}, expected one of {names}.")
    add_problem(Problem("lesson", message(text, received=quote(slug), names=", ".join(names))))
    choose_lesson(None)
    return None


def neighbours(slug: str) -> tuple[str | None, str | None]:
    """Return the slugs before and after `slug`, the walk-through first."""
    return _beside(slug, -1), _beside(slug, 1)


def choose_neighbour(by: int) -> None:
    """Show the lesson so many after the one that is chosen now, if there is one; for a callback.

    The page may not have been drawn since the press before.
    """
    slug = chosen_lesson()
    if slug is not None and (other := _beside(slug, by)) is not None:
        choose_lesson(other)


def _beside(slug: str, by: int) -> str | None:
    names = _names()
    place = names.index(slug) + by
    return names[place] if 0 <= place < len(names) else None


def _names() -> list[str]:
    return [WALKTHROUGH, *(lesson.slug for lesson in find_lessons())]


def lesson_called(slug: str) -> Lesson:
    """Return the lesson with that slug."""
    return next(lesson for lesson in find_lessons() if lesson.slug == slug)

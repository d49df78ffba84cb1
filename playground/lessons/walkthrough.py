"""The walk-through: eight steps from nothing to a trained network, each with its code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a title and Markdown."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Walkthrough:
    """The walk-through.

    Args:
        titles: by language.
        summaries: by language.
        steps: by language, in order.
        code: by the language of its comments, of each step; they are run one after the other.
        dataset: whose training pictures can be looked at.
        picture_step: at which step, from 1.
        written_in: the codes of the languages that it has words in; in all others it is in English.
    """

    titles: Mapping[str, str]
    summaries: Mapping[str, str]
    steps: Mapping[str, tuple[Step, ...]]
    code: Mapping[str, tuple[str, ...]]
    dataset: str
    picture_step: int
    written_in: frozenset[str]

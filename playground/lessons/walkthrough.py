"""The walk-through: from a rule and eight steps to a trained network, each with its code and what it prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from playground.core.languages import ENGLISH
from playground.lessons.lesson import Question


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a title, Markdown, a script, and what that printed when it was recorded."""

    title: str
    text: str
    code: str
    printed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Walkthrough:
    """The walk-through.

    Args:
        slug: its name in a link.
        titles: by language.
        summaries: by language.
        steps: by language, in order, the opening first; their scripts are run one after the other.
        choices: one of them the learner commits to before the last step, which prints the answer.
        questions: of the prediction, by language.
        dataset: whose training pictures can be looked at.
        picture_step: at which step, from 0.
        descent_step: at which step the loss is drawn against one weight.
        written_in: the codes of the languages that it has words in; in all others it is in English.
    """

    slug: str
    titles: Mapping[str, str]
    summaries: Mapping[str, str]
    steps: Mapping[str, tuple[Step, ...]]
    choices: tuple[str, ...]
    questions: Mapping[str, Question]
    dataset: str
    picture_step: int
    descent_step: int
    written_in: frozenset[str]

    def asked(self, language: str) -> Question:
        """Return the prediction's question."""
        return self.questions[language]

    @property
    def accuracies(self) -> tuple[float, float]:
        """What the last step printed at the end of its lines: of the training pictures, of the test pictures."""
        lines = self.steps[ENGLISH.code][-1].printed.splitlines()
        training, test = (float(line.split()[-1]) for line in lines)
        return training, test

"""What a lesson consists of, once it has been read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from playground.core.experiment import Experiment
from playground.core.recipe import Recipe

OPEN: Final = "open"
"""What comes out of a contest that no network wins."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a lesson can show; the page knows how.

    Args:
        outcomes: what can come out, the choices of the prediction; None where these are numbers, of
            which the one comes out that the runs came nearest to.
        numbers: the names of what a lesson has to say of it, in `[numbers]`.
        has_pictures: whether a lesson says in `[pictures]` which test picture is there at first.
        has_recipe: whether it says in `[recipe]` which network is there at first.
        is_contest: whether a network comes out, the one ahead of all others, or `OPEN`.
    """

    outcomes: frozenset[str] | None = None
    numbers: frozenset[str] = frozenset()
    has_pictures: bool = False
    has_recipe: bool = False
    is_contest: bool = False

    def possible(self, choices: Collection[str], networks: Collection[str]) -> Collection[str]:
        """Return which choices a lesson must have that has these, and these networks.

        Raises:
            ValueError: they have to be numbers and are not.
        """
        if self.is_contest:
            return [*networks, OPEN]
        if self.outcomes is None:
            return [choice for choice in choices if float(choice) >= 0]
        return self.outcomes


FIGURES: Final[Mapping[str, Figure]] = {
    "scores": Figure(frozenset({"stay", "fall", "rise"}), has_pictures=True),
    "units": Figure(frozenset({"equal", "little", "some", "much"}), frozenset({"another_width"})),
    "builder": Figure(frozenset({"building", "layer", "loss", "nowhere"}), has_recipe=True),
    "outputs": Figure(
        frozenset({"fewer", "more", "both", "neither"}),
        frozenset({"more_outputs"}),
        has_recipe=True,
    ),
    "layers": Figure(None, frozenset({"width", "another_depth"})),
    "epochs": Figure(frozenset({"better", "same", "loss", "worse"}), frozenset({"from_epoch"})),
    "microscope": Figure(has_pictures=True),
    "threshold": Figure(),
    "rates": Figure(is_contest=True),
    "cures": Figure(is_contest=True),
    "copies": Figure(),
}
"""By their names in `lesson.toml`."""

Direction = Literal["higher", "lower", "overlap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonRun:
    """One network of a lesson, trained once with each seed.

    Args:
        name: short, language-neutral.
        experiment: what to train; its seed is the first of `seeds`.
        seeds: of the repetitions.
    """

    name: str
    experiment: Experiment
    seeds: tuple[int, ...]

    @property
    def repetitions(self) -> tuple[Experiment, ...]:
        """The experiments, one a seed."""
        return tuple(self.experiment.with_(seed=seed) for seed in self.seeds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a lesson's text states of its runs, so that it can be checked by training them.

    Args:
        id: the mark in the text.
        metric: a value of the last epoch by Keras's name, "seconds", "epochs" or "best_epoch".
        run: name of the run it is about.
        than: name of the run it is compared with, or empty.
        direction: how all seeds of one lie to all seeds of the other.
        low: least mean over the seeds, where nothing is compared.
        high: greatest mean.
    """

    id: str
    metric: str
    run: str
    than: str = ""
    direction: Direction | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that can be chosen; `explanation` says why it is right or wrong."""

    id: str
    text: str
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its choices in order."""

    id: str
    text: str
    choices: tuple[Choice, ...]

    @property
    def texts(self) -> dict[str, str]:
        """What each choice says, by its id."""
        return {choice.id: choice.text for choice in self.choices}


class Asking(Protocol):
    """What asks for a prediction: a lesson, or the walk-through."""

    @property
    def slug(self) -> str:
        """Its name in a link."""

    @property
    def choices(self) -> tuple[str, ...]:
        """What can be predicted."""

    def asked(self, language: str) -> Question:
        """Return the prediction's question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A lesson's words in one language; Markdown, the marks of claims taken out."""

    title: str
    summary: str
    question: str
    prediction: Question
    runs: Mapping[str, str]
    explanation: str
    code: str
    quiz: tuple[Question, ...]
    further: str
    cited: frozenset[str]
    """The claims that the text bears on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A lesson.

    Args:
        slug: its folder's name without the number, and its name in a link.
        number: its place, from 1.
        figure: one of `FIGURES`.
        numbers: what its figure is told; which there are, the figure says.
        pictures: the test picture that its figure shows at first, by dataset.
        runs: what it trains, the baseline first, what the prediction compares with it last; empty
            where nothing is trained.
        recipe: the network that the builder begins with, if that is the figure.
        choices: one of them the learner commits to before anything is trained.
        answers: the right choice of each question.
        further: the settings that "Go further" opens.
        claims: what its texts state.
        code: a script that does the same with Keras, by the language of its comments and strings.
        words: by language.
        written_in: the codes of the languages that it has words in; in all others it is in English.
    """

    slug: str
    number: int
    figure: str
    numbers: Mapping[str, float]
    pictures: Mapping[str, int]
    runs: tuple[LessonRun, ...]
    recipe: Recipe | None
    choices: tuple[str, ...]
    answers: Mapping[str, str]
    further: Experiment
    claims: tuple[Claim, ...]
    code: Mapping[str, str]
    words: Mapping[str, Words]
    written_in: frozenset[str]

    def asked(self, language: str) -> Question:
        """Return the prediction's question."""
        return self.words[language].prediction

    @property
    def compared(self) -> tuple[LessonRun, LessonRun]:
        """The networks that the prediction compares: the baseline and another; both one if alone."""
        return self.runs[0], self.runs[-1]

"""A link and an experiment, each made from the other.

A bad value is never obeyed and never silently swallowed: decoding goes on with what was good and
returns one `Problem` for each thing that was not. This is the only place that reads a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.core.choices import quote
from playground.core.errors import ExperimentError
from playground.core.experiment import CHOICES, PICTURES, AnyChoice, Experiment
from playground.core.message import N_, Message, message
from playground.core.stop_rule import STOP_METRIC, STOP_VALUE

PAGE_PARAMETERS: Final = frozenset({"lang", "lesson", "run", "runs"})
"""Parameters that belong to the page and not to the experiment."""

STREAMLIT_PARAMETERS: Final = frozenset({"embed", "embed_options"})
"""Streamlit's own parameters, for pages shown inside another; they are none of our business."""

TOGETHER: Final = ("stop_value", "train_size")
"""Parameters whose bounds depend on another one: the threshold's on the metric, the number of training
pictures on the dataset and on whether some are held out."""

MAX_PROBLEMS: Final = 8
"""How many problems `decode` returns at most; a link with more ends with a note saying how many."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing in a link that could not be used; `text` says what came, what fits, what is used.

    Args:
        parameter: its name as it came, however long; empty for the note that there were more.
        text: what to show; what came is cut in it after 40 characters.
    """

    parameter: str
    text: Message


_ALONE: Final = Problem(
    STOP_VALUE.key,
    message(
        N_("{name} in the link: expected {other} beside it, one of {names}. It was left out."),
        name=STOP_VALUE.key,
        other=STOP_METRIC.key,
        names=", ".join(name for name in STOP_METRIC.options if name != "none"),
    ),
)
"""Said of a threshold that nothing is compared with."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a link said: the experiment, and what of the link was not good."""

    experiment: Experiment
    problems: tuple[Problem, ...]


def encode(experiment: Experiment) -> dict[str, str]:
    """Return the link's parameters for `experiment`, those that hold defaults left out."""
    values = experiment.values()
    left_out = experiment.defaults.values() | {key: Experiment().values()[key] for key in PICTURES}
    return {
        choice.key: choice.spell(values[choice.key])
        for choice in CHOICES
        if choice.key in values and values[choice.key] != left_out.get(choice.key, choice.default)
    }


def decode(parameters: Mapping[str, str]) -> Decoded:
    """Return the experiment that `parameters` spell, with a problem for each bad one.

    Bad values come first and unknown names after them, so that a flood of these hides none of those.
    """
    known = {choice.key: choice for choice in CHOICES}
    values: dict[str, Any] = {}
    bad: list[Problem] = []
    unknown: list[str] = []
    for name, text in parameters.items():
        choice = known.get(name)
        if choice is None:
            if name not in PAGE_PARAMETERS | STREAMLIT_PARAMETERS:
                unknown.append(name)
            continue
        try:
            values[name] = choice.parse(text)
        except ExperimentError:
            bad.append(_bad(choice, text))
    together = [_fitting(known[name], values) for name in TOGETHER if name in values]
    bad += filter(None, together)
    chosen = values.get(STOP_VALUE.key, STOP_VALUE.default) != STOP_VALUE.default
    if chosen and parameters.get(STOP_METRIC.key, "none") == "none":
        bad.append(_ALONE)
    problems = (*bad, *(_unknown(name, known) for name in unknown))
    return Decoded(Experiment.of(values), _at_most(MAX_PROBLEMS, problems))


def _at_most(count: int, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return `problems`; if they are more than `count`, the first ones and how many more there were."""
    if len(problems) <= count:
        return problems
    more = len(problems) - count + 1
    text = N_(
        "{count} more parameters of the link could not be used; settings among them have their defaults."
    )
    return (*problems[: count - 1], Problem("", message(text, count=more)))


def _fitting(choice: AnyChoice, values: dict[str, Any]) -> Problem | None:
    """Take a value out of `values` if it does not fit the others, and say so."""
    others = {name: it for name, it in values.items() if name not in TOGETHER}
    try:
        Experiment.of({**others, choice.key: values[choice.key]})
    except ExperimentError as error:
        del values[choice.key]
        used = message(N_("Used instead: {used}."), used=_used(choice, others))
        return Problem(
            choice.key, message(N_("{problem} {used}"), problem=error.message, used=used)
        )
    return None


def _used(choice: AnyChoice, values: dict[str, Any]) -> str:
    """Return the value that a choice has which `values`, all of which fit, leave out."""
    used: Any = Experiment.of(values).values().get(choice.key, choice.default)
    return choice.spell(used)


def _bad(choice: AnyChoice, text: str) -> Problem:
    used: Any = choice.default
    return Problem(
        choice.key,
        message(
            N_(
                "{name} in the link: received {received}, expected {expected}. Used instead: {used}."
            ),
            name=choice.key,
            received=quote(text),
            expected=choice.expected,
            used=choice.spell(used),
        ),
    )


def _unknown(name: str, known: Mapping[str, AnyChoice]) -> Problem:
    return Problem(
        name,
        message(
            N_("The link has an unknown parameter {name}; known are {known}. It was left out."),
            name=quote(name),
            known=", ".join([*known, *sorted(PAGE_PARAMETERS)]),
        ),
    )

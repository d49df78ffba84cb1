"""A link and an experiment, each made from the other.

A bad value is never obeyed and never silently swallowed: decoding goes on with what was good and
returns one `Problem` for each thing that was not. This is the only place that reads a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.core import catalogue
from playground.core.catalogue import AnyChoice, number_text, quote
from playground.core.errors import ExperimentError
from playground.core.experiment import Experiment, StopRule
from playground.core.message import N_, Message, message

FIELDS: Final[Mapping[str, str]] = {"batch": "batch_size", "lr": "learning_rate"}
"""Parameters whose name differs from the field of `Experiment`."""

PAGE_PARAMETERS: Final = frozenset({"lang", "lesson", "run"})
"""Parameters that belong to the page and not to the experiment."""

STREAMLIT_PARAMETERS: Final = frozenset({"embed", "embed_options"})
"""Streamlit's own parameters, for pages shown inside another; they are none of our business."""

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


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a link said: the experiment, and what of the link was not good."""

    experiment: Experiment
    problems: tuple[Problem, ...]


def encode(experiment: Experiment) -> dict[str, str]:
    """Return the link's parameters for `experiment`, those that hold defaults left out."""
    stop = experiment.stop
    parameters: dict[str, str] = {}
    for choice in catalogue.CHOICES:
        if choice is catalogue.STOP_METRIC:
            value: Any = "none" if stop is None else stop.metric
        elif choice is catalogue.STOP_VALUE:
            value = catalogue.STOP_VALUE.default if stop is None else stop.value
        else:
            value = getattr(experiment, FIELDS.get(choice.key, choice.key))
        if value != choice.default:
            parameters[choice.key] = _spell(value)
    return parameters


def decode(parameters: Mapping[str, str]) -> Decoded:
    """Return the experiment that `parameters` spell, with a problem for each bad one.

    Bad values come first and unknown names after them, so that a flood of these hides none of those.
    """
    known = {choice.key: choice for choice in catalogue.CHOICES}
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
    stop, stop_problem = _stop_rule(values)
    if stop_problem is not None:
        bad.append(stop_problem)
    fields = {FIELDS.get(name, name): value for name, value in values.items()}
    problems = (*bad, *(_unknown(name, known) for name in unknown))
    return Decoded(Experiment(**fields, stop=stop), _at_most(MAX_PROBLEMS, problems))


def _at_most(count: int, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return `problems`; if they are more than `count`, the first ones and how many more there were."""
    if len(problems) <= count:
        return problems
    more = len(problems) - count + 1
    text = N_(
        "{count} more parameters of the link could not be used; settings among them have their defaults."
    )
    return (*problems[: count - 1], Problem("", message(text, count=more)))


def _stop_rule(values: dict[str, Any]) -> tuple[StopRule | None, Problem | None]:
    """Take the two stop parameters out of `values` and return their rule."""
    metric = values.pop("stop_metric", "none")
    value = values.pop("stop_value", None)
    if metric == "none":
        return None, None
    try:
        return StopRule(metric, catalogue.STOP_VALUE.default if value is None else value), None
    except ExperimentError as error:
        default = catalogue.STOP_VALUE.default
        used = message(N_("Used instead: {used}."), used=number_text(default))
        return StopRule(metric, default), Problem(
            "stop_value", message(N_("{problem} {used}"), problem=error.message, used=used)
        )


def _spell(value: str | float | tuple[int, ...]) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case tuple():
            return "-".join(map(str, value)) or "0"
        case int() | float():
            return number_text(value)
        case _:
            return str(value)


def _bad(choice: AnyChoice, text: str) -> Problem:
    return Problem(
        choice.key,
        message(
            N_(
                "{name} in the link: received {received}, expected {expected}. Used instead: {used}."
            ),
            name=choice.key,
            received=quote(text),
            expected=choice.expected,
            used=_spell(choice.default),
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

"""What runs are called beside each other: by what they differ in, and by nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from playground.core.choices import Flag, Option, number_text
from playground.core.experiment import CHOICES, AnyChoice, Experiment
from playground.core.hidden import Hidden
from playground.core.layers import HiddenLayer
from playground.core.message import N_, Message, message
from playground.core.stop_rule import STOP_METRIC, VALIDATION_OPTIONS


def names_beside(shown: Experiment, others: Sequence[Experiment]) -> list[Message]:
    """Return a name for an experiment and for each of others that are shown beside it.

    Its own says its values of all settings in which any other differs, as in "512 neurons, Learning rate:
    0.01"; another one's says in what it differs. What differs in nothing is called the same.
    """
    differing = [_differing(shown, other) for other in others]
    own = [choice for choice in CHOICES if any(choice in choices for choices in differing)]
    return [
        _name(shown, own),
        *(_name(other, choices) for other, choices in zip(others, differing, strict=True)),
    ]


def _differing(one: Experiment, other: Experiment) -> list[AnyChoice]:
    values, others = _chosen(one), _chosen(other)
    return [choice for choice in CHOICES if values.get(choice.key) != others.get(choice.key)]


def _chosen(experiment: Experiment) -> dict[str, Any]:
    """Return its values; that it trains on all pictures that there are is none."""
    values = experiment.values()
    if experiment.train_size == experiment.most_to_train:
        del values[Experiment.TRAIN_SIZE.key]
    return values


def _name(experiment: Experiment, choices: Sequence[AnyChoice]) -> Message:
    values = experiment.values()
    parts = [
        _said(_spoken(choice, experiment), values[choice.key])
        for choice in choices
        if choice.key in values
    ]
    if not parts:
        return message(N_("the same settings"))
    named = parts[0]
    for part in parts[1:]:
        named = message(N_("{first}, {second}"), first=named, second=part)
    return named


def _spoken(choice: AnyChoice, experiment: Experiment) -> AnyChoice:
    """Return a choice with the words that fit the pictures that an experiment watches."""
    if choice is STOP_METRIC and experiment.validates:
        return replace(STOP_METRIC, options=VALIDATION_OPTIONS)
    return choice


def _said(choice: AnyChoice, value: Any) -> Message:  # noqa: ANN401 - the choice's
    """Return a value with as much of its choice as makes it understood alone."""
    match choice:
        case Hidden() if all(isinstance(layer, int) for layer in value):
            return _layers(value)
        case Hidden():
            shown: str | Message = choice.spell(value)
        case Option():
            shown = message(choice.options[value])
        case Flag():
            shown = message(N_("yes")) if value else message(N_("no"))
        case _:
            shown = number_text(value)
    return message(N_("{setting}: {value}"), setting=message(choice.label), value=shown)


def _layers(layers: Sequence[HiddenLayer]) -> Message:
    if not layers:
        return message(N_("no hidden layer"))
    if list(layers) == [1]:
        return message(N_("1 neuron"))
    return message(N_("{units} neurons"), units="-".join(map(str, layers)))

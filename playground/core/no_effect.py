"""Settings that change nothing in an experiment, and why: one rule each. Changes no setting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from playground.core.choices import number_text
from playground.core.experiment import Experiment
from playground.core.message import N_, Message, message


@dataclass(frozen=True, slots=True)
class _Rule:
    """A setting that somebody chose and that cannot matter.

    Args:
        holds: whether that is so.
        text: a whole sentence; its places are those of `_values`.
    """

    holds: Callable[[Experiment], bool]
    text: str


def _never_stops(experiment: Experiment) -> bool:
    stop = experiment.stop
    if stop is None:
        return False
    return stop.value >= 1 if stop.watches_accuracy else stop.value <= 0


_RULES: Final = (
    _Rule(
        lambda it: not it.hidden and it.dropout > 0,
        N_(
            "Dropout changes nothing here: it switches off hidden neurons, and there is no hidden layer."
        ),
    ),
    _Rule(
        lambda it: not it.hidden and it.activation != Experiment.ACTIVATION.default,
        N_("The activation changes nothing here: hidden layers have one, and there is none."),
    ),
    _Rule(
        lambda it: bool(it.hidden) and it.init == "zero" and it.activation != "sigmoid",
        N_(
            "The hidden layers change nothing here: with weights of 0 they give 0 for every picture, and "
            "learn nothing."
        ),
    ),
    _Rule(
        lambda it: it.batch_size > it.train_size,
        N_(
            "A batch size above {train_size} changes nothing here: a batch holds all training pictures "
            "already."
        ),
    ),
    _Rule(
        _never_stops,
        N_("The threshold changes nothing here: no value can lie beyond {threshold}."),
    ),
)


def settings_without_effect(experiment: Experiment) -> tuple[Message, ...]:
    """Return a sentence for each setting that was chosen and changes nothing in `experiment`."""
    threshold = number_text(experiment.stop.value) if experiment.stop else ""
    return tuple(
        message(rule.text, train_size=experiment.train_size, threshold=threshold)
        for rule in _RULES
        if rule.holds(experiment)
    )

"""Why a run did not learn, and the change of settings with which it does.

Decides by the settings alone; nothing here trains.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from playground.core.choices import number_text
from playground.core.collapse import NEARLY_ALL, Collapse, CollapseKind
from playground.core.experiment import Experiment
from playground.core.message import N_, Message, message
from playground.core.optimizers import OPTIMIZERS
from playground.core.run import RunState, RunView

HEAVY_L2: Final = 0.01
HEAVY_DROPOUT: Final = 0.5
NARROW: Final = 8
WIDE_ENOUGH: Final = 32
"""From which L2 penalty and dropout on, and below how many units a layer, networks have been seen to
collapse at a steady learning rate; and a width at which they learn."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A change of settings that lets a run train, and the words on its button."""

    experiment: Experiment
    label: Message


@dataclass(frozen=True, slots=True)
class _Remedy:
    """Something that keeps a network from learning: what is said of it, and what is changed.

    Args:
        cause: a whole sentence.
        change: the words on the button, such as "learning rate 0.01".
        fields: of the experiment, with their new values.
    """

    cause: Message
    change: Message
    fields: Mapping[str, Any]


def steady_rate(experiment: Experiment) -> float:
    """Return a learning rate at which the experiment's optimiser does not diverge here."""
    return OPTIMIZERS[experiment.optimizer].steady_rate


def as_trained(view: RunView) -> Experiment:
    """Return what the run trained, with the highest learning rate that it was given on the way."""
    rates = [change.learning_rate for change in view.rate_changes]
    return view.experiment.with_(learning_rate=max([view.experiment.learning_rate, *rates]))


def describe_collapse(view: RunView) -> Message | None:
    """Return what is wrong with a run that gives most pictures the same answer, and the likely cause."""
    collapse = view.ending.collapse if view.ending else None
    if collapse is None:
        return None
    return message(
        N_("{finding} {cause}"),
        finding=_finding(collapse, view.experiment),
        cause=next(_remedies(as_trained(view), collapse)).cause,
    )


def offer_repair(view: RunView) -> Repair | None:
    """Return the repair of a run that diverged or collapsed; None for any other."""
    experiment, ending = as_trained(view), view.ending
    if view.state is RunState.DIVERGED:
        remedies = [*_size_of_steps(experiment)] or [_smaller_steps(experiment)]
    elif ending is not None and ending.collapse is not None:
        remedies = [*_remedies(experiment, ending.collapse)]
    else:
        return None
    fields = {name: value for remedy in remedies for name, value in remedy.fields.items()}
    changes = reduce(_join, (remedy.change for remedy in remedies))
    return Repair(view.experiment.with_(**fields), message(N_("Use {changes}"), changes=changes))


def _join(first: Message, second: Message) -> Message:
    return message(N_("{first}, {second}"), first=first, second=second)


def _finding(collapse: Collapse, experiment: Experiment) -> Message:
    """Return what is seen, and by what."""
    whole = collapse.share >= NEARLY_ALL
    match collapse.kind:
        case CollapseKind.SILENT:
            text = (
                N_(
                    "The network has died: for {percent}% of the test pictures every neuron of hidden layer {layer} is silent (its ReLU gives 0), so that all of them get the same answer."
                )
                if whole
                else N_(
                    "A part of the network has died: for {percent}% of the test pictures every neuron of hidden layer {layer} is silent (its ReLU gives 0), so that all of them get the same answer."
                )
            )
        case CollapseKind.SATURATED:
            text = (
                N_(
                    "The network has died: for {percent}% of the test pictures the neurons of hidden layer {layer} stand at the same ends of {activation}, where it is flat, so that all of them get the same answer."
                )
                if whole
                else N_(
                    "A part of the network has died: for {percent}% of the test pictures the neurons of hidden layer {layer} stand at the same ends of {activation}, where it is flat, so that all of them get the same answer."
                )
            )
        case _:
            text = (
                N_(
                    "The network does not tell the pictures apart: {percent}% of the test pictures get "
                    "the same answer."
                )
                if whole
                else N_(
                    "The network tells only some pictures apart: {percent}% of the test pictures get the "
                    "same answer."
                )
            )
    return message(
        text,
        percent=f"{100 * collapse.share:.4g}",
        layer=collapse.layer,
        activation=experiment.activation,
    )


def _remedies(experiment: Experiment, collapse: Collapse) -> Iterator[_Remedy]:
    """Yield what may have led to the collapse, the likeliest first; there is always one."""
    found = [
        *_first_weights(experiment),
        *_size_of_steps(experiment),
        *_kept_small(experiment),
        *_shape(experiment),
    ]
    steady = steady_rate(experiment)
    if collapse.kind is CollapseKind.ALIKE and experiment.learning_rate < steady:
        found.append(
            _Remedy(
                message(
                    N_(
                        "The likely cause: a learning rate of {rate} moves the weights too little in so "
                        "few steps."
                    ),
                    rate=number_text(experiment.learning_rate),
                ),
                _rate_words(steady),
                {"learning_rate": steady},
            )
        )
    yield from found or [_other_weights(experiment)]


def _first_weights(experiment: Experiment) -> Iterator[_Remedy]:
    """Yield what keeps all neurons of a layer alike."""
    if experiment.hidden and experiment.init == "zero":
        yield _Remedy(
            message(
                N_(
                    "The likely cause: with first weights of 0, all neurons of a hidden layer are alike, "
                    "and stay alike."
                )
            ),
            message(N_("random first weights")),
            {"init": "random"},
        )


def _size_of_steps(experiment: Experiment) -> Iterator[_Remedy]:
    """Yield what makes the steps too large."""
    steady = steady_rate(experiment)
    too_fast = experiment.learning_rate > steady
    rate = number_text(experiment.learning_rate)
    if not experiment.normalize:
        text = (
            N_(
                "The likely cause: with a learning rate of {rate} and pixels up to 255, the steps were "
                "far too large."
            )
            if too_fast
            else N_(
                "The likely cause: pixels up to 255 make the first sums, and so the steps, far too large."
            )
        )
        yield _Remedy(
            message(text, rate=rate), message(N_("normalised pixels")), {"normalize": True}
        )
    if too_fast:
        yield _Remedy(
            message(
                N_(
                    "The likely cause: with a learning rate of {rate}, the steps were far too large."
                ),
                rate=rate,
            ),
            _rate_words(steady),
            {"learning_rate": steady},
        )


def _kept_small(experiment: Experiment) -> Iterator[_Remedy]:
    """Yield what keeps the weights from growing or the units from working."""
    if experiment.l2 >= HEAVY_L2:
        yield _Remedy(
            message(
                N_(
                    "The likely cause: an L2 penalty of {l2} pulls the weights to 0 faster than the "
                    "pictures move them away from it."
                ),
                l2=number_text(experiment.l2),
            ),
            message(N_("no L2 penalty")),
            {"l2": 0.0},
        )
    if experiment.hidden and experiment.dropout >= HEAVY_DROPOUT:
        yield _Remedy(
            message(
                N_("The likely cause: a dropout of {dropout} leaves too few neurons in each step."),
                dropout=number_text(experiment.dropout),
            ),
            message(N_("no dropout")),
            {"dropout": 0.0},
        )


def _shape(experiment: Experiment) -> Iterator[_Remedy]:
    """Yield what in the layers lets too little through."""
    narrowest = min(experiment.dense_units, default=WIDE_ENOUGH)
    if narrowest < NARROW:
        text = (
            N_("The likely cause: a hidden layer of one neuron, past which hardly anything gets.")
            if narrowest == 1
            else N_(
                "The likely cause: a hidden layer of {units} neurons, past which hardly anything gets."
            )
        )
        yield _Remedy(
            message(text, units=narrowest),
            message(N_("at least {units} neurons a layer"), units=WIDE_ENOUGH),
            {
                "hidden": tuple(
                    max(layer, WIDE_ENOUGH) if isinstance(layer, int) else layer
                    for layer in experiment.hidden
                )
            },
        )
    if experiment.activation == "sigmoid" and len(experiment.hidden) > 1:
        yield _Remedy(
            message(
                N_(
                    "The likely cause: in every layer of sigmoid neurons the slopes shrink, so that the first layers hardly move."
                )
            ),
            message(N_("ReLU")),
            {"activation": "relu"},
        )


def _smaller_steps(experiment: Experiment) -> _Remedy:
    rate = max(experiment.learning_rate / 10, Experiment.LEARNING_RATE.low)
    cause = message(N_("The likely cause: the steps overshoot; a smaller learning rate helps."))
    return _Remedy(cause, _rate_words(rate), {"learning_rate": rate})


def _other_weights(experiment: Experiment) -> _Remedy:
    seed = (experiment.seed + 1) % (int(Experiment.SEED.high) + 1)
    cause = message(N_("The likely cause: unlucky first weights; another seed begins from others."))
    return _Remedy(cause, message(N_("seed {seed}"), seed=seed), {"seed": seed})


def _rate_words(rate: float) -> Message:
    return message(N_("learning rate {rate}"), rate=number_text(rate))

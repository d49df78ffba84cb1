"""What is said of a run in one sentence: why it is over, and why its figures may surprise."""

from __future__ import annotations

import math
from typing import Final

from playground.core.choices import number_text
from playground.core.experiment import Experiment
from playground.core.message import N_, Message, message
from playground.core.repair import as_trained, steady_rate
from playground.core.run import Ending, RunState, RunView

METRIC_NAMES: Final = {
    "loss": N_("training loss"),
    "accuracy": N_("training accuracy"),
    "val_loss": N_("test loss"),
    "val_accuracy": N_("test accuracy"),
}
VALIDATION_NAMES: Final = {
    "val_loss": N_("validation loss"),
    "val_accuracy": N_("validation accuracy"),
}
"""What these metrics are called where validation pictures are held out."""

_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def describe_ending(view: RunView) -> Message | None:
    """Return why the run is over, in one sentence; None while it is not."""
    ending, experiment = view.ending, view.experiment
    if ending is None:
        return None
    match ending.state:
        case RunState.FINISHED if ending.value is not None and experiment.stop is not None:
            return _describe_threshold(ending, experiment)
        case RunState.FINISHED:
            text = N_("Trained all {epochs} epochs.")
            return message(
                N_("Trained one epoch.") if experiment.epochs == 1 else text,
                epochs=experiment.epochs,
            )
        case RunState.STOPPED:
            return _describe_stop(ending, experiment)
        case RunState.DIVERGED:
            return _describe_divergence(ending, as_trained(view))
        case _:
            return _describe_failure(ending)


SURPRISING_GAP: Final = 0.01
"""By how much accuracy on pictures that it has not seen exceeds training accuracy before somebody wonders: beyond chance and rounding."""


def describe_figures(view: RunView) -> Message | None:
    """Return why a run that stands still has done better on pictures that it has not seen, if it has; else None."""
    test, experiment = view.last_test, view.experiment
    if view.state.is_active or test is None or test.accuracy is None:
        return None
    if test.val_accuracy - test.accuracy < SURPRISING_GAP:
        return None
    watched = metric_name("val_accuracy", experiment)
    if experiment.dropout and experiment.hidden:
        return message(
            N_(
                "Training accuracy lies below {watched}: dropout switches neurons off while the network learns, and none when it is tested."
            ),
            watched=watched,
        )
    if test.epoch == 1:
        return message(
            N_(
                "Training accuracy lies below {watched}: it is the mean over the epoch, from the first "
                "batch on; the other is measured at the end, when the network has learnt more."
            ),
            watched=watched,
        )
    return None


def _describe_threshold(ending: Ending, experiment: Experiment) -> Message:
    stop = experiment.stop
    if stop is None or ending.value is None:
        raise ValueError("a run that its stop rule ended has a rule and a value")
    text = (
        N_("Stopped after epoch {epoch} of {epochs}: {metric} {value} rose above {threshold}.")
        if stop.watches_accuracy
        else N_("Stopped after epoch {epoch} of {epochs}: {metric} {value} fell below {threshold}.")
    )
    return message(
        text,
        epoch=ending.epochs_done,
        epochs=experiment.epochs,
        metric=metric_name(stop.metric, experiment),
        value=f"{ending.value:.3f}",
        threshold=number_text(stop.value),
    )


def metric_name(metric: str, experiment: Experiment) -> Message:
    """Return what a metric is called, by the pictures that an experiment watches."""
    names = METRIC_NAMES | VALIDATION_NAMES if experiment.validates else METRIC_NAMES
    return message(names[metric])


def _describe_stop(ending: Ending, experiment: Experiment) -> Message:
    if ending.reason is not None:
        done = ending.epochs_done + ending.step / experiment.steps_per_epoch
        return message(
            N_("{reason} It had trained {done} of {epochs} epochs."),
            reason=ending.reason,
            done=f"{done:.1f}".removesuffix(".0"),
            epochs=experiment.epochs,
        )
    if ending.step == 0 and ending.epochs_done == 0:
        return message(N_("Stopped by hand before the first batch."))
    if ending.step == 0:
        return message(
            N_("Stopped by hand after epoch {epoch} of {epochs}."),
            epoch=ending.epochs_done,
            epochs=experiment.epochs,
        )
    return message(
        N_("Stopped by hand in epoch {epoch} of {epochs}, after {step} of {steps} batches."),
        epoch=ending.epochs_done + 1,
        epochs=experiment.epochs,
        step=ending.step,
        steps=experiment.steps_per_epoch,
    )


def _describe_divergence(ending: Ending, experiment: Experiment) -> Message:
    is_number = ending.value is not None and math.isfinite(ending.value)
    text = (
        N_("Stopped at batch {step} of epoch {epoch}: the loss shot up to {loss}. {cause}")
        if is_number
        else N_(
            "Stopped at batch {step} of epoch {epoch}: the loss is not a number any more (NaN). {cause}"
        )
    )
    return message(
        text,
        step=ending.step,
        epoch=ending.epochs_done + 1,
        loss=_in_powers(ending.value) if ending.value is not None and is_number else "NaN",
        cause=_likely_cause(experiment),
    )


def _in_powers(value: float) -> str:
    """Return a large number as people write it: 2.1 × 10¹⁰."""
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits} × 10{str(int(exponent)).translate(_RAISED)}"


def _likely_cause(experiment: Experiment) -> Message:
    too_fast = experiment.learning_rate > steady_rate(experiment)
    rate = number_text(experiment.learning_rate)
    if too_fast and not experiment.normalize:
        return message(
            N_(
                "The likely cause: with a learning rate of {rate} and pixels up to 255, each step "
                "overshoots further than the one before."
            ),
            rate=rate,
        )
    if too_fast:
        return message(
            N_(
                "The likely cause: with a learning rate of {rate}, each step overshoots further than the one before."
            ),
            rate=rate,
        )
    if not experiment.normalize:
        return message(
            N_(
                "The likely cause: pixels up to 255 make the first sums, and so the steps, far too "
                "large."
            )
        )
    return message(N_("The likely cause: the steps overshoot; a smaller learning rate helps."))


def _describe_failure(ending: Ending) -> Message:
    if ending.reason is None:  # of runs that earlier versions kept
        return message(
            N_(
                "Training broke off: the process that trains died several times. Nothing you set is "
                "lost."
            )
        )
    return message(
        N_(
            "Training broke off; nothing you set is lost, and Train tries again. What happened: {reason}"
        ),
        reason=ending.reason,
    )


def describe_deaths(cause: str | None, times: int) -> Message:
    """Return why a run failed whose process died again and again.

    Args:
        cause: `memory` if the system killed it for want of memory; else it is not known.
        times: how often it died.
    """
    if cause == "memory":
        return message(
            N_(
                "The system ended the process that trains {times} times because memory ran out. A "
                "smaller network needs less; whoever runs this server can give it more memory, or "
                "fewer workers (PLAYGROUND_WORKERS)."
            ),
            times=times,
        )
    return message(
        N_(
            "The process that trains ended {times} times before the run did; the server's log says more."
        ),
        times=times,
    )

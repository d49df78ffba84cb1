"""When to end training early: a metric of an epoch and the value that it has to cross."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from playground.core.choices import Number, Option, number_text
from playground.core.errors import ExperimentError
from playground.core.message import N_, message

STOP_METRIC: Final = Option(
    key="stop_metric",
    label=N_("Stop early"),
    help=N_("Ends training after the first epoch whose value crosses the threshold."),
    section="training",
    is_compiled=False,
    options={
        "none": N_("Never"),
        "loss": N_("Training loss below"),
        "accuracy": N_("Training accuracy above"),
        "val_loss": N_("Test loss below"),
        "val_accuracy": N_("Test accuracy above"),
    },
    default="none",
)
VALIDATION_OPTIONS: Final = {
    **STOP_METRIC.options,
    "val_loss": N_("Validation loss below"),
    "val_accuracy": N_("Validation accuracy above"),
}
"""Its options where validation pictures are held out: Keras's names are the same."""

STOP_VALUE: Final = Number(
    key="stop_value",
    label=N_("Threshold"),
    help=N_(
        "Training ends when the loss falls below this, or the accuracy (0 to 1) rises above it."
    ),
    section="training",
    is_compiled=False,
    low=0,
    high=10,
    default=0.4,
)
"""Its default is what a link means that names a metric and no value."""


@dataclass(frozen=True, slots=True)
class StopRule:
    """End training after the first epoch in which a metric crosses a value.

    Args:
        metric: "loss", "accuracy", "val_loss" or "val_accuracy", Keras's names.
        value: loss has to fall below it, accuracy (0–1) has to rise above it.
    """

    metric: str
    value: float

    def __post_init__(self) -> None:
        STOP_METRIC.check(self.metric)
        STOP_VALUE.check(self.value)
        if self.metric == "none":
            raise ExperimentError(
                N_("A stop rule needs a metric: use no rule to never stop early.")
            )
        if self.watches_accuracy and self.value > 1:
            raise ExperimentError(
                message(
                    N_("Threshold: received {value}, expected a number from 0 to 1 for accuracy."),
                    value=number_text(self.value),
                )
            )
        object.__setattr__(self, "value", STOP_VALUE.plain(self.value))

    @property
    def watches_accuracy(self) -> bool:
        """Whether larger is better for the metric."""
        return self.metric.endswith("accuracy")

    def crossed_by(self, value: float) -> bool:
        """Return whether an epoch's `value` of the metric ends the training."""
        return value > self.value if self.watches_accuracy else value < self.value

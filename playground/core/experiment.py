"""One experiment: everything that decides what a training run does, and nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Self

from playground.core import catalogue
from playground.core.errors import ExperimentError
from playground.core.message import N_, message

INPUT_SHAPE: Final = (28, 28)
CLASSES: Final = 10
TEST_IMAGES: Final = 10_000

FORMAT: Final = 1
"""Of an experiment's JSON. Whoever changes what a field or its default means raises it, and carries
over what is stored (`store/migrations`); a field that is new costs nothing."""


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
        catalogue.STOP_METRIC.check(self.metric)
        catalogue.STOP_VALUE.check(self.value)
        if self.metric == "none":
            raise ExperimentError(
                N_("A stop rule needs a metric: use no rule to never stop early.")
            )
        if self.watches_accuracy and self.value > 1:
            raise ExperimentError(
                message(
                    N_("Threshold: received {value}, expected a number from 0 to 1 for accuracy."),
                    value=catalogue.number_text(self.value),
                )
            )
        object.__setattr__(self, "value", _plain(self.value))

    @property
    def watches_accuracy(self) -> bool:
        """Whether larger is better for the metric."""
        return self.metric.endswith("accuracy")

    def crossed_by(self, value: float) -> bool:
        """Return whether an epoch's `value` of the metric ends the training."""
        return value > self.value if self.watches_accuracy else value < self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """What to train, on what, for how long. Defaults are the notebook's main network.

    Numbers are kept in the type that their field names, whichever they came in: 10 and 10.0 are the
    same learning rate, so they have to be the same JSON.

    Raises:
        ExperimentError: a field outside the catalogue's bounds.
    """

    dataset: str = catalogue.DATASET.default
    normalize: bool = catalogue.NORMALIZE.default
    hidden: tuple[int, ...] = catalogue.HIDDEN.default
    epochs: int = int(catalogue.EPOCHS.default)
    batch_size: int = int(catalogue.BATCH_SIZE.default)
    learning_rate: float = catalogue.LEARNING_RATE.default
    optimizer: str = catalogue.OPTIMIZER.default
    activation: str = catalogue.ACTIVATION.default
    dropout: float = catalogue.DROPOUT.default
    l2: float = catalogue.L2.default
    train_size: int = int(catalogue.TRAIN_SIZE.default)
    seed: int = int(catalogue.SEED.default)
    stop: StopRule | None = None

    def __post_init__(self) -> None:
        catalogue.DATASET.check(self.dataset)
        catalogue.NORMALIZE.check(self.normalize)
        catalogue.HIDDEN.check(self.hidden)
        catalogue.OPTIMIZER.check(self.optimizer)
        catalogue.ACTIVATION.check(self.activation)
        for choice, value in (
            (catalogue.EPOCHS, self.epochs),
            (catalogue.BATCH_SIZE, self.batch_size),
            (catalogue.LEARNING_RATE, self.learning_rate),
            (catalogue.DROPOUT, self.dropout),
            (catalogue.L2, self.l2),
            (catalogue.TRAIN_SIZE, self.train_size),
            (catalogue.SEED, self.seed),
        ):
            choice.check(value)
        object.__setattr__(self, "normalize", bool(self.normalize))
        object.__setattr__(self, "hidden", tuple(int(units) for units in self.hidden))
        for name in ("epochs", "batch_size", "train_size", "seed"):
            object.__setattr__(self, name, int(getattr(self, name)))
        for name in ("learning_rate", "dropout", "l2"):
            object.__setattr__(self, name, _plain(getattr(self, name)))

    @property
    def steps_per_epoch(self) -> int:
        """Weight updates in one epoch; the last batch may be smaller."""
        return -(-self.train_size // self.batch_size)

    @property
    def units(self) -> tuple[int, ...]:
        """Units of every dense layer, the output's ten included."""
        return (*self.hidden, CLASSES)

    def to_json(self) -> str:
        """Return the canonical JSON: sorted keys, no spaces, floats as Python spells them."""
        return json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, of what differs from the defaults; `from_dict` reads them back."""
        values: dict[str, Any] = {"format": FORMAT}
        values |= {name: getattr(self, name) for name in self.differences(type(self)())}
        if "hidden" in values:
            values["hidden"] = list(self.hidden)
        if self.stop is not None:
            values["stop"] = [self.stop.metric, self.stop.value]
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the experiment that `to_dict` wrote, also in the days before formats had numbers.

        Raises:
            ExperimentError: a value outside the catalogue's bounds, a field that is unknown, a format
                that is newer; in one without a number, a field that is missing.
        """
        written = {name: value for name, value in values.items() if name != "format"}
        names = {field.name for field in fields(cls)}
        format_ = values.get("format")
        if format_ is not None and (type(format_) is not int or not 0 < format_ <= FORMAT):
            raise ExperimentError(
                message(
                    N_("Format of the settings: received {received}, expected {expected} or less."),
                    received=catalogue.quote(repr(format_)),
                    expected=FORMAT,
                )
            )
        if not names.issuperset(written) or (format_ is None and names != set(written)):
            raise ExperimentError(
                message(
                    N_("An experiment needs the fields {expected}; received {received}."),
                    expected=", ".join(sorted(names)),
                    received=", ".join(sorted(written)),
                )
            )
        stop = written.pop("stop", None)
        if stop is not None and not (isinstance(stop, list | tuple) and len(stop) == 2):
            raise ExperimentError(
                message(
                    N_(
                        "Stop early: received {received}, expected a metric and a value, or nothing."
                    ),
                    received=catalogue.quote(repr(stop)),
                )
            )
        return cls(**written, stop=None if stop is None else StopRule(*stop))

    @property
    def key(self) -> str:
        """Return the name under which equal experiments meet: 16 hexadecimal digits."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]

    def differences(self, other: Experiment) -> Iterator[str]:
        """Yield the names of the fields in which `other` is not the same."""
        for field in fields(self):
            if getattr(self, field.name) != getattr(other, field.name):
                yield field.name

    def with_(self, **changes: Any) -> Self:
        """Return a copy with some fields changed."""
        return replace(self, **changes)


def _plain(value: float) -> float:
    """Return `value` as a float, and zero without a sign: -0.0 equals 0.0 but is spelt otherwise."""
    return float(value) + 0.0

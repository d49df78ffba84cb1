"""Every choice that a learner has, declared once: key, words, bounds, default.

Menus, link parameters, validation and the documentation's test all read these declarations. A new
choice is one entry here and one field in `Experiment`. Nothing here parses a whole link or draws.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

import numpy as np

from playground.core.errors import ExperimentError
from playground.core.message import N_, Message, message

MAX_HIDDEN_LAYERS: Final = 4
MAX_UNITS: Final = 1024
TRAINING_IMAGES: Final = 60_000

_WHOLE: Final = re.compile(r"[0-9]{1,40}")
_DECIMAL: Final = re.compile(r"(?=.{1,40}$)([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
"""What counts as a number in a link. Python's own `int` and `float` read far more: digits of other
scripts, blanks, underscores, "nan"; and thousands of digits, which they cannot handle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What all choices share.

    Args:
        key: the widget's key and the link's parameter.
        label: two or three words above the control.
        help: one sentence: what happens when the value grows or the option is taken.
    """

    key: str
    label: str
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Choice):
    """A number between `low` and `high`, both allowed. `marks` are the slider's stops."""

    low: float
    high: float
    default: float
    whole: bool = False
    marks: tuple[float, ...] = ()

    @property
    def expected(self) -> Message:
        text = (
            N_("a whole number from {low} to {high}")
            if self.whole
            else N_("a number from {low} to {high}")
        )
        return message(text, low=number_text(self.low), high=number_text(self.high))

    def check(self, value: object) -> None:
        """Raise `ExperimentError` unless `value` is a number, in range and whole where it must be."""
        numeric = int | float | np.integer | np.floating
        # NaN and the infinities are in no range.
        if not (isinstance(value, numeric) and self.low <= value <= self.high) or (
            self.whole and value % 1 != 0
        ):
            raise ExperimentError(_refusal(self.label, value, self.expected))

    def parse(self, text: str) -> float:
        """Return the number that `text` spells, or raise `ExperimentError`."""
        if not (_WHOLE if self.whole else _DECIMAL).fullmatch(text):
            raise ExperimentError(_refusal(self.label, text, self.expected))
        value = int(text) if self.whole else float(text)
        self.check(value)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Option(Choice):
    """One of a few named values; `options` maps each value to the words shown for it."""

    options: Mapping[str, str]
    default: str

    @property
    def expected(self) -> Message:
        return message(N_("one of {names}"), names=", ".join(self.options))

    def check(self, value: object) -> None:
        """Raise `ExperimentError` unless `value` is one of the options."""
        if not isinstance(value, str) or value not in self.options:
            raise ExperimentError(_refusal(self.label, value, self.expected))

    def parse(self, text: str) -> str:
        """Return `text` if it names an option, or raise `ExperimentError`."""
        self.check(text)
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Choice):
    """Yes or no."""

    default: bool

    @property
    def expected(self) -> Message:
        return message(N_("true or false"))

    def check(self, value: object) -> None:
        """Raise `ExperimentError` unless `value` is true or false, or equal to one of them."""
        if value not in (True, False):
            raise ExperimentError(_refusal(self.label, value, self.expected))

    def parse(self, text: str) -> bool:
        """Return the truth value that `text` spells, or raise `ExperimentError`."""
        if text not in ("true", "false"):
            raise ExperimentError(_refusal(self.label, text, self.expected))
        return text == "true"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden(Choice):
    """The hidden layers' units, first to last."""

    default: tuple[int, ...]

    @property
    def expected(self) -> Message:
        return message(
            N_(
                "0 for none, or up to {layers} whole numbers from 1 to {units} joined by '-', such as 512-256"
            ),
            layers=MAX_HIDDEN_LAYERS,
            units=MAX_UNITS,
        )

    def check(self, value: object) -> None:
        """Raise `ExperimentError` unless there are at most four layers of 1 to 1024 units."""
        if not isinstance(value, tuple | list):
            raise ExperimentError(_refusal(self.label, value, self.expected))
        in_range = all(
            isinstance(units, int | np.integer) and 1 <= units <= MAX_UNITS for units in value
        )
        if len(value) > MAX_HIDDEN_LAYERS or not in_range:
            raise ExperimentError(_refusal(self.label, "-".join(map(str, value)), self.expected))

    def parse(self, text: str) -> tuple[int, ...]:
        """Return the units that `text` spells ("512-256", "0"), or raise `ExperimentError`."""
        if text == "0":
            return ()
        parts = text.split("-")
        if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
            raise ExperimentError(_refusal(self.label, text, self.expected))
        value = tuple(int(part) for part in parts)
        self.check(value)
        return value


AnyChoice: TypeAlias = Number | Option | Flag | Hidden
"""What a choice can be; whoever handles one handles these four."""


def number_text(value: float) -> str:
    """Return the shortest text that reads back as `value`, in digits if they are few: 0.00001, 10."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    shortest = repr(float(value))
    digits = f"{Decimal(shortest):f}"
    return digits if len(digits) <= 20 else shortest


def _refusal(label: str, received: object, expected: Message) -> Message:
    shown = received if isinstance(received, str) else repr(received)
    return message(
        N_("{label}: received {received}, expected {expected}."),
        label=message(label),
        received=quote(shown),
        expected=expected,
    )


def quote(text: str, limit: int = 40) -> str:
    """Return `text` in quotation marks, on one line, cut after `limit` characters."""
    line = "".join(character if character.isprintable() else "�" for character in text[:limit])
    return f"“{line}…”" if len(text) > limit else f"“{line}”"


DATASET: Final = Option(
    key="dataset",
    label=N_("Dataset"),
    help=N_("Which pictures to learn: ten kinds of clothing, or ten handwritten digits."),
    options={"fashion": "Fashion-MNIST", "mnist": "MNIST"},
    default="fashion",
)
NORMALIZE: Final = Flag(
    key="normalize",
    label=N_("Normalise"),
    help=N_(
        "Divides every pixel by 255, so that inputs lie between 0 and 1 and training is steadier."
    ),
    default=True,
)
HIDDEN: Final = Hidden(
    key="hidden",
    label=N_("Hidden layers"),
    help=N_("The layers between the picture and the ten answers."),
    default=(128,),
)
HIDDEN_LAYERS: Final = Number(
    key="hidden_layers",
    label=N_("Hidden layers"),
    help=N_(
        "More layers let the network build patterns out of patterns; with none it can only weigh pixels."
    ),
    low=0,
    high=MAX_HIDDEN_LAYERS,
    default=1,
    whole=True,
)
HIDDEN_UNITS: Final = Number(
    key="hidden_units",
    label=N_("Units"),
    help=N_("More units can tell more patterns apart, and every one makes an epoch take longer."),
    low=1,
    high=MAX_UNITS,
    default=128,
    whole=True,
    marks=(
        1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 100, 128, 160, 192, 200, 256,
        300, 320, 384, 400, 448, 500, 512, 600, 640, 700, 768, 800, 896, 900, 1000, 1024,
    ),
)  # fmt: skip
EPOCHS: Final = Number(
    key="epochs",
    label=N_("Epochs"),
    help=N_(
        "How many times the network goes through all training pictures; too many, and it learns them by heart."
    ),
    low=1,
    high=100,
    default=5,
    whole=True,
)
STOP_METRIC: Final = Option(
    key="stop_metric",
    label=N_("Stop early"),
    help=N_("Ends training after the first epoch whose value crosses the threshold."),
    options={
        "none": N_("Never"),
        "loss": N_("Training loss below"),
        "accuracy": N_("Training accuracy above"),
        "val_loss": N_("Test loss below"),
        "val_accuracy": N_("Test accuracy above"),
    },
    default="none",
)
STOP_VALUE: Final = Number(
    key="stop_value",
    label=N_("Threshold"),
    help=N_(
        "Training ends when the loss falls below this, or the accuracy (0 to 1) rises above it."
    ),
    low=0,
    high=10,
    default=0.4,
)
"""Its default is what a link means that names a metric and no value."""

STOP_PRESETS: Final[Mapping[str, Mapping[str, float]]] = {
    "fashion": {"loss": 0.4, "accuracy": 0.87},
    "mnist": {"loss": 0.1, "accuracy": 0.97},
}
"""Thresholds to begin with, by dataset, for losses and for accuracies: the default network crosses them
in its five epochs, and not in the first one, when a threshold could just as well not be there."""

LEARNING_RATE: Final = Number(
    key="lr",
    label=N_("Learning rate"),
    help=N_("How far each step moves the weights: larger learns faster until it overshoots."),
    low=0.00001,
    high=10,
    default=0.001,
    marks=(
        0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.002, 0.003, 0.005, 0.01, 0.03, 0.1, 0.3, 1, 3, 10,
    ),
)  # fmt: skip
OPTIMIZER: Final = Option(
    key="optimizer",
    label=N_("Optimiser"),
    help=N_(
        "The rule that turns the loss’s slopes into weight changes; Adam adapts the step size for each weight."
    ),
    options={
        "adam": "Adam",
        "sgd": "SGD",
        "momentum": N_("SGD with momentum"),
        "rmsprop": "RMSprop",
        "adamw": "AdamW",
    },
    default="adam",
)
BATCH_SIZE: Final = Number(
    key="batch",
    label=N_("Batch size"),
    help=N_("Pictures per weight change: larger batches make an epoch faster and its steps fewer."),
    low=16,
    high=1024,
    default=32,
    whole=True,
    marks=(16, 32, 64, 128, 256, 512, 1024),
)
ACTIVATION: Final = Option(
    key="activation",
    label=N_("Activation"),
    help=N_(
        "What each hidden unit does with its sum; with linear, many layers can do no more than one."
    ),
    options={"relu": "ReLU", "tanh": "tanh", "sigmoid": "sigmoid", "linear": N_("linear")},
    default="relu",
)
DROPOUT: Final = Number(
    key="dropout",
    label=N_("Dropout"),
    help=N_(
        "The share of hidden units switched off at random in each step, so that none is relied on."
    ),
    low=0,
    high=0.9,
    default=0,
    marks=(0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
)
L2: Final = Number(
    key="l2",
    label=N_("L2 penalty"),
    help=N_("Adds the squared weights to the loss, times this: larger keeps the weights smaller."),
    low=0,
    high=0.1,
    default=0,
    marks=(0, 0.00001, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1),
)
TRAIN_SIZE: Final = Number(
    key="train_size",
    label=N_("Training pictures"),
    help=N_("How many of the 60,000 training pictures to use; fewer are sooner learnt by heart."),
    low=100,
    high=TRAINING_IMAGES,
    default=TRAINING_IMAGES,
    whole=True,
    marks=(100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000),
)
SEED: Final = Number(
    key="seed",
    label=N_("Seed"),
    help=N_(
        "Chooses the first weights and the order of the pictures; the same seed gives the same curve."
    ),
    low=0,
    high=999_999,
    default=0,
    whole=True,
)

CHOICES: Final[tuple[AnyChoice, ...]] = (
    DATASET, NORMALIZE, HIDDEN, EPOCHS, BATCH_SIZE, LEARNING_RATE, OPTIMIZER, STOP_METRIC, STOP_VALUE,
    ACTIVATION, DROPOUT, L2, TRAIN_SIZE, SEED,
)  # fmt: skip
"""The choices that make up an experiment, in the order of the link's parameters."""

WIDGETS_ONLY: Final[tuple[AnyChoice, ...]] = (HIDDEN_LAYERS, HIDDEN_UNITS)
"""Controls that together spell one choice, `hidden`."""


def every_choice() -> Iterator[AnyChoice]:
    """Yield each declared choice, those of widgets only included."""
    yield from CHOICES
    yield from WIDGETS_ONLY

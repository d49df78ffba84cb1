"""One experiment: everything that decides what a training run does, and the choice behind each of it.

Each choice is declared once, beside the field that keeps it: key, words, bounds, default. Widgets, links,
validation, labels and the documentation's table all read it there. A new choice is one declaration with
its field; whoever acts on it reads the field.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, Self, TypeAlias

from playground.core.choices import Flag, Number, Option, quote
from playground.core.dataset import DATASETS, Dataset
from playground.core.errors import ExperimentError
from playground.core.hidden import Hidden
from playground.core.layers import HIDDEN_KINDS, HiddenLayer
from playground.core.message import N_, message
from playground.core.optimizers import OPTIMIZERS
from playground.core.stop_rule import STOP_METRIC, STOP_VALUE, StopRule

AnyChoice: TypeAlias = Number | Option | Flag | Hidden
"""What a choice can be; whoever handles one handles these four."""

FORMAT: Final = 1
"""Of an experiment's JSON. Whoever changes what a field or its default means raises it, and carries
over what is stored (`store/migrations`); a field that is new costs nothing."""

_FIRST_FIELDS: Final = {
    "activation", "batch_size", "dataset", "dropout", "epochs", "hidden", "l2", "learning_rate",
    "normalize", "optimizer", "seed", "stop", "train_size",
}  # fmt: skip
"""Those that an experiment was written with, all of them, before formats had numbers."""

MOST_IMAGES: Final = max(dataset.train_images for dataset in DATASETS.values())
"""Training pictures of the largest dataset; of any other it means all."""

_CHOICES: Final = "choices"

PICTURES: Final = ("dataset", "choose_by")
"""Fields, and keys, that decide which pictures there are, and so what the default of another one means."""


def _chosen(choice: AnyChoice) -> Any:  # noqa: ANN401 - the field's type stands beside it
    """Return the field that keeps what is chosen."""
    return field(default=choice.plain(choice.default), metadata={_CHOICES: (choice,)})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """What to train, on what, for how long. Defaults are the notebook's main network.

    Numbers are kept in the type that their field names, whichever they came in: 10 and 10.0 are the
    same learning rate, so they have to be the same JSON.

    Raises:
        ExperimentError: a field outside its choice's bounds.
    """

    DATASET = Option(
        key="dataset",
        label=N_("Dataset"),
        help=N_("Which pictures the network learns to tell apart."),
        section="data",
        options={name: dataset.title for name, dataset in DATASETS.items()},
        default="fashion",
    )
    dataset: str = _chosen(DATASET)

    NORMALIZE = Flag(
        key="normalize",
        label=N_("Normalise"),
        help=N_("Divides every pixel by 255, so that inputs lie between 0 and 1."),
        section="data",
        is_compiled=False,
        default=True,
    )
    normalize: bool = _chosen(NORMALIZE)

    HIDDEN = Hidden(
        key="hidden",
        label=N_("Hidden layers"),
        help=N_("The layers between the picture and the answers."),
        section="network",
        layers=Number(
            key="hidden_layers",
            label=N_("Hidden layers"),
            help=N_(
                "How many layers lie between the pixels and the output; with none, the output weighs the pixels themselves."
            ),
            section="network",
            low=0,
            high=4,
            default=1,
            whole=True,
        ),
        default=(128,),
    )
    hidden: tuple[HiddenLayer, ...] = _chosen(HIDDEN)

    EPOCHS = Number(
        key="epochs",
        label=N_("Epochs"),
        help=N_("How many times the network goes through all training pictures."),
        section="training",
        is_compiled=False,
        low=1,
        high=100,
        default=5,
        whole=True,
    )
    epochs: int = _chosen(EPOCHS)

    stop: StopRule | None = field(default=None, metadata={_CHOICES: (STOP_METRIC, STOP_VALUE)})

    CHOOSE_BY = Option(
        key="choose_by",
        label=N_("Choose by"),
        help=N_(
            "Validation pictures are a sixth of the training pictures, held out: curves and stopping use them, and the test pictures are used once, at the end."
        ),
        is_compiled=False,
        options={"test": N_("Test pictures"), "validation": N_("Validation pictures")},
        default="test",
    )
    choose_by: str = _chosen(CHOOSE_BY)

    OPTIMIZER = Option(
        key="optimizer",
        label=N_("Optimiser"),
        help=N_(
            "The rule that turns the loss’s slopes into weight changes; Adam adapts the step size for each weight."
        ),
        options={name: optimizer.label for name, optimizer in OPTIMIZERS.items()},
        default="adam",
    )
    optimizer: str = _chosen(OPTIMIZER)

    LEARNING_RATE = Number(
        key="lr",
        label=N_("Learning rate"),
        help=N_("How far each step moves the weights."),
        is_compiled=False,
        low=0.00001,
        high=10,
        default=0.001,
        marks=(
            0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.002, 0.003, 0.005, 0.01, 0.03, 0.1, 0.3, 1, 3, 10,
        ),
    )  # fmt: skip
    learning_rate: float = _chosen(LEARNING_RATE)

    BATCH_SIZE = Number(
        key="batch",
        label=N_("Batch size"),
        help=N_(
            "Pictures per weight change: larger batches make an epoch faster and its steps fewer."
        ),
        is_compiled=False,
        low=16,
        high=1024,
        default=32,
        whole=True,
        marks=(16, 32, 64, 128, 256, 512, 1024),
    )
    batch_size: int = _chosen(BATCH_SIZE)

    ACTIVATION = Option(
        key="activation",
        label=N_("Activation"),
        help=N_(
            "What each hidden neuron does with its sum; with linear, many layers can do no more than one."
        ),
        options={"relu": "ReLU", "tanh": "tanh", "sigmoid": "sigmoid", "linear": N_("linear")},
        default="relu",
    )
    activation: str = _chosen(ACTIVATION)

    DROPOUT = Number(
        key="dropout",
        label=N_("Dropout"),
        help=N_(
            "The share of hidden neurons switched off at random in each step, so that none is relied on."
        ),
        low=0,
        high=0.9,
        default=0,
        marks=(0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    )
    dropout: float = _chosen(DROPOUT)

    L2 = Number(
        key="l2",
        label=N_("L2 penalty"),
        help=N_(
            "Adds the squared weights to the loss, times this: larger keeps the weights smaller."
        ),
        low=0,
        high=0.1,
        default=0,
        marks=(0, 0.00001, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1),
    )
    l2: float = _chosen(L2)

    TRAIN_SIZE = Number(
        key="train_size",
        label=N_("Training pictures"),
        help=N_("How many of the training pictures to use."),
        is_compiled=False,
        low=100,
        high=MOST_IMAGES,
        default=MOST_IMAGES,
        whole=True,
        marks=(
            100,
            200,
            500,
            1_000,
            2_000,
            5_000,
            10_000,
            20_000,
            30_000,
            40_000,
            50_000,
            MOST_IMAGES,
        ),
    )
    train_size: int = _chosen(TRAIN_SIZE)

    INIT = Option(
        key="init",
        label=N_("First weights"),
        help=N_("What the weights are before training: random numbers, drawn by the seed, or 0."),
        is_compiled=False,
        options={"random": N_("random"), "zero": N_("all 0")},
        default="random",
    )
    init: str = _chosen(INIT)

    SEED = Number(
        key="seed",
        label=N_("Seed"),
        help=N_(
            "Chooses the first weights and the order of the pictures; the same seed gives the same curve."
        ),
        is_compiled=False,
        low=0,
        high=999_999,
        default=0,
        whole=True,
    )
    seed: int = _chosen(SEED)

    def __post_init__(self) -> None:
        for name, choice in _FIELD_CHOICES.items():
            value = getattr(self, name)
            choice.check(value)
            object.__setattr__(self, name, choice.plain(value))
        if self.train_size == self.TRAIN_SIZE.default:
            object.__setattr__(self, "train_size", self.most_to_train)
        replace(self.TRAIN_SIZE, high=self.most_to_train).check(self.train_size)

    @property
    def data(self) -> Dataset:
        """The pictures that it trains and tests on."""
        return DATASETS[self.dataset]

    @property
    def validates(self) -> bool:
        """Whether pictures are held out of training, and watched in place of the test pictures."""
        return self.choose_by == "validation"

    @property
    def most_to_train(self) -> int:
        """How many pictures there are to train on; those held out are not."""
        return self.data.train_images - self.validates * self.data.validation_images

    @property
    def dense_units(self) -> tuple[int, ...]:
        """The units of its dense hidden layers, first to last."""
        return tuple(layer for layer in self.hidden if isinstance(layer, int))

    @property
    def steps_per_epoch(self) -> int:
        """Weight updates in one epoch; the last batch may be smaller."""
        return -(-self.train_size // self.batch_size)

    @property
    def defaults(self) -> Self:
        """The experiment with the same pictures to train on and to watch, and defaults for all else."""
        return type(self)(**{name: getattr(self, name) for name in PICTURES})

    def values(self) -> dict[str, Any]:
        """Return what is chosen by the choices' keys; without a stop rule its threshold is left out."""
        values = {choice.key: getattr(self, name) for name, choice in _FIELD_CHOICES.items()}
        values[STOP_METRIC.key] = "none" if self.stop is None else self.stop.metric
        if self.stop is not None:
            values[STOP_VALUE.key] = self.stop.value
        return values

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Return the experiment with these values by the choices' keys, and defaults for all others.

        Raises:
            ExperimentError: a value outside its choice's bounds.
        """
        chosen = {
            name: values[choice.key]
            for name, choice in _FIELD_CHOICES.items()
            if choice.key in values
        }
        metric = values.get(STOP_METRIC.key, STOP_METRIC.default)
        threshold = values.get(STOP_VALUE.key, STOP_VALUE.default)
        return cls(**chosen, stop=None if metric == "none" else StopRule(metric, threshold))

    def to_json(self) -> str:
        """Return the canonical JSON: sorted keys, no spaces, floats as Python spells them."""
        return json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, of what differs from the defaults; `from_dict` reads them back."""
        values: dict[str, Any] = {"format": FORMAT}
        plain = {name: _FIELD_CHOICES[name].default for name in PICTURES}
        chosen = [name for name in PICTURES if getattr(self, name) != plain[name]]
        chosen += self.differences(self.defaults)
        values |= {name: getattr(self, name) for name in chosen}
        if "hidden" in values:
            values["hidden"] = list(self.hidden)
        if self.stop is not None:
            values["stop"] = [self.stop.metric, self.stop.value]
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the experiment that `to_dict` wrote, also in the days before formats had numbers.

        Raises:
            ExperimentError: a value outside its choice's bounds, a field that is unknown, a format
                that is newer; in one without a number, a field that is missing.
        """
        written = {name: value for name, value in values.items() if name != "format"}
        names = {field.name for field in fields(cls)}
        format_ = values.get("format")
        if format_ is not None and (type(format_) is not int or not 0 < format_ <= FORMAT):
            raise ExperimentError(
                message(
                    N_("Format of the settings: received {received}, expected {expected} or less."),
                    received=quote(repr(format_)),
                    expected=FORMAT,
                )
            )
        if not names.issuperset(written) or (format_ is None and set(written) != _FIRST_FIELDS):
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
                    received=quote(repr(stop)),
                )
            )
        return cls(**written, stop=None if stop is None else StopRule(*stop))

    @property
    def key(self) -> str:
        """Return the name under which equal experiments meet: 16 hexadecimal digits."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]

    def differences(self, other: Experiment) -> Iterator[str]:
        """Yield the names of the fields in which `other` is not the same."""
        for one in fields(self):
            if getattr(self, one.name) != getattr(other, one.name):
                yield one.name

    def with_(self, **changes: Any) -> Self:
        """Return a copy with some fields changed."""
        return replace(self, **changes)


CHOICES: Final[tuple[AnyChoice, ...]] = tuple(
    choice for one in fields(Experiment) for choice in one.metadata[_CHOICES]
)
"""The choices that make up an experiment, in the order of a link's parameters."""

LABELS: Final[Mapping[str, str]] = {
    one.name: one.metadata[_CHOICES][0].label for one in fields(Experiment)
}
"""The label of each field of an experiment."""

_FIELD_CHOICES: Final[Mapping[str, AnyChoice]] = {
    one.name: one.metadata[_CHOICES][0]
    for one in fields(Experiment)
    if len(one.metadata[_CHOICES]) == 1
}
"""Of each field that one choice fills, that choice."""


def every_choice() -> Iterator[AnyChoice]:
    """Yield each declared choice, those included that together spell one, as a layer's units do."""
    yield from CHOICES
    yield Experiment.HIDDEN.layers
    yield HIDDEN_KINDS[0].size

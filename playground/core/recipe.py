"""A network to break on purpose: what shapes go through it, where they do not fit, and how to mend it.

Pure arithmetic on shapes; that Keras really does as it says is tested beside Keras.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from playground.core.dataset import DATASETS, Dataset
from playground.core.layers import Dense, Flatten, Layer, Shape
from playground.core.message import N_, Message, message
from playground.core.network import Network

FlattenPlace = Literal["first", "late", "removed"]
Labels = Literal["numbers", "one-hot"]

DATA: Final = DATASETS["mnist"]
"""The pictures that a recipe is tried on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What a learner puts together.

    Args:
        input_shape: height and width that the network is told to expect.
        flatten: before the first dense layer, after it, or nowhere.
        hidden: units of the hidden layer; None if it is removed.
        outputs: units of the last layer.
        labels: how the true classes are given: a number, or zeros and a one for each picture.
    """

    input_shape: tuple[int, int] = DATA.shape
    flatten: FlattenPlace = "first"
    hidden: int | None = 128
    outputs: int = DATA.classes
    labels: Labels = "numbers"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, for a worker."""
        return {
            "input_shape": list(self.input_shape),
            "flatten": self.flatten,
            "hidden": self.hidden,
            "outputs": self.outputs,
            "labels": self.labels,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Recipe:
        """Return what `to_dict` wrote."""
        height, width = values["input_shape"]
        return cls(**{**values, "input_shape": (height, width)})

    @property
    def data(self) -> Dataset:
        """The pictures that it is tried on."""
        return DATA

    @property
    def network(self) -> Network:
        """The network that it makes."""
        layers: list[Layer] = [] if self.hidden is None else [Dense(self.hidden)]
        layers.append(Dense(self.outputs, "softmax"))
        if self.flatten != "removed":
            layers.insert(0 if self.flatten == "first" else 1, Flatten())
        return Network(self.input_shape, tuple(layers))


class Mismatch(enum.Enum):
    """Why a network does not fit its pictures or its labels."""

    INPUT = "input"
    """It expects pictures of another size."""
    ROWS = "rows"
    """It answers with rows of numbers instead of one row a picture."""
    FEW = "few"
    """It has fewer answers than there are classes."""
    ONE_HOT = "one-hot"
    """The loss expects a number a picture and gets ten."""


@dataclass(frozen=True, slots=True)
class Ribbon:
    """The shapes from picture to answer.

    Args:
        shapes: of the input, and after each layer, the batch left out.
        mismatch: what does not fit, if anything.
        at: the place in `shapes` where it does not fit; their number if it is at the labels.
    """

    shapes: tuple[Shape, ...]
    mismatch: Mismatch | None = None
    at: int | None = None


def run_through(recipe: Recipe) -> Ribbon:
    """Return the shapes of a recipe and where they do not fit."""
    shapes = recipe.network.shapes
    ribbon = Ribbon(shapes)
    if recipe.input_shape != recipe.data.shape:
        return replace(ribbon, mismatch=Mismatch.INPUT, at=0)
    last = len(shapes) - 1
    if len(shapes[-1]) > 1:
        return replace(ribbon, mismatch=Mismatch.ROWS, at=last)
    if recipe.labels == "one-hot":
        return replace(ribbon, mismatch=Mismatch.ONE_HOT, at=last + 1)
    if shapes[-1][0] < recipe.data.classes:
        return replace(ribbon, mismatch=Mismatch.FEW, at=last)
    return ribbon


def explain(recipe: Recipe) -> Message:
    """Return what is wrong with a recipe in plain words, or what is only odd about it."""
    ribbon = run_through(recipe)
    answer = "({})".format(", ".join(map(str, ribbon.shapes[-1])))
    match ribbon.mismatch:
        case Mismatch.INPUT:
            return message(
                N_(
                    "The network expects pictures of {expected} pixels, and the pictures have {received}. "
                    "The first layer has to fit the shape of the data."
                ),
                expected=_times(recipe.input_shape),
                received=_times(recipe.data.shape),
            )
        case Mismatch.ROWS:
            return message(
                N_(
                    "Nothing joins the rows of a picture, so the answer to one picture has the shape "
                    "{shape}. The loss needs one row of numbers a picture: put Flatten back."
                ),
                shape=answer,
            )
        case Mismatch.FEW:
            return message(
                N_(
                    "{outputs} outputs can answer 0 to {highest}, and the labels go up to {last}. A network "
                    "needs as many outputs as there are classes."
                ),
                outputs=recipe.outputs,
                highest=recipe.outputs - 1,
                last=recipe.data.classes - 1,
            )
        case Mismatch.ONE_HOT:
            return message(
                N_(
                    "The labels are ten zeros and ones a picture, and this loss, the sparse one, "
                    "expects the class as one number."
                )
            )
        case None:
            return _explain_oddity(recipe)


def _explain_oddity(recipe: Recipe) -> Message:
    if recipe.flatten == "late" and recipe.hidden is None:
        # The only dense layer is the last one, and Flatten comes after it.
        return message(
            N_(
                "It trains, but not as meant: Flatten comes last and joins {rows} rows of {outputs} "
                "numbers into one answer of {total}."
            ),
            rows=recipe.data.shape[0],
            outputs=recipe.outputs,
            total=recipe.data.shape[0] * recipe.outputs,
        )
    if recipe.flatten == "late":
        return message(
            N_(
                "It trains, but it is another network: its first layer looks at each row of {columns} "
                "pixels by itself."
            ),
            columns=recipe.data.shape[1],
        )
    if recipe.outputs > recipe.data.classes:
        return message(
            N_(
                "It trains. Labels go from 0 to {last}, so {unused} of the {outputs} outputs are never "
                "the right answer."
            ),
            last=recipe.data.classes - 1,
            unused=recipe.outputs - recipe.data.classes,
            outputs=recipe.outputs,
        )
    return message(N_("It trains: every shape fits the next."))


_REPAIRS: Final[Mapping[Mismatch, Callable[[Recipe], Recipe]]] = {
    Mismatch.INPUT: lambda recipe: replace(recipe, input_shape=DATA.shape),
    Mismatch.ROWS: lambda recipe: replace(recipe, flatten="first"),
    Mismatch.FEW: lambda recipe: replace(recipe, outputs=DATA.classes),
    Mismatch.ONE_HOT: lambda recipe: replace(recipe, labels="numbers"),
}


def _times(shape: Shape) -> str:
    return " × ".join(map(str, shape))


def repair(recipe: Recipe) -> Recipe:
    """Return the recipe with what does not fit first put right; one in which all fits as it is."""
    mismatch = run_through(recipe).mismatch
    return recipe if mismatch is None else _REPAIRS[mismatch](recipe)

"""The choice of hidden layers: how many, of which kinds, and how large; as a link spells them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from playground.core.choices import Choice, Number, refusal
from playground.core.errors import ExperimentError
from playground.core.layers import HIDDEN_KINDS, HiddenLayer, hidden_kind, spell_hidden
from playground.core.message import N_, Message, message

LONGEST: Final = 16
"""Characters of a layer in a link; Python cannot read a number of thousands of digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden(Choice):
    """The hidden layers, first to last.

    Args:
        layers: how many there may be.
        default: those of the network that a visitor finds.
    """

    layers: Number
    default: tuple[HiddenLayer, ...]

    @property
    def expected(self) -> Message:
        dense, *others = HIDDEN_KINDS
        numbers = message(
            N_(
                "0 for none, or up to {layers} whole numbers from 1 to {units} joined by '-', such as 512-256"
            ),
            layers=int(self.layers.high),
            units=int(dense.size.high),
        )
        if not others:
            return numbers
        return message(
            N_("{numbers}; layers of other kinds are spelt {kinds}"),
            numbers=numbers,
            kinds=", ".join(str(spell_hidden(kind, int(kind.size.default))) for kind in others),
        )

    def check(self, value: object) -> None:
        """Raise `ExperimentError` unless there are at most four layers of a known kind and size."""
        if not isinstance(value, tuple | list):
            raise ExperimentError(refusal(self.label, value, self.expected))
        if len(value) > self.layers.high or not all(map(_is_layer, value)):
            raise ExperimentError(refusal(self.label, "-".join(map(str, value)), self.expected))

    def plain(self, value: Iterable[Any]) -> tuple[HiddenLayer, ...]:
        """Return allowed layers as they are kept: each in its one spelling."""
        return tuple(spell_hidden(*hidden_kind(_token(layer))) for layer in value)

    def spell(self, value: Iterable[HiddenLayer]) -> str:
        """Return the text that `parse` reads back as `value`."""
        return "-".join(map(str, value)) or "0"

    def parse(self, text: str) -> tuple[HiddenLayer, ...]:
        """Return the layers that `text` spells ("512-256", "0"), or raise `ExperimentError`."""
        if text == "0":
            return ()
        value = tuple(text.split("-"))
        if not all(part.isascii() and len(part) <= LONGEST for part in value):
            raise ExperimentError(refusal(self.label, text, self.expected))
        self.check(tuple(int(part) if part.isdigit() else part for part in value))
        return self.plain(value)


def _token(layer: Any) -> HiddenLayer:  # noqa: ANN401
    return layer if isinstance(layer, str) else int(layer)


def _is_layer(layer: object) -> bool:
    """Return whether `layer` is a whole number or a spelling of a kind and size that there are.

    A number in letters is none: what is kept of a dense layer is its units.
    """
    if not isinstance(layer, int | np.integer | str) or (
        isinstance(layer, str) and layer.isdigit()
    ):
        return False
    try:
        hidden_kind(_token(layer))
    except ExperimentError:
        return False
    return True

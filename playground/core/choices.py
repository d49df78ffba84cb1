"""The kinds of choices that a learner has: a number, one of a few, yes or no, hidden layers.

Each checks a value, reads and spells it as a link does, and says what it expects. Which choices there
are, `experiment` declares; nothing here parses a whole link or draws.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from playground.core.errors import ExperimentError
from playground.core.message import N_, Message, message

Section: TypeAlias = Literal["data", "network", "training", "more"]
"""Where a page shows a choice."""

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
        section: where a page shows it.
        is_compiled: whether the program that a worker compiles depends on it. Where it does not, a
            network that was compiled for another value is used again.
    """

    key: str
    label: str
    help: str
    section: Section = "more"
    is_compiled: bool = True


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
            raise ExperimentError(refusal(self.label, value, self.expected))

    def plain(self, value: Any) -> float:  # noqa: ANN401
        """Return an allowed value in the type that it is kept in: 10 and 10.0 are the same rate."""
        return int(value) if self.whole else float(value) + 0.0  # zero without a sign

    def spell(self, value: float) -> str:
        """Return the text that `parse` reads back as `value`."""
        return number_text(value)

    def parse(self, text: str) -> float:
        """Return the number that `text` spells, or raise `ExperimentError`."""
        if not (_WHOLE if self.whole else _DECIMAL).fullmatch(text):
            raise ExperimentError(refusal(self.label, text, self.expected))
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
            raise ExperimentError(refusal(self.label, value, self.expected))

    def plain(self, value: str) -> str:
        """Return an allowed value as it is."""
        return value

    def spell(self, value: str) -> str:
        """Return the text that `parse` reads back as `value`."""
        return value

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
            raise ExperimentError(refusal(self.label, value, self.expected))

    def plain(self, value: Any) -> bool:  # noqa: ANN401
        """Return an allowed value as true or false."""
        return bool(value)

    def spell(self, value: bool) -> str:
        """Return the text that `parse` reads back as `value`."""
        return "true" if value else "false"

    def parse(self, text: str) -> bool:
        """Return the truth value that `text` spells, or raise `ExperimentError`."""
        if text not in ("true", "false"):
            raise ExperimentError(refusal(self.label, text, self.expected))
        return text == "true"


def number_text(value: float) -> str:
    """Return the shortest text that reads back as `value`, in digits if they are few: 0.00001, 10."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    shortest = repr(float(value))
    digits = f"{Decimal(shortest):f}"
    return digits if len(digits) <= 20 else shortest


def refusal(label: str, received: object, expected: Message) -> Message:
    """Return what is said of a value that cannot be used: what came, and what fits."""
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

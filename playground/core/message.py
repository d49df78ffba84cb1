"""Sentences for people, written once in English and translated where they are shown.

A message keeps its words apart from its values, so that a translation can put the values where
its own grammar wants them. Nothing here translates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


def N_(text: str) -> str:
    """Mark `text` for the translators' catalogue and return it unchanged."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence with named places for values.

    Args:
        text: English, with places in `str.format` form: "Stopped after epoch {epoch}". It is the
            key into the catalogue of translations.
        values: what goes into the places; a value that is itself a `Message` is translated too.
    """

    text: str
    values: Mapping[str, str | int | float | Message] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def __hash__(self) -> int:
        return hash((self.text, frozenset(self.values.items())))

    def __reduce__(
        self,
    ) -> tuple[type[Message], tuple[str, dict[str, str | int | float | Message]]]:
        # A read-only view of a mapping cannot be pickled; what it shows can.
        return type(self), (self.text, dict(self.values))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; `from_dict` reads them back."""
        values = {
            name: value.to_dict() if isinstance(value, Message) else value
            for name, value in self.values.items()
        }
        return {"text": self.text, "values": values}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Message:
        """Return the message that `to_dict` wrote."""
        return cls(
            values["text"],
            {
                name: cls.from_dict(value) if isinstance(value, Mapping) else value
                for name, value in values["values"].items()
            },
        )

    def __str__(self) -> str:
        return self.text.format(**{name: _shown(value) for name, value in self.values.items()})


def _shown(value: str | float | Message) -> str | int | float:
    return str(value) if isinstance(value, Message) else value


def message(text: str, /, **values: str | float | Message) -> Message:
    """Return `text` with its values; the short form for calls with keywords."""
    return Message(text, values)

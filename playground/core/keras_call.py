"""Something that Keras is to make, written down once: the engine makes it, and it reads as Python code.

It knows no TensorFlow and no Keras; whether Keras has what is named here, `engine/keras_objects.py` finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class KerasCall:
    """One call, as `keras.layers.Dense(128, activation="relu")`.

    Args:
        path: below `keras`, as in "layers.Dense".
        arguments: those without a name, plain values or calls.
        keywords: names and values of the others, in order.
    """

    path: str
    arguments: tuple[Any, ...] = ()
    keywords: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        parts = [_code(value) for value in self.arguments]
        parts += [f"{name}={_code(value)}" for name, value in self.keywords]
        return f"keras.{self.path}({', '.join(parts)})"


def _code(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)

"""A network that gives most pictures one and the same answer: how many of them, and what its layers show.

Looks at numbers only; what is said of it, and what helps, stands in `repair`.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

SAME: Final = 0.01
"""Two answers are the same if no class's probabilities are further apart: what bars can show."""

MOST: Final = 0.5
"""Share of the pictures from which a common answer is a collapse. A network that tells ten classes
apart, however badly, gives no answer to half of its pictures; see the grid in `tests/engine`."""

NEARLY_ALL: Final = 0.9
"""Share of the pictures from which it is as good as all of them, and of units from which it is a layer."""

END: Final = 0.01
"""How near to an end of its range a tanh or sigmoid unit is where its slope is as good as 0."""


class CollapseKind(enum.StrEnum):
    """What the hidden layers show.

    SILENT: all ReLUs of one give 0, so that nothing gets through and no slope comes back.
    SATURATED: the units of one stand at the same ends of tanh or sigmoid, where these are flat.
    ALIKE: neither; the answers are the same all the same, as those of a network that has hardly begun.
    """

    SILENT = "silent"
    SATURATED = "saturated"
    ALIKE = "alike"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collapse:
    """Most pictures get one and the same answer.

    Args:
        kind: what the hidden layers show.
        share: of the test pictures, 0–1, those for which the layer shows it, or else that get it.
        layer: the hidden layer that shows it, from 1; 0 if none does.
    """

    kind: CollapseKind
    share: float
    layer: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; `from_dict` reads them back."""
        return {"kind": str(self.kind), "share": self.share, "layer": self.layer}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Collapse:
        """Return the collapse that `to_dict` wrote."""
        return cls(kind=CollapseKind(values["kind"]), share=values["share"], layer=values["layer"])


def find_collapse(
    answers: NDArray[np.float32],
    activation: str,
    hidden: Callable[[], Iterable[NDArray[np.float32]]],
) -> Collapse | None:
    """Return how a network has collapsed, or None if it has not.

    Args:
        answers: probabilities of the test pictures, float32 (pictures, 10).
        activation: of the hidden layers.
        hidden: returns each hidden layer's outputs, float32 (pictures, units); asked only if it matters.
    """
    share = same_answer(answers)
    if share < MOST:
        return None
    measure, kind = _MEASURES.get(activation, (None, CollapseKind.ALIKE))
    stopped = [measure(outputs) for outputs in hidden()] if measure else []
    if max(stopped, default=0.0) < MOST:
        return Collapse(kind=CollapseKind.ALIKE, share=share)
    layer = int(np.argmax(stopped))
    return Collapse(kind=kind, share=stopped[layer], layer=layer + 1)


def same_answer(answers: NDArray[np.float32]) -> float:
    """Return the share of pictures whose answer is the middle one, class by class; NaN equals nothing."""
    return _near_the_middle(answers, SAME)


def _near_the_middle(rows: NDArray[np.float32], distance: float) -> float:
    middle = np.median(rows, axis=0)
    return float((np.abs(rows - middle).max(axis=1) < distance).mean())


def _silent(outputs: NDArray[np.float32]) -> float:
    """Return the share of pictures for which every ReLU gives 0."""
    return float((outputs.max(axis=1) <= 0).mean())


def _saturated_sigmoid(outputs: NDArray[np.float32]) -> float:
    """Return the share of pictures for which the units stand at the same ends; 0 where they do not."""
    at_an_end = np.abs(outputs - 0.5) > 0.5 - END
    return _near_the_middle(outputs, 2 * END) if at_an_end.mean() >= NEARLY_ALL else 0.0


def _saturated_tanh(outputs: NDArray[np.float32]) -> float:
    return _saturated_sigmoid((outputs + 1) / np.float32(2))


_MEASURES: Final = {
    "relu": (_silent, CollapseKind.SILENT),
    "sigmoid": (_saturated_sigmoid, CollapseKind.SATURATED),
    "tanh": (_saturated_tanh, CollapseKind.SATURATED),
}
"""By activation, what a hidden layer shows that lets nothing through."""

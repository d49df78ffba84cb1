"""The rules that turn a loss's slopes into changes of weights; a new one is one entry here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from playground.core.keras_call import KerasCall
from playground.core.message import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimizer:
    """A rule.

    Args:
        label: its name in a menu.
        path: of Keras's class, as in "optimizers.Adam".
        keywords: what Keras is told beside the learning rate.
        steady_rate: a learning rate at which it trains these pictures without diverging.
    """

    label: str
    path: str
    keywords: tuple[tuple[str, Any], ...] = ()
    steady_rate: float = 0.001

    def keras(self, learning_rate: float) -> KerasCall:
        """Return how Keras makes it."""
        return KerasCall(self.path, (learning_rate,), self.keywords)


OPTIMIZERS: Final[Mapping[str, Optimizer]] = MappingProxyType(
    {
        "adam": Optimizer(label="Adam", path="optimizers.Adam"),
        "sgd": Optimizer(label="SGD", path="optimizers.SGD", steady_rate=0.01),
        "momentum": Optimizer(
            label=N_("SGD with momentum"),
            path="optimizers.SGD",
            keywords=(("momentum", 0.9),),
            steady_rate=0.01,
        ),
        "rmsprop": Optimizer(label="RMSprop", path="optimizers.RMSprop"),
        "adamw": Optimizer(label="AdamW", path="optimizers.AdamW"),
    }
)
"""By their names in links."""

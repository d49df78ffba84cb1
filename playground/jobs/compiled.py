"""Which worker has which networks compiled, as far as can be told from what each was given."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection

from playground.core.experiment import Experiment
from playground.engine.architecture import WARM_NETWORKS, Architecture

FIRST = Architecture.of(Experiment())
"""What every worker compiles when it starts."""


class CompiledNetworks:
    """Remembers what workers were given. To be wrong costs a second and nothing else.

    Not safe to share between threads: its owner has a lock.
    """

    def __init__(self) -> None:
        self._known: dict[str, OrderedDict[Architecture, None]] = {}

    def add(self, worker: str, experiment: Experiment) -> None:
        """Remember that `worker` compiles the network of `experiment`, and forgets its oldest for it."""
        known = self._known.setdefault(worker, OrderedDict({FIRST: None}))
        architecture = Architecture.of(experiment)
        known[architecture] = None
        known.move_to_end(architecture)
        while len(known) > WARM_NETWORKS:
            known.popitem(last=False)

    def knows(self, worker: str, experiment: Experiment) -> bool:
        """Whether `worker` has the network of `experiment` compiled."""
        return Architecture.of(experiment) in self._known.get(worker, (FIRST,))

    def best(self, workers: Collection[str], experiment: Experiment) -> str:
        """Return one of `workers`, which are not empty: one that knows the network, if any does."""
        return min(workers, key=lambda worker: (not self.knows(worker, experiment), worker))

    def keep(self, workers: Collection[str]) -> None:
        """Forget all but `workers`."""
        for gone in self._known.keys() - set(workers):
            del self._known[gone]

"""Which worker is thought to know which network."""

from __future__ import annotations

from playground.core.experiment import Experiment
from playground.engine.architecture import WARM_NETWORKS
from playground.jobs.compiled import CompiledNetworks

NEW = Experiment(hidden=(77,))


def test_a_young_worker_knows_what_it_compiled_at_its_start() -> None:
    compiled = CompiledNetworks()
    assert compiled.knows("a", Experiment(seed=7, epochs=3, normalize=False))
    assert not compiled.knows("a", NEW)
    assert not compiled.knows("a", Experiment(dataset="mnist"))


def test_the_worker_that_knows_a_network_is_taken() -> None:
    compiled = CompiledNetworks()
    compiled.add("b", NEW)
    assert compiled.best({"a", "b"}, NEW.with_(seed=3)) == "b"
    assert compiled.best({"a", "b"}, Experiment()) == "a"
    compiled.keep({"a"})
    assert compiled.best({"a", "b"}, NEW) == "a"


def test_the_network_used_longest_ago_is_forgotten() -> None:
    compiled = CompiledNetworks()
    for units in range(1, WARM_NETWORKS):
        compiled.add("a", Experiment(hidden=(units,)))
    compiled.add("a", Experiment())
    compiled.add("a", NEW)
    assert compiled.knows("a", Experiment())
    assert not compiled.knows("a", Experiment(hidden=(1,)))
    assert compiled.knows("a", Experiment(hidden=(2,)))

"""Which worker is thought to know which network."""

from __future__ import annotations

from playground.core.experiment import Experiment
from playground.engine.architecture import WARM_NETWORKS
from playground.jobs.warmth import Warmth

NEW = Experiment(hidden=(77,))


def test_a_young_worker_knows_what_it_compiled_at_its_start() -> None:
    warmth = Warmth()
    assert warmth.knows("a", Experiment(seed=7, epochs=3, normalize=False))
    assert not warmth.knows("a", NEW)
    assert not warmth.knows("a", Experiment(dataset="mnist"))


def test_the_worker_that_knows_a_network_is_taken() -> None:
    warmth = Warmth()
    warmth.note("b", NEW)
    assert warmth.best({"a", "b"}, NEW.with_(seed=3)) == "b"
    assert warmth.best({"a", "b"}, Experiment()) == "a"
    warmth.keep({"a"})
    assert warmth.best({"a", "b"}, NEW) == "a"


def test_the_network_used_longest_ago_is_forgotten() -> None:
    warmth = Warmth()
    for units in range(1, WARM_NETWORKS):
        warmth.note("a", Experiment(hidden=(units,)))
    warmth.note("a", Experiment())
    warmth.note("a", NEW)
    assert warmth.knows("a", Experiment())
    assert not warmth.knows("a", Experiment(hidden=(1,)))
    assert warmth.knows("a", Experiment(hidden=(2,)))

"""The table of an epoch, from figures that one can check by hand."""

from __future__ import annotations

from typing import Any

from benchmarks.epochs import KINDS, compare, later, report

OURS = {
    "training": [9.0, 0.5, 0.5],
    "cpu": [9.0, 0.5, 0.5],
    "with_test": [9.0, 0.6, 0.6],
    "compile_first": 2.0,
    "compile_next": 1.0,
    "warm_start": 0.2,
}


def measured(*without: str) -> dict[str, list[dict[str, Any]]]:
    """Return two rounds: the notebook takes ten times as long, all others twice as long."""
    rounds: dict[str, list[dict[str, Any]]] = {}
    for name in KINDS:
        seconds = {"notebook": 5.0, "notebook_one": 4.0}.get(name, 1.0)
        theirs = {"training": [9.0, seconds, seconds], "cpu": [9.0, 2 * seconds, 2 * seconds]}
        if name not in without:
            rounds[name] = [OURS if name == "playground" else theirs] * 2
    return rounds


def test_the_first_epoch_of_a_process_is_left_out() -> None:
    assert later(measured()["playground"], "training") == [0.5] * 4


def test_the_table() -> None:
    text, figures, verdicts = report("128", measured())
    assert (
        text
        == """\
One epoch, 128 hidden units, seconds            median  least   most  cores  of ours
------------------------------------------------------------------------------------
the notebook's own fit, as it comes              5.000  5.000  5.000   2.00    10.00
the notebook's own fit, one thread               4.000  4.000  4.000   2.00     8.00
PyTorch, eager, one thread                       1.000  1.000  1.000   2.00     2.00
JAX, lax.scan, one thread                        1.000  1.000  1.000   2.00     2.00
playground, one thread                           0.500  0.500  0.500   1.00     1.00
BLAS's matrix products alone                     1.000  1.000  1.000   2.00     2.00
playground: with its look at the test pictures   0.600  0.600  0.600
playground: compile, a process's first network   2.000  2.000  2.000
playground: compile, any later network           1.000  1.000  1.000
playground: warm start to the first chunk        0.200  0.200  0.200
128 units, times as fast as the notebook's own fit, as it comes: 10.00; at least 7 wanted: held
128 units, times as fast as PyTorch, eager, one thread: 2.00; at least 2 wanted: held
128 units, seconds over JAX, lax.scan, one thread: 0.50; at most 1.15 wanted: held
128 units, seconds over BLAS's matrix products alone: 0.50; at most 1.25 wanted: held
Times as fast as the notebook's own fit, by round: 10.00, 10.00"""
    )
    assert figures["times_as_fast_by_round"] == [10, 10]
    assert [verdict.held for verdict in verdicts] == [True] * 4


def test_what_is_not_installed_is_said() -> None:
    text, _, _ = report("128", measured("torch"))
    (row,) = (line for line in text.splitlines() if line.startswith("PyTorch"))
    assert row.split("  ")[-1] == "not installed (benchmarks/setup.sh says why)"


def test_what_was_not_measured_promises_nothing() -> None:
    _, _, verdicts = report("512-256", measured("torch", "jax"))
    assert [(verdict.target.limit, verdict.held) for verdict in verdicts] == [
        (6, True),
        (1.25, True),
    ]


def test_a_target_that_is_missed_is_said() -> None:
    medians = {"playground": 1.0, "notebook": 5.9, "jax": 0.8}
    faster, within = compare("512", medians)
    assert (faster.value, faster.held) == (5.9, False)
    assert (within.value, within.held) == (1.25, False)

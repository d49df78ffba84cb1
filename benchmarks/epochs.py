"""How long an epoch takes: ours, the notebook's, PyTorch's, JAX's, and BLAS's products alone.

Every measurement is a process of its own; a round runs each of them once, so that whatever else the
machine does meets all alike. The first epoch of a process is left out.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.machine import ONE_THREAD, ROOT, MeasurementError, measure_apart
from benchmarks.progress import Progress
from benchmarks.table import Part, Target, Verdict, cells, format_table, spread

HIDDEN: Final = ("128", "512", "512-256")

OTHERS_PYTHON: Final = ROOT / ".venv-bench" / "bin" / "python"
"""The interpreter that has PyTorch and JAX; `make bench` sets it up."""

NOT_THERE: Final = "not installed (benchmarks/setup.sh says why)"


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to train.

    Args:
        label: its row.
        workload: what its process is asked for.
        module: what measures it.
        one_thread: whether it is held to one thread.
        python: the interpreter.
    """

    label: str
    workload: str
    module: str = "benchmarks.workload"
    one_thread: bool = True
    python: Path = Path(sys.executable)


KINDS: Final = {
    "notebook": Kind("the notebook's own fit, as it comes", "notebook", one_thread=False),
    "notebook_one": Kind("the notebook's own fit, one thread", "notebook"),
    "torch": Kind("PyTorch, eager, one thread", "torch", "benchmarks.rivals", python=OTHERS_PYTHON),
    "jax": Kind("JAX, lax.scan, one thread", "jax", "benchmarks.rivals", python=OTHERS_PYTHON),
    "playground": Kind("playground, one thread", "playground"),
    "blas": Kind("BLAS's matrix products alone", "blas"),
}

FASTER: Final = {
    "notebook": {"128": 7, "512": 6, "512-256": 6},
    "torch": {"128": 2, "512": 2, "512-256": 2},
}
"""How many times as fast as another ours, on one thread, has to be, by hidden layers."""

WITHIN: Final = {"jax": 1.15, "blas": 1.25}
"""How many times another's seconds ours may take."""

Measured = Mapping[str, Sequence[Mapping[str, Any]]]
"""What each round's process of a kind printed, by the kind's name."""


def run(rounds: int, epochs: int) -> Part:
    """Measure and return what an epoch takes.

    Args:
        rounds: how often each is measured.
        epochs: of a measurement, from 2.
    """
    there = [name for name, kind in KINDS.items() if kind.python.exists()]
    texts, figures, verdicts, failures = [], {}, [], []
    progress = Progress("epochs", len(HIDDEN) * rounds * len(there))
    for hidden in HIDDEN:
        measured: dict[str, list[dict[str, Any]]] = {name: [] for name in there}
        for number in range(1, rounds + 1):
            for name in list(measured):
                progress.step(f"{hidden} units, round {number} of {rounds}: {KINDS[name].label}")
                try:
                    measured[name].append(measure(name, hidden, epochs))
                except MeasurementError as error:
                    failures.append(f"Left out: {error}")
                    del measured[name]
        text, result, found = report(hidden, measured)
        texts.append(text)
        figures[hidden] = result
        verdicts += found
    progress.end()
    return Part("\n\n".join([*texts, *failures]), figures, tuple(verdicts))


def measure(name: str, hidden: str, epochs: int) -> dict[str, Any]:
    """Return what one process measured.

    Raises:
        MeasurementError: it failed.
    """
    kind = KINDS[name]
    threads = ONE_THREAD if kind.one_thread else {}
    return measure_apart(kind.python, kind.module, [kind.workload, hidden, str(epochs)], threads)


def report(hidden: str, measured: Measured) -> tuple[str, dict[str, Any], list[Verdict]]:
    """Return the table for one network, its figures, and whether the targets are held."""
    seconds = {name: spread(later(rounds, "training")) for name, rounds in measured.items()}
    ours = seconds["playground"]["median"]
    rows = []
    for name, kind in KINDS.items():
        if name not in measured:
            rows.append([kind.label, NOT_THERE])
            continue
        cores = sum(later(measured[name], "cpu")) / sum(later(measured[name], "training"))
        times = seconds[name]["median"] / ours
        rows.append([kind.label, *_cells(seconds[name]), f"{cores:.2f}", f"{times:.2f}"])
    others = {
        "with its look at the test pictures": later(measured["playground"], "with_test"),
        "compile, a process's first network": each(measured, "compile_first"),
        "compile, any later network": each(measured, "compile_next"),
        "warm start to the first chunk": each(measured, "warm_start"),
    }
    for label, values in others.items():
        seconds[label] = spread(values)
        rows.append([f"playground: {label}", *_cells(seconds[label]), "", ""])
    columns = ("median", "least", "most", "cores", "of ours")
    text = format_table(f"One epoch, {hidden} hidden units, seconds", columns, rows)

    verdicts = compare(hidden, {name: it["median"] for name, it in seconds.items()})
    text += "".join(f"\n{verdict.sentence}" for verdict in verdicts)
    by_round = ", ".join(f"{value:.2f}" for value in ratios(measured))
    text += f"\nTimes as fast as the notebook's own fit, by round: {by_round}"
    figures = {"seconds": seconds, "times_as_fast_by_round": ratios(measured)}
    return text, figures, verdicts


def compare(hidden: str, medians: Mapping[str, float]) -> list[Verdict]:
    """Return whether ours is as fast as it has to be, beside each that was measured."""
    ours = medians["playground"]
    faster = [
        Target(
            label=f"{hidden} units, times as fast as {KINDS[name].label}",
            limit=limits[hidden],
            unit="",
            is_floor=True,
        ).check(medians[name] / ours)
        for name, limits in FASTER.items()
        if name in medians
    ]
    within = [
        Target(
            label=f"{hidden} units, seconds over {KINDS[name].label}", limit=limit, unit=""
        ).check(ours / medians[name])
        for name, limit in WITHIN.items()
        if name in medians
    ]
    return faster + within


def later(rounds: Sequence[Mapping[str, Any]], name: str) -> list[float]:
    """Return the values of all epochs but each process's first."""
    return [value for measured in rounds for value in measured[name][1:]]


def each(measured: Measured, name: str) -> list[float]:
    """Return one figure of each of our processes."""
    return [it[name] for it in measured["playground"]]


def ratios(measured: Measured) -> list[float]:
    """Return how many times as fast as the notebook ours was in each round."""
    return [
        statistics.median(theirs["training"][1:]) / statistics.median(mine["training"][1:])
        for theirs, mine in zip(measured["notebook"], measured["playground"], strict=True)
    ]


def _cells(measured: Mapping[str, float]) -> list[str]:
    return cells(measured, "median", "least", "most")

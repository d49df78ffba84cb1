"""`make bench`: the notebook's own training against ours, in turn, and against BLAS.

Every measurement is a process of its own; a round runs each of them once, so that whatever else the
machine does meets all alike. The first epoch of a process is left out. Prints a table, says whether
the bars are held, and writes `benchmarks/latest.json`.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from playground.core.recording import installed_versions

BARS: Final = {128: 6.0, 512: 5.0}
"""How many times faster an epoch of ours has to be, by hidden units."""

LATEST: Final = Path(__file__).parent / "latest.json"

KINDS: Final = ("notebook", "playground", "blas")
ONE_THREAD: Final = {
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
ENVIRONMENT: Final[dict[str, dict[str, str]]] = {
    "notebook": {"TF_CPP_MIN_LOG_LEVEL": "2"},  # as many threads as TensorFlow takes by itself
    "playground": ONE_THREAD,
    "blas": ONE_THREAD,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured")
    parser.add_argument("--epochs", type=int, default=4, help="epochs a measurement, from 2")
    options = parser.parse_args(arguments)

    machine = {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "versions": installed_versions(),
        "rounds": options.rounds,
        "epochs": options.epochs,
    }
    print(f"{machine['cpu']}, {machine['cores']} cores, load {machine['load_before']}")
    results = {units: compare(units, options.rounds, options.epochs) for units in BARS}
    LATEST.write_text(json.dumps({**machine, "results": results}, indent=2) + "\n")
    print(f"\nWritten to {LATEST.parent.name}/{LATEST.name}.")


def compare(units: int, rounds: int, epochs: int) -> dict[str, Any]:
    """Return and print what the measurements at `units` hidden units say."""
    measured: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    for _ in range(rounds):
        for kind in KINDS:
            measured[kind].append(measure(kind, units, epochs))

    def seconds(kind: str, name: str = "training") -> list[float]:
        return [value for it in measured[kind] for value in it[name][1:]]

    rows = {
        "notebook's own fit": seconds("notebook"),
        "playground, one thread": seconds("playground"),
        "the same with its test": seconds("playground", "with_test"),
        "BLAS's products alone": seconds("blas"),
        "compile, first": [it["compile_first"] for it in measured["playground"]],
        "compile, next": [it["compile_next"] for it in measured["playground"]],
        "warm start": [it["warm_start"] for it in measured["playground"]],
    }
    print(f"\n{units} hidden units{'median':>19} {'least':>8} {'most':>8}  seconds")
    for name, values in rows.items():
        print(f"  {name:<26}{statistics.median(values):9.3f} {min(values):8.3f} {max(values):8.3f}")

    medians = {name: statistics.median(values) for name, values in rows.items()}
    ours = medians["playground, one thread"]
    faster = medians["notebook's own fit"] / ours
    by_round = [
        statistics.median(theirs["training"][1:]) / statistics.median(mine["training"][1:])
        for theirs, mine in zip(measured["notebook"], measured["playground"], strict=True)
    ]
    held = faster >= BARS[units]
    over_blas = ours / medians["BLAS's products alone"]
    print(
        f"  {faster:.2f} times as fast as the notebook ({min(by_round):.2f} to {max(by_round):.2f} "
        f"by round); at least {BARS[units]:g} wanted: {'held' if held else 'not held'}\n"
        f"  {over_blas:.2f} times as long as BLAS's products alone"
    )
    return {
        "seconds": {
            name: {"median": medians[name], "least": min(values), "most": max(values)}
            for name, values in rows.items()
        },
        "times_as_fast": faster,
        "times_as_fast_by_round": by_round,
        "wanted": BARS[units],
        "held": held,
        "times_blas": over_blas,
    }


def measure(kind: str, units: int, epochs: int) -> dict[str, Any]:
    """Return what one measurement prints, taken in a process of its own.

    Raises:
        CalledProcessError: the process failed; what it wrote is on the screen.
    """
    inherited = {name: value for name, value in os.environ.items() if name not in ONE_THREAD}
    process = subprocess.run(
        [sys.executable, "-m", "benchmarks.workload", kind, str(units), str(epochs)],
        env={**inherited, "TF_CPP_MIN_LOG_LEVEL": "3", **ENVIRONMENT[kind]},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    measured: dict[str, Any] = json.loads(process.stdout.splitlines()[-1])
    return measured


def cpu_model() -> str:
    """Return what the processor calls itself."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()

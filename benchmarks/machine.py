"""The machine that measures: what it is, how busy it is, and processes of their own on it."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from playground.core.recording import installed_versions

ROOT: Final = Path(__file__).parents[1]

ONE_THREAD: Final = {
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}
"""What TensorFlow, BLAS, PyTorch and JAX read when they start."""


class MeasurementError(RuntimeError):
    """A measurement's process failed; its last words are the message."""


def describe_machine() -> dict[str, Any]:
    """Return what decides how fast anything is here."""
    return {
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": installed_versions(),
    }


def load() -> float:
    """Return how many processes wanted a core during the last minute."""
    return round(os.getloadavg()[0], 2)


def cpu_model() -> str:
    """Return what the processor calls itself."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def measure_apart(
    python: Path | str, module: str, arguments: Sequence[str], environment: Mapping[str, str]
) -> dict[str, Any]:
    """Return the JSON object that `python -m module` prints last.

    Args:
        python: the interpreter.
        module: of this project.
        arguments: of the command.
        environment: variables besides ours; those of `ONE_THREAD` count only if they are here.

    Raises:
        MeasurementError: the process failed.
    """
    inherited = {name: value for name, value in os.environ.items() if name not in ONE_THREAD}
    process = subprocess.run(
        [str(python), "-m", module, *arguments],
        cwd=ROOT,
        env={**inherited, "TF_CPP_MIN_LOG_LEVEL": "3", **environment},
        capture_output=True,
        check=False,
        text=True,
    )
    if process.returncode:
        words = process.stderr.strip().splitlines() or [f"ended with {process.returncode}"]
        raise MeasurementError(f"{module} {' '.join(arguments)}: {words[-1]}")
    measured: dict[str, Any] = json.loads(process.stdout.splitlines()[-1])
    return measured

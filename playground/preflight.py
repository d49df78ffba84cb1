"""Says in one sentence why the playground cannot be installed here, before anything is downloaded.

`python3 playground/preflight.py` is silent and ends with 0 where it can be. What decides is which builds
of TensorFlow there are. It needs the standard library alone, reads on older Pythons than the playground
does, and installs nothing.
"""

from __future__ import annotations

import platform
import sys
import sysconfig
from typing import NamedTuple

PYTHONS = ((3, 11), (3, 12), (3, 13))
"""The Pythons for which every library of `constraints.txt` has a build."""

BUILDS = {
    "linux": ("x86_64", "aarch64"),
    "darwin": ("arm64",),
    "win32": ("AMD64",),
}
"""Processors for which TensorFlow 2.21 has a build, by `sys.platform`."""


class Machine(NamedTuple):
    """What decides whether TensorFlow can be had.

    Args:
        python: the interpreter's version, as in (3, 12).
        system: as `sys.platform` has it.
        processor: as `platform.machine` has it.
        bits: of the interpreter's addresses.
        is_musl: whether the C library is musl, and not glibc.
    """

    python: tuple[int, ...] = PYTHONS[0]
    system: str = "linux"
    processor: str = "x86_64"
    bits: int = 64
    is_musl: bool = False


def this_machine() -> Machine:
    """Return what this interpreter runs on."""
    return Machine(
        python=sys.version_info[:2],
        system=sys.platform,
        processor=platform.machine(),
        bits=64 if sys.maxsize > 2**32 else 32,
        is_musl="musl" in str(sysconfig.get_config_var("SOABI")),
    )


def find_obstacle(machine: Machine) -> str | None:
    """Return why the playground cannot be installed on `machine` and what to do, or None."""
    if machine.python not in PYTHONS:
        return (
            f"The playground needs Python {wanted_pythons()}, for which TensorFlow and the other "
            f"libraries have builds; this is {'.'.join(map(str, machine.python))}. Install one of them."
        )
    if machine.system == "darwin" and machine.processor == "x86_64":
        return (
            "TensorFlow no longer has builds for Macs with an Intel processor. Run the playground in a "
            "Linux container on it; on a Mac with Apple silicon, install a Python that is built for "
            "arm64: this one is built for Intel."
        )
    if machine.bits < 64:
        return "TensorFlow has builds for 64-bit Pythons only, and this one is 32-bit. Install a 64-bit one."
    if machine.processor not in BUILDS.get(machine.system, ()):
        return (
            "TensorFlow has builds for Linux (x86_64, aarch64), macOS (arm64) and Windows (AMD64); this "
            f"is {machine.system} on {machine.processor or 'an unknown processor'}. Use another machine."
        )
    if machine.is_musl:
        return (
            "TensorFlow has no build for musl, the C library of Alpine Linux. Use a system with glibc, "
            "such as Debian, Ubuntu or Fedora, or the container image python:3.13-slim."
        )
    return None


def wanted_pythons() -> str:
    """Return the versions as people list them: 3.11, 3.12 or 3.13."""
    *most, last = (".".join(map(str, version)) for version in PYTHONS)
    return f"{', '.join(most)} or {last}"


if __name__ == "__main__":
    sys.exit(find_obstacle(this_machine()))

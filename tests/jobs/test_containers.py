"""In a container with little memory: a real control group of the kernel's, where one may be made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from playground.engine.cluster import worker_count, worker_limit
from playground.engine.condition import LIMIT
from playground.engine.limits import free_memory
from playground.jobs.contact import ROOT

MEMORY = 1_200_000_000
ARCHITECTURES = int(os.environ.get("ARCHITECTURES", "6"))
"""`ARCHITECTURES=40 pytest tests/jobs/test_containers.py` takes some minutes."""
CONTROLLER = Path("/sys/fs/cgroup/memory")


@contextmanager
def memory_group(limit: int) -> Iterator[Path]:
    """Make a control group with so many bytes; the test is left out where that is not allowed."""
    lines = Path("/proc/self/cgroup")
    own = [line.split(":", 2)[2] for line in _lines(lines) if ":memory:" in line]
    above = next((CONTROLLER / path.lstrip("/") for path in own), CONTROLLER)
    group = above / f"playground-{os.getpid()}"
    try:
        group.mkdir()
        (group / "memory.limit_in_bytes").write_text(str(limit))
    except OSError as error:
        pytest.skip(f"no control group can be made here: {error}")
    try:
        yield group
    finally:
        group.rmdir()


def test_a_small_container_gets_one_worker_that_stays_small_enough() -> None:
    with memory_group(MEMORY) as group:
        done = subprocess.run(
            [
                "sh",
                "-c",
                f'echo $$ > {group}/cgroup.procs; exec "$@"',
                "sh",
                *(sys.executable, "-m", "tests.jobs.in_container", str(ARCHITECTURES)),
            ],
            cwd=ROOT,
            env={name: it for name, it in os.environ.items() if not name.startswith("PLAYGROUND_")},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        kills = [line for line in _lines(group / "memory.oom_control") if "oom_kill " in line]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["workers"] == 1
    assert told["ends"] == [["finished", 0]] * ARCHITECTURES
    assert kills == ["oom_kill 0"]


def test_the_size_at_which_a_worker_is_replaced_follows_from_what_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(LIMIT, raising=False)
    monkeypatch.delenv("PLAYGROUND_WORKERS", raising=False)
    sizes = [worker_limit(workers) for workers in (1, 1_000)]
    assert sizes[0] <= 1_000
    assert sizes[1] == 600, "never so little that every worker would be too large"
    assert worker_count() * 1_000_000_000 <= max(1_000_000_000, free_memory())


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []

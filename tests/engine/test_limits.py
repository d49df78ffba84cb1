"""What a container leaves: trees of files as Linux lays them out, version 1 and 2 of control groups."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest

from playground.engine.limits import free_memory, memory_kills, usable_cores

GB = 1_000_000_000
MACHINE = 64 * GB


def lay_out(root: Path, files: Mapping[str, object]) -> Path:
    """Write files below `root` and return it."""
    for name, content in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{content}\n")
    return root


def version_2(path: str, limit: object, used: int, reclaimable: int = 0) -> dict[str, object]:
    """Return the files of one group of version 2."""
    return {
        f"sys/fs/cgroup{path}/memory.max": limit,
        f"sys/fs/cgroup{path}/memory.current": used,
        f"sys/fs/cgroup{path}/memory.stat": f"anon 5\ninactive_file {reclaimable}",
    }


def version_1(path: str, limit: int, used: int, reclaimable: int = 0) -> dict[str, object]:
    """Return the files of one group of version 1."""
    return {
        f"sys/fs/cgroup/memory{path}/memory.limit_in_bytes": limit,
        f"sys/fs/cgroup/memory{path}/memory.usage_in_bytes": used,
        f"sys/fs/cgroup/memory{path}/memory.stat": f"total_inactive_file {reclaimable}",
    }


@pytest.mark.parametrize("group", [version_2, version_1])
def test_a_groups_limit_counts_less_what_is_in_use(tmp_path: Path, group: object) -> None:
    line = "0::/box" if group is version_2 else "4:memory:/box"
    files = version_2("/box", 2 * GB, GB) if group is version_2 else version_1("/box", 2 * GB, GB)
    root = lay_out(tmp_path, {"proc/self/cgroup": line, **files})
    assert free_memory(root, MACHINE) == GB
    assert free_memory(root, GB // 2) == GB // 2, "the machine itself may have less"


@pytest.mark.parametrize("group", [version_2, version_1])
def test_pages_of_files_that_the_kernel_gives_back_are_free(tmp_path: Path, group: object) -> None:
    line = "0::/box" if group is version_2 else "4:memory:/box"
    build = version_2 if group is version_2 else version_1
    root = lay_out(tmp_path, {"proc/self/cgroup": line, **build("/box", 2 * GB, 2 * GB, GB)})
    assert free_memory(root, MACHINE) == GB


def test_the_groups_above_ours_count_too(tmp_path: Path) -> None:
    root = lay_out(
        tmp_path,
        {
            "proc/self/cgroup": "0::/pod/box/inner",
            **version_2("/pod", 3 * GB, GB),
            **version_2("/pod/box", "max", GB),
            **version_2("/pod/box/inner", 8 * GB, GB),
            "sys/fs/cgroup/pod/cpu.max": "150000 100000",
            "sys/fs/cgroup/pod/box/cpu.max": "max 100000",
        },
    )
    assert free_memory(root, MACHINE) == 2 * GB
    assert usable_cores(root, 8) == 2, "a part of a processor counts as a whole one"


def test_in_a_container_its_own_group_is_the_topmost(tmp_path: Path) -> None:
    """Docker with version 1: the kernel names a path that is not there."""
    root = lay_out(
        tmp_path,
        {
            "proc/self/cgroup": "5:cpu,cpuacct:/docker/0f3a\n4:memory:/docker/0f3a",
            **version_1("", 2 * GB, GB),
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": 400000,
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": 100000,
        },
    )
    assert free_memory(root, MACHINE) == GB
    assert usable_cores(root, 8) == 4


def test_without_a_limit_the_machine_itself_counts(tmp_path: Path) -> None:
    none = 9_223_372_036_854_771_712
    root = lay_out(
        tmp_path,
        {
            "proc/self/cgroup": "5:cpu:/\n4:memory:/\n0::/",
            **version_1("", none, GB),
            "sys/fs/cgroup/cpu/cpu.cfs_quota_us": -1,
            "sys/fs/cgroup/cpu/cpu.cfs_period_us": 100000,
        },
    )
    assert (free_memory(root, MACHINE), usable_cores(root, 8)) == (MACHINE, 8)
    assert (free_memory(tmp_path / "none", MACHINE), usable_cores(tmp_path / "none", 8)) == (
        MACHINE,
        8,
    )


def test_never_less_than_nothing_and_one(tmp_path: Path) -> None:
    root = lay_out(
        tmp_path,
        {
            "proc/self/cgroup": "0::/box",
            **version_2("/box", GB, 2 * GB),
            "sys/fs/cgroup/box/cpu.max": "10000 100000",
        },
    )
    assert (free_memory(root, MACHINE), usable_cores(root, 8)) == (0, 1)


@pytest.mark.parametrize(
    ("line", "file", "content"),
    [
        ("0::/box", "sys/fs/cgroup/box/memory.events", "oom 7\noom_kill 3"),
        ("4:memory:/box", "sys/fs/cgroup/memory/box/memory.oom_control", "under_oom 0\noom_kill 3"),
        ("0::/box", "proc/vmstat", "pgfault 9\noom_kill 3"),
    ],
)
def test_what_the_kernel_killed_for_memory_is_counted(
    tmp_path: Path, line: str, file: str, content: str
) -> None:
    lay_out(tmp_path, {"proc/self/cgroup": line, "proc/vmstat": "pgfault 9\noom_kill 0"})
    before = memory_kills(tmp_path)
    lay_out(tmp_path, {file: content})
    assert (before, memory_kills(tmp_path)) == (0, 3)


def test_this_machine_has_memory_and_processors() -> None:
    assert 0 < free_memory() <= psutil.virtual_memory().total
    assert 0 < usable_cores() <= (psutil.cpu_count() or 1)

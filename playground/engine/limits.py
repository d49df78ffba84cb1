"""How much memory and how many processors this machine, or the container it is, leaves us.

Reads what the Linux kernel tells of control groups, version 1 and 2, those above ours too, and decides
nothing. Where there are none, the machine's own figures hold.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

import psutil

ROOT: Final = Path("/")


def free_memory(root: Path = ROOT, available: int | None = None) -> int:
    """Return the bytes that may still be taken: the least that the machine or a control group leaves.

    Pages of files that the kernel gives back by itself count as free.

    Args:
        root: where `proc` and `sys` are.
        available: what the machine has left; asked of it by default.
    """
    left = [psutil.virtual_memory().available if available is None else available]
    for folder, version in _groups(root, "memory"):
        files = _MEMORY[version]
        limit, used = _number(folder / files["limit"]), _number(folder / files["used"])
        if limit is not None and used is not None:
            reclaimable = _counter(folder / "memory.stat", files["reclaimable"]) or 0
            left.append(limit - max(0, used - reclaimable))
    return max(0, min(left))


def usable_cores(root: Path = ROOT, cores: int | None = None) -> int:
    """Return how many processors may be kept busy: those of the machine, or fewer by a quota.

    A part of a processor counts as a whole one.

    Args:
        root: where `proc` and `sys` are.
        cores: those that this process may run on; asked of the system by default.
    """
    if cores is None:
        has_affinity = hasattr(os, "sched_getaffinity")
        cores = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    quotas = [_quota(folder, version) for folder, version in _groups(root, "cpu")]
    return max(1, min([cores, *(math.ceil(quota) for quota in quotas if quota is not None)]))


def memory_kills(root: Path = ROOT) -> int:
    """Return how many processes the kernel has killed here so far because memory ran out.

    In our control group where it counts them, else on the whole machine.
    """
    for folder, version in _groups(root, "memory"):
        kills = _counter(folder / _MEMORY[version]["kills"], "oom_kill")
        if kills is not None:
            return kills
    return _counter(root / "proc/vmstat", "oom_kill") or 0


_MEMORY: Final[Mapping[int, Mapping[str, str]]] = {
    1: {
        "limit": "memory.limit_in_bytes",
        "used": "memory.usage_in_bytes",
        "reclaimable": "total_inactive_file",
        "kills": "memory.oom_control",
    },
    2: {
        "limit": "memory.max",
        "used": "memory.current",
        "reclaimable": "inactive_file",
        "kills": "memory.events",
    },
}
"""The files, and the names in `memory.stat`, by the version of control groups."""


def _groups(root: Path, controller: str) -> Iterator[tuple[Path, int]]:
    """Yield the folder of our control group and of each above it, with its version.

    In a container the path that the kernel names may not be there: then its own group is the topmost.
    """
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, names, path = line.split(":", 2)
        if not names:
            tops, version = [root / "sys/fs/cgroup"], 2
        elif controller in names.split(","):
            tops, version = [root / "sys/fs/cgroup" / name for name in (names, controller)], 1
        else:
            continue
        top = next((top for top in tops if top.is_dir()), None)
        if top is not None:
            inner = PurePosixPath(path.lstrip("/"))
            for folder in (inner, *inner.parents):
                if (top / folder).is_dir() and ".." not in folder.parts:
                    yield top / folder, version


def _quota(folder: Path, version: int) -> float | None:
    """Return how many processors' time a control group may take; None without a limit."""
    try:
        if version == 2:
            quota, period = (folder / "cpu.max").read_text().split()
        else:
            quota = (folder / "cpu.cfs_quota_us").read_text()
            period = (folder / "cpu.cfs_period_us").read_text()
        share = int(quota) / int(period)
    except (OSError, ValueError):  # "max" is no number
        return None
    return share if share > 0 else None


def _number(file: Path) -> int | None:
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return None


def _counter(file: Path, name: str) -> int | None:
    """Return the number behind `name` in a file of names and numbers."""
    try:
        pairs = dict(line.split(maxsplit=1) for line in file.read_text().splitlines())
        return int(pairs[name])
    except (OSError, ValueError, KeyError):
        return None

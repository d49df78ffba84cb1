"""The order in which two processes take the files of tests: what takes long comes first."""

from __future__ import annotations

from pathlib import Path

import pytest

LONG_ONES_FIRST = (
    *("browser/test_lessons.py", "browser", "jobs/test_faults.py", "lessons", "jobs"),
    *("engine", "reproduction", "benchmarks", "store"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let no process begin with minutes of work when the other has nothing left to do."""
    items.sort(key=lambda item: _place(item.path.relative_to(Path(__file__).parent)))


def _place(file: Path) -> int:
    names = [str(part) for part in (file, *file.parents)]
    places = [LONG_ONES_FIRST.index(name) for name in names if name in LONG_ONES_FIRST]
    return min(places, default=len(LONG_ONES_FIRST))

"""The order in which two processes take the files of tests: one from the front, the other from the end.

Tests in a browser are bound by the processor, those of jobs wait a lot: one of each at a time makes the
most of both. They meet among the shortest files, so that neither is left with minutes of work.
"""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

ORDER = (
    *("browser/test_lessons.py", "browser/test_walk.py", "browser"),
    *(
        "browser/test_layout.py",
        "browser/test_walk_invariants.py",
        "browser/test_streamlit_page.py",
    ),
    *("browser/test_touch.py", "browser/test_paper.py", "browser/test_contrast.py"),
    *("lessons", "jobs", "engine", "reproduction", "benchmarks", "store"),
)
"""Files and folders; the others stand behind them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files in their order."""
    items.sort(key=lambda item: _place(item.path.relative_to(Path(__file__).parent)))


def pytest_collection_finish() -> None:
    """Keep what has been imported out of every collection of garbage.

    Streamlit and we collect it at each turn, and TensorFlow is a third of a million objects.
    """
    gc.collect()
    gc.freeze()


def _place(file: Path) -> int:
    names = (part.as_posix() for part in (file, *file.parents))
    return next((ORDER.index(name) for name in names if name in ORDER), len(ORDER))


class FromBothEnds(LoadFileScheduling):  # type: ignore[misc]  # xdist's classes are not typed
    """Gives the first process the first file that is left, every other one the last."""

    def _assign_work_unit(self, node: WorkerController) -> None:
        if node is not self.nodes[0]:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FromBothEnds:
    """Return what deals out the files of tests."""
    return FromBothEnds(config, log)

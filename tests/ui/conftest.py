"""What tests of pages leave as it was."""

from __future__ import annotations

import sys

import pytest


@pytest.fixture(autouse=True)
def main_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the main module back, which AppTest replaces: a process that is spawned later begins with it."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])

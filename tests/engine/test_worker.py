"""What a worker writes into its log."""

from __future__ import annotations

import logging

import pytest
from distributed.comm.core import CommClosedError

from playground.engine.worker import _shorten


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

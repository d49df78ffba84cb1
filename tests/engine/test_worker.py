"""What a worker's log is spared."""

from __future__ import annotations

import logging

import pytest
from distributed.comm.core import CommClosedError

from playground.engine.worker import _is_news


@pytest.mark.parametrize(
    ("error", "is_news"), [(CommClosedError("gone"), False), (OSError("full"), True), (None, True)]
)
def test_only_that_the_scheduler_has_left_is_no_news(
    error: Exception | None, is_news: bool
) -> None:
    told = None if error is None else (type(error), error, None)
    record = logging.LogRecord("distributed.worker", logging.ERROR, "", 0, "Failed", (), told)
    assert _is_news(record) is is_news

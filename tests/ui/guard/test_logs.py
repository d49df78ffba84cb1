"""The log stays short, whatever is done to the server."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from playground.ui.guard import logs
from playground.ui.guard.logs import LINES, LONGEST, bound_logs
from playground.ui.guard.rates import Bucket, Rate


class Kept(logging.Handler):
    """Keeps what is written, as text."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def kept() -> Iterator[Kept]:
    """Yield the handler of the logger "bounded", whose records are bounded."""
    factory, handler = logging.getLogRecordFactory(), Kept()
    logger = logging.getLogger("bounded")
    logger.propagate = False
    logger.addHandler(handler)
    bound_logs()
    yield handler
    logging.setLogRecordFactory(factory)
    logger.removeHandler(handler)
    logger.propagate = True


def test_the_same_line_again_and_again_is_written_a_few_times(kept: Kept) -> None:
    log = logging.getLogger("bounded")
    for number in range(1_000):
        log.warning("request %d", number)
    log.warning("another line")
    assert kept.lines == [
        *(f"request {number}" for number in range(int(LINES.at_once))),
        "another line",
    ]


def test_what_was_left_out_is_counted(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    rate = Rate(each_second=1, at_once=2)
    monkeypatch.setattr(logs, "Bucket", lambda _rate: Bucket(rate, lambda: now))
    log = logging.getLogger("bounded")
    for number in range(7):
        now = 100.0 if number == 6 else 0.0
        log.error("request %d", number)
    assert kept.lines == ["request 0", "request 1", "request 6 (and 4 more lines like this)"]


def test_a_long_line_is_cut(kept: Kept) -> None:
    logging.getLogger("bounded").error("%s", "x" * 1_000_000)
    assert kept.lines == ["x" * LONGEST + "…"]


def test_a_traceback_is_written_as_ever(kept: Kept) -> None:
    try:
        int("a bug")
    except ValueError:
        logging.getLogger("bounded").exception("It broke")
    assert kept.lines[0].startswith("It broke\nTraceback")
    assert kept.lines[0].splitlines()[-1].startswith("ValueError: invalid literal")


def test_bounding_twice_changes_nothing(kept: Kept) -> None:
    before = logging.getLogRecordFactory()
    bound_logs()
    assert logging.getLogRecordFactory() is before
    assert kept.lines == []

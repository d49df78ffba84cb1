"""Keeps the log short, whatever is done to the server: a line that comes again and again is counted.

A line is known by where in the code it is written, so that no request, however it is worded, can make
more of them than there are such places.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from playground.ui.guard.rates import Bucket, Rate

LINES: Final = Rate(each_second=1 / 30, at_once=20)
"""Of one place in the code: twenty at once, then two a minute."""

LONGEST: Final = 2_000
"""Characters of a message; a traceback below it is not counted."""

_LEFT_OUT: Final = -1
"""A level below that of any handler, so that none writes the line."""

Place = tuple[str, str, int]
Factory = Callable[..., logging.LogRecord]


class BoundedRecords:
    """Makes the log's records, and lets too many of the same kind be written nowhere.

    Python's logging has no place where all records pass but where they are made: each logger of
    Streamlit's has a handler of its own, and more come later.

    Args:
        make: what made records so far.
    """

    def __init__(self, make: Factory) -> None:
        self._make = make
        self._places: dict[Place, Bucket] = {}
        self._left_out: dict[Place, int] = {}

    def __call__(self, *arguments: Any, **named: Any) -> logging.LogRecord:
        """Return a record, shortened if it is long, with what was left out before it told."""
        record = self._make(*arguments, **named)
        place = (record.name, record.pathname, record.lineno)
        if not self._places.setdefault(place, Bucket(LINES)).try_to_take():
            self._left_out[place] = self._left_out.get(place, 0) + 1
            record.levelno = _LEFT_OUT
            return record
        more = self._left_out.pop(place, 0)
        text = record.getMessage()
        if more or len(text) > LONGEST:
            text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
            record.msg = f"{text} (and {more} more lines like this)" if more else text
            record.args = ()
        return record


def bound_logs() -> None:
    """Have every record of this process made so, from here on."""
    if not isinstance(logging.getLogRecordFactory(), BoundedRecords):
        logging.setLogRecordFactory(BoundedRecords(logging.getLogRecordFactory()))

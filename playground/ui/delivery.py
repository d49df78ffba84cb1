"""Sees that what a whole run of a page drew is on its way before anything else is drawn.

Streamlit 1.67 throws away what a whole run drew for a fragment if that fragment's own run begins
before it was sent, and then the browser takes the element from the page: a chart would vanish for a
moment and come back without its zoom. So a whole run ends only after the server has had time to send.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

SENDING: Final = 0.04
"""Seconds of the server's event loop, which sends every 0.01 s what has been drawn."""

LONGEST: Final = 2.0
"""Seconds after which a loop that does not answer is not waited for."""

_loops: Final[list[asyncio.AbstractEventLoop]] = []


def note_loop() -> None:
    """Remember the running event loop as the one that sends."""
    _loops[:] = [asyncio.get_running_loop()]


def wait_until_sent() -> None:
    """Wait until what this thread has drawn so far has been sent; at once where nothing is served."""
    for loop in _loops:
        # The loop's own clock: when the machine is busy, it sends late and wakes us as late.
        with suppress(TimeoutError):  # a server that leaves sends nothing any more
            asyncio.run_coroutine_threadsafe(asyncio.sleep(SENDING), loop).result(LONGEST)

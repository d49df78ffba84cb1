"""Sees that what is sent leaves at once, and that what a whole run of a page drew leaves before more is drawn.

Streamlit 1.67 throws away what a whole run drew for a fragment if that fragment's own run begins
before it was sent, and then the browser takes the element from the page: a chart would vanish for a
moment and come back without its zoom. So a whole run ends only after the server has had time to send.
"""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import suppress
from typing import Final

import psutil

SENDING: Final = 0.04
"""Seconds of the server's event loop, which sends every 0.01 s what has been drawn."""

LONGEST: Final = 2.0
"""Seconds after which a loop that does not answer is not waited for."""

_loops: Final[list[asyncio.AbstractEventLoop]] = []


def send_at_once() -> None:
    """Let whatever this process sends over TCP leave at once, however small; call it once the server is bound.

    Streamlit's socket does not name its protocol, and asyncio switches Nagle's algorithm off only for those
    that do. The body of each small answer would wait 0.04 s for the browser to acknowledge its head.
    Connections have the option from the socket that accepts them. Where a system does not tell a process
    its own sockets, answers are late and nothing else.
    """
    with suppress(psutil.Error, OSError):
        for it in psutil.Process().net_connections("tcp"):
            if it.status == psutil.CONN_LISTEN and it.fd >= 0:
                with socket.socket(fileno=os.dup(it.fd)) as listening:
                    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def note_loop() -> None:
    """Remember the running event loop as the one that sends."""
    _loops[:] = [asyncio.get_running_loop()]


def wait_until_sent() -> None:
    """Wait until what this thread has drawn so far has been sent; at once where nothing is served."""
    for loop in _loops:
        # The loop's own clock: when the machine is busy, it sends late and wakes us as late.
        with suppress(TimeoutError):  # a server that leaves sends nothing any more
            asyncio.run_coroutine_threadsafe(asyncio.sleep(SENDING), loop).result(LONGEST)

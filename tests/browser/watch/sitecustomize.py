"""Notes each attempt of a Python process to reach another computer; it forbids nothing.

Python imports this by itself in every process of the app under test: page, engine and workers.
"""

from __future__ import annotations

import os
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import Any

LOOK_UPS = (
    "socket.getaddrinfo",
    "socket.gethostbyname",  # and gethostbyname_ex
    "socket.gethostbyaddr",
    "socket.getnameinfo",
)
"""Python's events before a name is looked up, or an address's name; each has it as its first argument."""


def _is_elsewhere(host: object) -> bool:
    """Return whether a host's name or address is not this computer's own."""
    if host in (None, "", "localhost"):
        return False
    name = host.decode() if isinstance(host, bytes) else str(host)
    try:
        address = ip_address(name)
    except ValueError:  # a name: finding out what it stands for asks another computer
        return True
    return not (address.is_loopback or address.is_unspecified)


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    """Write down an event of Python's audit if it is such an attempt."""
    if event in LOOK_UPS:
        host = arguments[0]
        if event == "socket.getnameinfo":
            host = host[0]
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        if not isinstance(address, tuple):  # a socket of this computer, named by a path
            return
        host = address[0]
    else:
        return
    if _is_elsewhere(host):
        with Path(os.environ["PLAYGROUND_TEST_OUTSIDE"]).open("a", encoding="utf-8") as file:
            file.write(f"{' '.join(sys.argv)[:60]}: {event} {host!r}\n")


if "PLAYGROUND_TEST_OUTSIDE" in os.environ:
    sys.addaudithook(_note)

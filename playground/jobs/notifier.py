"""Wakes whoever waits for runs to change: from any thread, into any event loop, once for many changes.

It knows no run but by its id. However many changes come at once, each loop is called once, and each
listener wakes once; what has changed then, whoever wakes finds out.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

_EVERYBODY: Final = ""
"""Stands for all runs among those that have changed."""


class Listener:
    """Somebody in one event loop who is woken when any of some runs changes; see `ChangeNotifier`."""

    def __init__(self) -> None:
        self.runs: frozenset[str] = frozenset()
        self._changed = asyncio.Event()
        self._which: set[str] = set()

    async def wait(self, limit: float) -> frozenset[str]:
        """Return those of its runs that have changed since it last returned; none after so many seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), limit)
        self._changed.clear()
        which, self._which = frozenset(self._which), set()
        return self.runs if _EVERYBODY in which else which & self.runs

    def wake(self) -> None:
        """Let `wait` return though nothing has changed; called in the listener's own loop."""
        self._changed.set()

    def tell(self, runs: Iterable[str]) -> None:
        """Take note of changed runs; called in the listener's own loop."""
        hit = self.runs.intersection(runs) | ({_EVERYBODY} & set(runs))
        if hit:
            self._which |= hit
            self._changed.set()


class ChangeNotifier:
    """Tells listeners which runs have changed. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[asyncio.AbstractEventLoop, set[Listener]] = {}
        self._pending: dict[asyncio.AbstractEventLoop, set[str]] = {}

    def listen(self, *runs: str) -> Listener:
        """Return a listener in the running loop; `leave` it in the end."""
        listener = Listener()
        listener.runs = frozenset(runs)
        with self._lock:
            self._listeners.setdefault(asyncio.get_running_loop(), set()).add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Wake a listener no more."""
        with self._lock:
            for loop, listeners in list(self._listeners.items()):
                listeners.discard(listener)
                if not listeners:
                    del self._listeners[loop]

    @property
    def listeners(self) -> int:
        """How many there are."""
        with self._lock:
            return sum(map(len, self._listeners.values()))

    def notify(self, *runs: str) -> None:
        """Wake all who listen to any of these runs."""
        with self._lock:
            for loop in list(self._listeners):
                is_first = loop not in self._pending
                self._pending.setdefault(loop, set()).update(runs)
                if is_first:
                    try:
                        loop.call_soon_threadsafe(self._wake, loop)
                    except RuntimeError:  # a loop that has closed has nobody to wake
                        del self._listeners[loop], self._pending[loop]

    def notify_all(self) -> None:
        """Wake everybody who listens to any run."""
        self.notify(_EVERYBODY)

    def _wake(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._lock:
            runs = self._pending.pop(loop, set())
            listeners = list(self._listeners.get(loop, ()))
        for listener in listeners:
            listener.tell(runs)

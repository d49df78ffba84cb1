"""Lets dask's streams wait by a clock that nobody sets; what they send is not looked at.

A stream (`distributed.batched`, private to dask) sends a few milliseconds after what it sent before, by
the time of day. Where that is set back by two days, it is silent for two days: runs seem to stand still,
and a new one never starts.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from distributed import batched
from tornado import locks


class _Waker(locks.Event):
    """Waits until a moment of the steady clock; Tornado would take it for a time of day."""

    def wait(self, timeout: float | timedelta | None = None) -> Awaitable[None]:
        """Return what is done when the event is set or at that moment."""
        if isinstance(timeout, float):
            timeout = timedelta(seconds=max(0.0, timeout - time.monotonic()))
        return super().wait(timeout)


def measure_steadily() -> None:
    """Let all streams of this process that are opened from now on wait by the steady clock."""
    dasks: Any = batched
    dasks.time, dasks.locks = time.monotonic, SimpleNamespace(Event=_Waker)

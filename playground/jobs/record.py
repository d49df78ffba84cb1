"""A run's record in this process, and the wake-up calls of those who watch it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from playground.core.events import Event
from playground.core.experiment import CLASSES, TEST_IMAGES, Experiment
from playground.core.run import Ending, RunState, RunView


@dataclass(slots=True, kw_only=True)
class RunRecord:
    """What is known of a run. Only `TrainingService` changes it, under its lock.

    Args:
        worker: address of the worker that has it, or None.
        chunks: the part that waits or trains pauses by itself after so many.
        part: number of that part, from 1; a run that was paused has several, one after the other.
        wanted: what a person last asked of the part that trains.
        looked_at: epochs trained when `probabilities` were taken.
        saved_events: how many of the events the checkpoint has behind it.
    """

    id: str
    experiment: Experiment
    state: RunState = RunState.QUEUED
    events: list[Event] = field(default_factory=list)
    ending: Ending | None = None
    checkpoint: bytes | None = None
    probabilities: NDArray[np.float32] | None = None
    looked_at: float = 0.0
    worker: str | None = None
    chunks: int | None = None
    restarts: int = 0
    part: int = 0
    wanted: Literal["pause", "resume", "stop"] | None = None
    saved_events: int = 0

    @property
    def part_name(self) -> str:
        """Name of the part that trains now, which no other part of any run has."""
        return f"{self.id}/{self.part}"

    @property
    def will_pause(self) -> bool:
        """Whether the part that waits or trains ends with a pause, as far as is known."""
        if self.wanted is None:
            return self.state.is_active and self.chunks is not None
        return self.wanted == "pause"

    def view(self, ahead: int) -> RunView:
        """Return the record as it is now, for pages."""
        return RunView(
            id=self.id,
            experiment=self.experiment,
            state=self.state,
            events=tuple(self.events),
            ending=self.ending,
            ahead=ahead,
            restarts=self.restarts,
            looked_at=self.looked_at,
        )

    def look(self, values: Mapping[str, Any]) -> None:
        """Take what the network thinks of the test pictures while it learns."""
        shares = np.frombuffer(values["probabilities"], np.float16).astype(np.float32)
        self.probabilities = shares.reshape(TEST_IMAGES, CLASSES)
        self.looked_at = values["position"]

    def add(self, event: Event) -> bool:
        """Append `event` if it is the next one; return whether it was."""
        if event.seq != len(self.events) + 1:
            return False
        self.events.append(event)
        return True


class Bell:
    """Wakes whoever waits for a run to change, from any thread into any event loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, set[tuple[asyncio.AbstractEventLoop, asyncio.Event]]] = {}

    def listen(self, run: str) -> asyncio.Event:
        """Return an event of the running loop that is set at every change of `run`."""
        event = asyncio.Event()
        with self._lock:
            self._waiting.setdefault(run, set()).add((asyncio.get_running_loop(), event))
        return event

    def leave(self, run: str, event: asyncio.Event) -> None:
        """Forget an event that `listen` returned."""
        with self._lock:
            listeners = self._waiting.get(run, set())
            self._waiting[run] = {entry for entry in listeners if entry[1] is not event}
            if not self._waiting[run]:
                del self._waiting[run]

    def ring(self, run: str) -> None:
        """Wake all who listen to `run`."""
        with self._lock:
            for loop, event in self._waiting.get(run, ()):
                with suppress(RuntimeError):  # a loop that has closed has nobody to wake
                    loop.call_soon_threadsafe(event.set)

"""What a worker is asked to do while its events are measured; each returns how many it told of.

A worker imports this module by its name: it runs in the project's folder, as the engine does.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from distributed import get_worker
from numpy.typing import NDArray

from playground.core.events import Event, to_wire
from playground.core.experiment import Experiment
from playground.engine.task import warm_trainer


def burst(topic: str, count: int) -> int:
    """Tell `topic` of `count` events without a pause."""
    for number in range(count):
        _tell(
            topic, {"kind": "chunk", "seq": number, "position": 0.5, "loss": 0.5, "accuracy": 0.5}
        )
    return count


def quiet(topic: str, count: int, pause: float) -> int:
    """Tell of `count` events, `pause` seconds after each other."""
    for _ in range(count):
        burst(topic, 1)
        time.sleep(pause)  # a quiet run, as asked for: one event at a time
    return count


def training(topic: str, epochs: int) -> int:
    """Train as a run does, telling of each event and sending each look as a run does."""
    told = 0

    def tell(event: Event) -> None:
        nonlocal told
        told += 1
        _tell(topic, to_wire(event))

    def show(position: float, probabilities: NDArray[np.float32]) -> None:
        halved = probabilities.astype(np.float16).tobytes()
        _tell(topic, {"kind": "look", "position": position, "probabilities": halved})

    warm_trainer().train(Experiment(epochs=epochs), tell, show=show)
    return told


def _tell(topic: str, values: dict[str, Any]) -> None:
    event = {**values, "told": time.time()}
    get_worker().log_event(topic, {"run": "benchmark", "event": event})

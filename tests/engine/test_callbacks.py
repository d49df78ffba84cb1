"""Callbacks by themselves, with a clock that a test sets."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

from playground.core.experiment import Experiment
from playground.engine import callbacks
from playground.engine.callbacks import Progress, Snapshot
from playground.engine.schedule import build_schedule


@pytest.mark.parametrize(("cost", "pause"), [(0.01, 0.6), (0.3, 2.7)])
def test_looks_take_a_tenth_of_the_time_at_most(
    monkeypatch: pytest.MonkeyPatch, cost: float, pause: float
) -> None:
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(f"{callbacks.__name__}.time.perf_counter", lambda: clock.now)
    looks: list[float] = []

    def predict_test() -> NDArray[np.float32]:
        clock.now += cost
        looks.append(clock.now)
        return np.zeros((1, 10), np.float32)

    progress = Progress(build_schedule(Experiment()), None)
    monkeypatch.setattr(progress, "is_news", lambda _batch: True)
    look = Snapshot(progress, lambda _position, _probabilities: None)
    look.set_model(SimpleNamespace(predict_test=predict_test))
    look.on_train_begin()
    for batch in range(20):
        clock.now = looks[-1] + pause * 0.99
        look.on_train_batch_end(batch)
        assert len(looks) == batch + 1
        clock.now = looks[-1] + pause * 1.01
        look.on_train_batch_end(batch)
        assert len(looks) == batch + 2

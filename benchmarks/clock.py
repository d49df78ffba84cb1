"""Keras callbacks that take the time, the same for Keras's own training and for ours."""

from __future__ import annotations

import time
from collections.abc import Mapping

import keras


class EpochClock(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no types
    """Notes the seconds of every epoch: `whole`, and `training` without the look at test pictures.

    `cpu` holds the processor seconds of `training`, those of all threads together.
    """

    def __init__(self) -> None:
        super().__init__()
        self.training: list[float] = []
        self.whole: list[float] = []
        self.cpu: list[float] = []
        self._began = self._trained = self._began_cpu = self._trained_cpu = 0.0

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Start the clock."""
        self._began, self._began_cpu = time.perf_counter(), time.process_time()
        self._trained = 0.0

    def on_test_begin(self, logs: Mapping[str, float] | None = None) -> None:
        """Note the end of training."""
        self._trained, self._trained_cpu = time.perf_counter(), time.process_time()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Note the end of the epoch."""
        end, end_cpu = time.perf_counter(), time.process_time()
        if not self._trained:  # nobody looked at test pictures
            self._trained, self._trained_cpu = end, end_cpu
        self.whole.append(end - self._began)
        self.training.append(self._trained - self._began)
        self.cpu.append(self._trained_cpu - self._began_cpu)


class FirstBatch(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no types
    """Notes the seconds from its making to the end of the first thing trained."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self._began = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Stop the clock, once."""
        self.seconds = self.seconds or time.perf_counter() - self._began

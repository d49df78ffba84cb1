"""The Keras callbacks of a run: one reports, one stops at a threshold, one pauses or stops when people ask for it.

They can be used on any `ChunkedNetwork`, beside Keras's own callbacks.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import keras
import numpy as np
from numpy.typing import NDArray

from playground.core.confidence import Confidence
from playground.core.events import ChunkEnd, EpochEnd, Event, RateChange
from playground.core.stop_rule import StopRule
from playground.engine.checkpoint import Checkpoint, capture_state, restore_state
from playground.engine.schedule import Schedule


class Command(enum.StrEnum):
    """What a person can ask of a run that trains."""

    PAUSE = "pause"
    STOP = "stop"


class Progress(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no types
    """Keeps count of where the run is; the other callbacks ask it. Put it first.

    Args:
        schedule: how epochs are cut.
        start: where an earlier segment of the run ended, if there was one.
        validates: whether Keras looks at validation pictures and not at the test pictures.
    """

    def __init__(
        self, schedule: Schedule, start: Checkpoint | None = None, *, validates: bool = False
    ) -> None:
        super().__init__()
        self.schedule = schedule
        self._validates = validates
        self.epoch = start.epoch if start else 0
        self.chunk = start.chunk if start else 0
        self.seq = start.seq if start else 0
        self.confidence = start.confidence if start else Confidence.none()
        self._seconds_before = start.seconds if start else 0.0
        self._start = start
        self._skip = 0
        self._started = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Training time so far, earlier segments included."""
        return self._seconds_before + time.perf_counter() - self._started

    @property
    def step(self) -> int:
        """Batches trained of the epoch."""
        return self.schedule.steps_after(self.chunk)

    @property
    def position(self) -> float:
        """Epochs trained so far, as in 2.4."""
        return self.epoch + self.step / self.schedule.steps

    @property
    def at_epoch_end(self) -> bool:
        """Whether all batches of the epoch have been trained."""
        return self.chunk == self.schedule.chunks_per_epoch

    @property
    def at_end(self) -> bool:
        """Whether all batches of the last epoch have been trained."""
        return self.at_epoch_end and self.epoch + 1 == self.params["epochs"]

    def next_seq(self) -> int:
        """Return the number of the next event."""
        self.seq += 1
        return self.seq

    def is_news(self, batch: int) -> bool:
        """Return whether Keras's `batch` is a chunk that this segment of the run trained.

        An epoch taken up in its middle begins with empty chunks in place of those trained before.
        """
        return batch >= self._skip

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Start an epoch, or take up the one in which the run was paused."""
        self.epoch, self.chunk, self._skip = epoch, 0, 0
        if self._start is not None:
            self.chunk = self._skip = self._start.chunk
            restore_state(self.model, self._start)
            if not self.chunk:
                self.model.reset_metrics()  # the checkpoint's belong to the epoch before
            self._start = None

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Count the chunk."""
        if self.is_news(batch):
            self.chunk = batch + 1

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Keep what a whole epoch's network thinks of the test pictures; Keras may have looked at them."""
        if self.at_epoch_end:
            labels = self.model.pictures.test_labels.numpy()
            guesses = self.model.predict_test() if self._validates else self.model.guesses
            self.confidence = self.confidence.after(guesses, labels)

    def checkpoint(self) -> Checkpoint:
        """Return where the run stands now."""
        done = self.at_epoch_end
        return Checkpoint(
            epoch=self.epoch + 1 if done else self.epoch,
            chunk=0 if done else self.chunk,
            seq=self.seq,
            seconds=self.seconds,
            state=capture_state(self.model),
            confidence=self.confidence,
        )


class Reporter(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no types
    """Tells of each chunk and of each epoch.

    Keras's running means restart with every epoch. A chunk's own mean is their difference.
    """

    def __init__(self, progress: Progress, tell: Callable[[Event], None]) -> None:
        super().__init__()
        self._progress = progress
        self._tell = tell
        self._sums = (0.0, 0.0)
        self._pictures = 0

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Start the sums of an epoch; a resumed one starts where it was."""
        self._pictures = self._progress.schedule.pictures_in(self._progress.step)
        running = self.model.get_metrics_result() if self._pictures else {}
        self._sums = self._totals(running) if running else (0.0, 0.0)

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Tell of a chunk."""
        progress = self._progress
        if not progress.is_news(batch):
            return
        before, seen = self._sums, self._pictures
        self._pictures = progress.schedule.pictures_in(progress.step)
        self._sums = self._totals(logs or {})
        pictures = self._pictures - seen
        self._tell(
            ChunkEnd(
                seq=progress.next_seq(),
                epoch=progress.epoch + 1,
                step=progress.step,
                position=progress.position,
                loss=(self._sums[0] - before[0]) / pictures,
                accuracy=min(1.0, max(0.0, (self._sums[1] - before[1]) / pictures)),
                seconds=progress.seconds,
            )
        )

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Tell of a whole epoch; Keras calls this for an interrupted one too, which is not told."""
        if self._progress.at_epoch_end:
            self.tell_epoch(epoch + 1, logs or {})

    def tell_epoch(self, epochs_done: int, logs: Mapping[str, float]) -> None:
        """Tell of an epoch's values, or of the untrained network's."""
        self._tell(
            EpochEnd(
                seq=self._progress.next_seq(),
                epoch=epochs_done,
                loss=float(logs["loss"]) if "loss" in logs else None,
                accuracy=float(logs["accuracy"]) if "accuracy" in logs else None,
                val_loss=float(logs["val_loss"]),
                val_accuracy=float(logs["val_accuracy"]),
                seconds=self._progress.seconds,
            )
        )

    def _totals(self, running: Mapping[str, Any]) -> tuple[float, float]:
        return (
            float(running["loss"]) * self._pictures,
            float(running["accuracy"]) * self._pictures,
        )


SNAPSHOT_PAUSE: Final = 9
"""How many times as long as a snapshot took it is until the next one."""


class Snapshot(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no types
    """Shows what the network thinks of the test pictures while it learns, every now and then.

    Args:
        progress: the run's count.
        show: called with the epochs trained so far and the probabilities, float32 (pictures, classes).
        known: the probabilities before the first chunk, if they have been computed already.
        every: seconds from one snapshot to the next, at least; a large network's take longer and come
            less often, so that they cost a tenth of the time at most.
    """

    def __init__(
        self,
        progress: Progress,
        show: Callable[[float, NDArray[np.float32]], None],
        known: NDArray[np.float32] | None = None,
        every: float = 0.6,
    ) -> None:
        super().__init__()
        self._progress = progress
        self._show = show
        self._known = known
        self._every = every
        self._next = 0.0

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Take a snapshot, if it is time."""
        if self._progress.is_news(batch) and time.perf_counter() >= self._next:
            self._take()

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:
        """Take one before anything is learnt, or where the run goes on."""
        self._take()

    def _take(self) -> None:
        begin = time.perf_counter()
        known, self._known = self._known, None
        guesses = self.model.predict_test() if known is None else known
        self._show(self._progress.position, guesses)
        end = time.perf_counter()
        self._next = end + max(self._every, SNAPSHOT_PAUSE * (end - begin))


class StopAtThreshold(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no types
    """Ends training after the first epoch whose value crosses the rule's threshold.

    Afterwards `value` holds what crossed it, or None.
    """

    def __init__(self, progress: Progress, rule: StopRule) -> None:
        super().__init__()
        self._progress = progress
        self.rule = rule
        self.value: float | None = None

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Compare the epoch's value with the threshold, unless the epoch was interrupted."""
        if not self._progress.at_epoch_end:
            return
        value = float((logs or {})[self.rule.metric])
        if self.rule.crossed_by(value):
            self.value = value
            self.model.stop_training = True


class StopWhenDiverged(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no types
    """Ends training when a batch's loss is not a number any more, or hopelessly large.

    Afterwards `step` holds that batch of the epoch (from 1) and `loss` its loss, or both are None.
    """

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self._progress = progress
        self.step: int | None = None
        self.loss: float | None = None

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Look at what the chunk's batches brought."""
        divergence = self.model.divergence if self._progress.is_news(batch) else None
        if divergence is not None:
            row, self.loss = divergence
            self.step = self._progress.schedule.steps_after(batch) + row + 1
            self.model.stop_training = True


class FollowRate(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no types
    """Changes the learning rate between two chunks, when a person asks for it, and tells of it.

    Args:
        progress: the run's count.
        ask: returns the rate asked for since the last time, if any.
        planned: changes made before the run was lost, by epoch (from 1) and chunks trained of it:
            they are made again at the same place.
        tell: called with the event.
    """

    def __init__(
        self,
        progress: Progress,
        ask: Callable[[], float | None],
        planned: Mapping[tuple[int, int], float],
        tell: Callable[[Event], None],
    ) -> None:
        super().__init__()
        self._progress = progress
        self._ask = ask
        self._planned = planned
        self._tell = tell

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Change the rate after a chunk; at the end of an epoch, after the epoch has been told."""
        if self._progress.is_news(batch) and not self._progress.at_epoch_end:
            self._follow()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Change the rate between two epochs."""
        if self._progress.at_epoch_end and not self._progress.at_end:
            self._follow()

    def _follow(self) -> None:
        progress = self._progress
        rate = self._planned.get((progress.epoch + 1, progress.chunk))
        if rate is None:
            rate = self._ask()
        if rate is None:
            return
        self.model.optimizer.learning_rate = rate
        self._tell(
            RateChange(
                seq=progress.next_seq(),
                epoch=progress.epoch + 1,
                chunk=progress.chunk,
                position=progress.position,
                learning_rate=rate,
                seconds=progress.seconds,
            )
        )


class PauseOrStop(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no types
    """Pauses or stops when asked to, at the next end of a chunk. Put it last.

    Args:
        progress: the run's count.
        ask: returns the command in force, if any.
        chunks: pause by itself after so many chunks.
    """

    def __init__(
        self, progress: Progress, ask: Callable[[], Command | None], chunks: int | None
    ) -> None:
        super().__init__()
        self._progress = progress
        self._ask = ask
        self._chunks_left = chunks
        self.command: Command | None = None
        self.checkpoint: Checkpoint | None = None

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Ask; at the end of an epoch, wait until the test pictures have been looked at."""
        if not self._progress.is_news(batch):
            return
        if self._chunks_left is not None:
            self._chunks_left -= 1
        if not self._progress.at_epoch_end:
            self._pause_or_stop()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Ask after a whole epoch."""
        if self._progress.at_epoch_end:
            self._pause_or_stop()

    def _pause_or_stop(self) -> None:
        if self.model.stop_training or self._progress.at_end:
            return  # the run ends by itself
        command = self._ask()
        if command is None and self._chunks_left is not None and self._chunks_left <= 0:
            command = Command.PAUSE
        if command is not None:
            self.command = command
            self.model.stop_training = True
            # Keras looks at the test pictures next, with the same running metrics: save them now.
            self.checkpoint = self._progress.checkpoint()

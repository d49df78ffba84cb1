"""What a worker process runs when it is asked to: a run, a command to one, a warm-up.

Importing this module is cheap; TensorFlow comes with the first call. What goes in and out is plain
data, so that the page's process can read it without TensorFlow.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from distributed import Status, get_worker
from numpy.typing import NDArray

from playground.core.artefacts import CHECKPOINT, CONFIDENCE, PROBABILITIES, WEIGHTS
from playground.core.errors import PlaygroundError
from playground.core.events import Event, to_wire
from playground.core.experiment import Experiment
from playground.core.private_use import say_what_has_changed
from playground.engine import condition
from playground.engine.dask_private import is_cancelled

if TYPE_CHECKING:
    from playground.engine.training import Trainer

_training: Final = threading.Lock()
_expected: Final[deque[dict[str, Any]]] = deque(maxlen=1)
_commands: Final[OrderedDict[str, str]] = OrderedDict()
_rates: Final[OrderedDict[str, float]] = OrderedDict()

Rate: TypeAlias = tuple[int, int, float]
"""An epoch (from 1), the chunks trained of it, and the learning rate from there on."""

KEPT_COMMANDS: Final = 100
"""Commands that are remembered; those that came too late for their run go first."""


def train_segment(
    topic: str,
    run: str,
    experiment: dict[str, Any],
    start: bytes | None,
    chunks: int | None,
    rates: Sequence[Rate] = (),
) -> dict[str, Any]:
    """Train a run, or a segment of one, telling of each event on the way.

    A run that nobody waits for any more, because the application or the scheduler has gone, is
    stopped: the worker is there for others.

    Args:
        topic: where to tell: `{"run": …, "event": …}`.
        run: the name of the run's segment, which no other segment of any run has.
        experiment: as `Experiment.to_dict` writes it.
        start: the `checkpoint` that an earlier segment returned.
        chunks: pause by itself after so many chunks.
        rates: changes of the learning rate that are made again at their places.

    Returns:
        `ending` (as `Ending.to_dict` writes it, or None for a paused run), `test` (Keras's loss and accuracy
        on the test pictures by the weights of now), `events` (all of this segment, as told), and `artefacts`, bytes by the names in `core/artefacts.py`: the checkpoint of a run
        that may go on, and for one that is over its confidence.

    Raises:
        CheckpointError: `start` cannot be taken up by this version.
        DataError: a dataset's file is missing or not the one expected.
    """
    from playground.engine.callbacks import Command
    from playground.engine.checkpoint import Checkpoint

    worker = get_worker()
    key = worker.get_current_task()
    told: list[dict[str, Any]] = []

    def is_abandoned() -> bool:
        is_leaving = worker.status in (Status.closing, Status.closed, Status.failed)
        return is_leaving or is_cancelled(worker, key)

    def publish(event: dict[str, Any]) -> None:
        if not is_abandoned():
            worker.log_event(topic, {"run": run, "event": event})

    def tell(event: Event) -> None:
        values = to_wire(event)
        told.append(values)
        publish(values)

    def show(position: float, probabilities: NDArray[np.float32]) -> None:
        halved = probabilities.astype(np.float16).tobytes()
        publish({"kind": "snapshot", "position": position, "probabilities": halved})

    def ask() -> Command | None:
        command = "stop" if is_abandoned() else _commands.get(run)
        return None if command is None else Command(command)

    with _training:
        try:
            result = warm_trainer().train(
                Experiment.from_dict(experiment),
                tell,
                ask=ask,
                show=show,
                ask_rate=lambda: _rates.pop(run, None),
                rates={(epoch, chunk): rate for epoch, chunk, rate in rates},
                start=None if start is None else Checkpoint.from_bytes(start),
                chunks=chunks,
            )
        finally:
            _commands.pop(run, None)
            _rates.pop(run, None)
            condition.measure()
    artefacts = {
        PROBABILITIES: result.probabilities.astype(np.float32).tobytes(),
        WEIGHTS: result.weights.to_bytes(),
    }
    if result.checkpoint is not None:
        artefacts[CHECKPOINT] = result.checkpoint.to_bytes()
    if result.ending is not None:
        artefacts[CONFIDENCE] = result.confidence.to_bytes()
    ending = None if result.ending is None else result.ending.to_dict()
    test = dict(result.test)
    return {"ending": ending, "test": test, "events": told, "artefacts": artefacts}


def command(run: str, name: str) -> None:
    """Leave a command for a run that trains in this process; it is read after the next chunk.

    Commands may overtake each other on their way: stop outranks pause.
    """
    if _commands.get(run) != "stop":
        _commands[run] = name
    while len(_commands) > KEPT_COMMANDS:
        _commands.popitem(last=False)


def change_rate(run: str, rate: float) -> None:
    """Leave a learning rate for a run that trains in this process; it holds from the next chunk on."""
    _rates[run] = rate
    while len(_rates) > KEPT_COMMANDS:
        _rates.popitem(last=False)


@contextmanager
def _without(module: str) -> Iterator[None]:
    """Let what is imported meanwhile find no such module.

    Keras takes data frames where pandas is installed. Nobody gives it any, and pandas is a tenth of a process.
    """
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]  # as documented: an import of it fails
    try:
        yield
    finally:
        del sys.modules[module]


@contextmanager
def _kept_from_collecting() -> Iterator[None]:
    """Keep what is imported meanwhile out of every collection of garbage.

    Modules leave none: looking for it would take a fifth of their import, and later a quarter of a second
    at a time.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if collects:
            gc.enable()


@cache
def warm_trainer() -> Trainer:
    """Return this process's trainer; the first call imports TensorFlow."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with _without("pandas"), _kept_from_collecting():
        from playground.engine import keras_private
        from playground.engine.training import Trainer

    say_what_has_changed(keras_private.USES)
    keras_private.forget_stacks()
    return Trainer()


def prepare(experiment: dict[str, Any]) -> None:
    """Compile the network of an experiment that somebody may ask for next, and return at once.

    Only the latest one counts, and none while this process trains: its run compiles what it needs.

    Args:
        experiment: as `Experiment.to_dict` writes it.
    """
    _expected.append(experiment)
    threading.Thread(target=_compile_expected, name="prepare", daemon=True).start()


def _compile_expected() -> None:
    while _expected and _training.acquire(blocking=False):
        try:
            if _expected:  # another thread may have been faster
                with suppress(PlaygroundError):  # a run will say what is wrong
                    warm_trainer().network(Experiment.from_dict(_expected.pop()))
        finally:
            condition.measure()
            _training.release()


def warm_up() -> None:
    """Import TensorFlow and compile the network that most visitors train first."""
    with _training:
        warm_trainer().warm_up(Experiment())

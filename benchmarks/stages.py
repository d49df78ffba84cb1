"""Where the time goes when a worker meets a new architecture, stage by stage, in a process of its own.

`python -m benchmarks.stages COUNT` prints one JSON object: `stages`, a list with the seconds of each
stage for each of COUNT networks. It does what a `Trainer` does up to the first chunk, in the same
order, with a clock at the seams.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from benchmarks.machine import ONE_THREAD, measure_apart
from playground.core.experiment import Experiment

if TYPE_CHECKING:
    from playground.engine.training import Trainer

STAGES: Final = {
    "build": "build the Keras model and its optimizer",
    "trace": "trace the chunk's program",
    "compile": "compile it with XLA, and fit around it",
    "start": "fresh weights, untrained test loss, first look",
    "chunk": "train the first chunk",
}
"""Their words, by name, in order."""


def measure_stages(count: int) -> list[dict[str, float]]:
    """Return the seconds of the stages of so many networks, measured as a worker runs.

    Raises:
        MeasurementError: the process failed.
    """
    measured = measure_apart(sys.executable, "benchmarks.stages", [str(count)], dict(ONE_THREAD))
    stages: list[dict[str, float]] = measured["stages"]
    return stages


def main(count: int) -> None:
    """Measure and print."""
    from playground.engine.training import Trainer

    trainer = Trainer()
    trainer.warm_up(Experiment())  # what a worker has done before its first visitor
    stages = [run_stages(trainer, Experiment(hidden=(129 + number,))) for number in range(count)]
    print(json.dumps({"stages": stages}))


def run_stages(trainer: Trainer, experiment: Experiment) -> dict[str, float]:
    """Return the seconds of each stage up to the first chunk of `experiment`.

    Args:
        trainer: a `Trainer` that knows the pictures.
        experiment: of an architecture that it does not know.
    """
    import tensorflow as tf

    from playground.engine.architecture import Architecture
    from playground.engine.network import build_network
    from playground.engine.schedule import build_schedule
    from playground.engine.training import compile_training

    traced: list[float] = []

    def train_each_row(rows: tf.Tensor, count: tf.Tensor) -> None:
        """Train a chunk; TensorFlow runs this while it traces, and never again."""
        begin = time.perf_counter()
        network._train_each_row(rows, count)  # noqa: SLF001 - what `bind` compiles, with a clock in it
        traced.append(time.perf_counter() - begin)

    pictures = trainer.pictures(experiment.dataset)
    begin = time.perf_counter()
    network = build_network(experiment, pictures)
    built = time.perf_counter()
    network._train_rows = tf.function(train_each_row, jit_compile=True)  # noqa: SLF001
    compile_training(network, build_schedule(experiment))
    warm = time.perf_counter()
    trainer._networks[Architecture.of(experiment)] = network  # noqa: SLF001
    seconds = {"build": built - begin, "trace": sum(traced), "compile": warm - built - sum(traced)}

    told: list[float] = []
    trainer.train(experiment, _note_time(told), show=lambda *_: None, chunks=1)
    seconds["start"] = told[0] - warm
    seconds["chunk"] = told[1] - told[0]
    return seconds


def _note_time(times: list[float]) -> Callable[[object], None]:
    """Return a listener that notes when it was told something."""
    return lambda _: times.append(time.perf_counter())


if __name__ == "__main__":
    main(int(sys.argv[1]))

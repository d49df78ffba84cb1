"""One measurement in a process of its own: `python -m benchmarks.workload KIND HIDDEN EPOCHS`.

KIND is `notebook` (Keras's own `fit`, as the notebook calls it), `playground` (a `Trainer`), or
`blas` (the matrix products of an epoch and nothing else); HIDDEN is like `512-256`. Prints one JSON
object of seconds; reports nothing and compares nothing. The caller sets the number of threads in the
environment.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any, Final

import numpy as np

from playground.core.experiment import Experiment
from playground.core.network import Network
from playground.data import load_split

BATCH: Final = 32


def measure_notebook(hidden: tuple[int, ...], epochs: int) -> dict[str, Any]:
    """Return the seconds of each epoch of the notebook's own `fit`, its progress bar left out."""
    import keras

    from benchmarks.clock import EpochClock

    train = load_split("fashion", "train")
    images = train.images / 255.0
    model = keras.Sequential(
        [
            keras.layers.Flatten(),
            *(keras.layers.Dense(units, activation="relu") for units in hidden),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    clock = EpochClock()
    model.fit(images, train.labels, epochs=epochs, verbose=0, callbacks=[clock])
    return {"training": clock.training, "cpu": clock.cpu}


def measure_playground(hidden: tuple[int, ...], epochs: int) -> dict[str, Any]:
    """Return the seconds of each epoch of a `Trainer`, and what comes before the first chunk.

    `training` is what the notebook's epoch does too, `with_test` adds the look at the test pictures
    that every epoch of ours ends with. `compile_first` holds the first architecture of a process,
    `compile_next` any later one, `warm_start` the time from the call to the first trained chunk
    once the architecture is known.
    """
    from benchmarks.clock import EpochClock, FirstBatch
    from playground.engine.training import Trainer

    experiment = Experiment(hidden=hidden, epochs=epochs)
    trainer = Trainer()
    trainer.pictures(experiment.dataset)
    begin = time.perf_counter()
    trainer.network(experiment.with_(hidden=(hidden[0] + 8, *hidden[1:])))
    first = time.perf_counter()
    trainer.network(experiment)
    following = time.perf_counter()
    clock = EpochClock()
    trainer.train(experiment, lambda _: None, callbacks=[clock])
    start = FirstBatch()
    trainer.train(experiment, lambda _: None, chunks=1, callbacks=[start])
    return {
        "training": clock.training,
        "cpu": clock.cpu,
        "with_test": clock.whole,
        "compile_first": first - begin,
        "compile_next": following - first,
        "warm_start": start.seconds,
    }


def measure_blas(hidden: tuple[int, ...], epochs: int) -> dict[str, Any]:
    """Return the seconds of the matrix products of each of `epochs` epochs.

    For every layer and batch: forward, the gradient of the weights, and, but for the first layer,
    the gradient of the layer's input.
    """
    images = load_split("fashion", "train").images.astype(np.float32)
    images = images.reshape(len(images), -1)
    dense = [
        step.layer.weights(step.inputs)[0].shape
        for step in Network.of(Experiment(hidden=hidden)).learning_steps
    ]
    generator = np.random.default_rng(0)
    weights = [generator.random(shape, dtype=np.float32) for shape in dense]
    outputs = [generator.random((BATCH, units), dtype=np.float32) for _, units in dense]
    seconds, cpu = [], []
    for _ in range(epochs):
        begin, begin_cpu = time.perf_counter(), time.process_time()
        for start in range(0, len(images), BATCH):
            inputs = [images[start : start + BATCH], *outputs[:-1]]
            for number, (came, weight, gradient) in enumerate(
                zip(inputs, weights, outputs, strict=True)
            ):
                came @ weight  # (32, units)
                came.T @ gradient  # (inputs, units)
                if number:
                    gradient @ weight.T  # (32, inputs)
        seconds.append(time.perf_counter() - begin)
        cpu.append(time.process_time() - begin_cpu)
    return {"training": seconds, "cpu": cpu}


MEASUREMENTS: Final = {
    "notebook": measure_notebook,
    "playground": measure_playground,
    "blas": measure_blas,
}


if __name__ == "__main__":
    kind, widths, count = sys.argv[1:]
    layers = tuple(map(int, widths.split("-")))
    print(json.dumps(MEASUREMENTS[kind](layers, int(count))))

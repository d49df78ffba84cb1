"""The same network in PyTorch and in JAX: `python -m benchmarks.rivals torch|jax HIDDEN EPOCHS`.

Runs in an environment of its own (`benchmarks/requirements.txt`), which has neither Keras nor
Streamlit. Prints one JSON object, as `benchmarks.workload` does; compares nothing.

Both do what an epoch of the notebook does: 60,000 pictures in an order drawn anew, batches of 32,
ReLU, softmax, cross-entropy, Adam with Keras's numbers, and the running loss and accuracy.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from playground.data import load_split

BATCH: Final = 32
CLASSES: Final = 10
LEARNING_RATE: Final = 0.001
BETAS: Final = (0.9, 0.999)
EPSILON: Final = 1e-7
"""Keras's; PyTorch's own is 1e-8."""

Arrays: TypeAlias = Any
"""JAX's arrays, or a tree of them; JAX is not there when types are checked."""


def measure_torch(hidden: tuple[int, ...], epochs: int) -> dict[str, Any]:
    """Return the seconds of each epoch of a plain eager loop, without a `DataLoader`."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    torch.manual_seed(0)
    pictures, classes = load_training()
    images, labels = torch.from_numpy(pictures), torch.from_numpy(classes.astype(np.int64))
    layers: list[nn.Module] = []
    for inputs, units in zip((784, *hidden), hidden, strict=False):
        layers += [nn.Linear(inputs, units), nn.ReLU()]
    model = nn.Sequential(*layers, nn.Linear((784, *hidden)[-1], CLASSES))
    optimizer = torch.optim.Adam(model.parameters(), LEARNING_RATE, betas=BETAS, eps=EPSILON)
    cross_entropy = nn.CrossEntropyLoss()

    def train_epoch() -> float:
        order = torch.randperm(len(images))
        total, right = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        for start in range(0, len(images), BATCH):
            rows = order[start : start + BATCH]
            truth = labels[rows]
            logits = model(images[rows])
            loss = cross_entropy(logits, truth)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(rows)
            right += (logits.argmax(1) == truth).sum()
        return float(total) / len(images)

    return {**clock_epochs(train_epoch, epochs), "version": torch.__version__}


def measure_jax(hidden: tuple[int, ...], epochs: int) -> dict[str, Any]:
    """Return the seconds of each epoch, all its batches in one compiled `lax.scan`."""
    if hasattr(os, "sched_setaffinity"):  # its threads are as many as it sees cores
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    import jax
    import jax.numpy as jnp

    pictures, classes = load_training()
    images, labels = jnp.asarray(pictures), jnp.asarray(classes.astype(np.int32))
    generator = np.random.default_rng(0)
    weights = []
    sizes = (784, *hidden, CLASSES)
    for inputs, units in itertools.pairwise(sizes):
        limit = np.sqrt(6 / (inputs + units))
        kernel = generator.uniform(-limit, limit, (inputs, units)).astype(np.float32)
        weights.append((jnp.asarray(kernel), jnp.zeros(units)))
    zeros = jax.tree.map(jnp.zeros_like, weights)

    def look(weights: Arrays, rows: Arrays) -> tuple[Arrays, Arrays]:
        outputs = images[rows]
        for kernel, bias in weights[:-1]:
            outputs = jax.nn.relu(outputs @ kernel + bias)
        kernel, bias = weights[-1]
        logits, truth = outputs @ kernel + bias, labels[rows]
        picked = jnp.take_along_axis(jax.nn.log_softmax(logits), truth[:, None], 1)
        return -picked.mean(), (logits.argmax(1) == truth).sum()

    def train_batch(state: Arrays, rows: Arrays) -> tuple[Arrays, Arrays]:
        weights, means, squares, step = state
        (loss, right), gradient = jax.value_and_grad(look, has_aux=True)(weights, rows)
        step = step + 1
        rate = LEARNING_RATE * jnp.sqrt(1 - BETAS[1] ** step) / (1 - BETAS[0] ** step)
        means = jax.tree.map(lambda m, g: m + (1 - BETAS[0]) * (g - m), means, gradient)
        squares = jax.tree.map(lambda s, g: s + (1 - BETAS[1]) * (g * g - s), squares, gradient)
        weights = jax.tree.map(
            lambda w, m, s: w - rate * m / (jnp.sqrt(s) + EPSILON), weights, means, squares
        )
        return (weights, means, squares, step), (loss, right)

    scan = jax.jit(lambda state, rows: jax.lax.scan(train_batch, state, rows), donate_argnums=0)
    state: Arrays = (weights, zeros, jax.tree.map(jnp.copy, zeros), jnp.float32(0))

    def train_epoch() -> float:
        nonlocal state
        order = generator.permutation(len(pictures)).astype(np.int32).reshape(-1, BATCH)
        state, (losses, _) = scan(state, order)
        return float(losses.mean())

    return {**clock_epochs(train_epoch, epochs), "version": jax.__version__}


def load_training() -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Return Fashion-MNIST's training pictures, float32 (60000, 784), 0–1, and labels."""
    split = load_split("fashion", "train")
    pictures = split.images.reshape(-1, 784).astype(np.float32)
    return pictures / np.float32(255), split.labels


def clock_epochs(train_epoch: Callable[[], float], epochs: int) -> dict[str, Any]:
    """Return the seconds and processor seconds of each epoch, and the last one's training loss."""
    training, cpu, loss = [], [], 0.0
    for _ in range(epochs):
        begin, begin_cpu = time.perf_counter(), time.process_time()
        loss = train_epoch()
        training.append(time.perf_counter() - begin)
        cpu.append(time.process_time() - begin_cpu)
    return {"training": training, "cpu": cpu, "loss": loss}


MEASUREMENTS: Final = {"torch": measure_torch, "jax": measure_jax}


if __name__ == "__main__":
    kind, widths, count = sys.argv[1:]
    layers = tuple(map(int, widths.split("-")))
    print(json.dumps(MEASUREMENTS[kind](layers, int(count))))

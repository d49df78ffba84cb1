"""Keeps TensorFlow from remembering, for each network that it compiles, how it came to be.

Two things that nobody here reads would stay for ever: with each operation the Python stack that
asked for it, which XLA copies into every compiled program (two thirds of what an architecture leaves
behind), and each training graph, which a gradient registered for it holds. What is left, some 5 MB of
compiled program, nothing takes back but the end of the process: see `roster.py`.
"""

from __future__ import annotations

import _thread
import threading
from typing import Any

import keras
from tensorflow.python.framework import ops
from tensorflow.python.util import _tf_stack, tf_stack


def forget_stacks() -> None:
    """Give every operation made from now on the same short stack."""
    if tf_stack.extract_stack.__module__ != __name__:
        short = _short_stack()

        def extract_stack(stacklevel: int = 1) -> Any:  # noqa: ANN401, ARG001 - TensorFlow's own
            return short

        tf_stack.extract_stack = extract_stack


def forget_gradients(optimizer: keras.optimizers.Optimizer) -> None:
    """Let an optimiser take its gradients as they are: there is no other replica to add up with.

    TensorFlow's sum over replicas is an operation with a gradient of its own, registered for ever.
    """
    optimizer._all_reduce_sum_gradients = list  # noqa: SLF001 - there is no public way


def registered_gradients() -> int:
    """Return how many gradients TensorFlow has registered."""
    return len(ops.gradient_registry.list())


def _short_stack() -> Any:  # noqa: ANN401 - TensorFlow does not say what it is
    """Return a stack of one frame; an empty one would crash TensorFlow."""
    found: list[Any] = []
    ready = threading.Event()

    def look() -> None:
        found.append(
            _tf_stack.extract_stack(_tf_stack.PyBindSourceMap(), _tf_stack.PyBindFileSet(), 0)
        )
        ready.set()

    _thread.start_new_thread(look, ())  # a `Thread` has frames of its own
    ready.wait()
    return found[0]

"""All that we use of Keras and TensorFlow beside what is documented, and what if it should go.

Keras's own sum of losses, from which a batch's loss is told. And two things that TensorFlow would keep for
ever of each network that it compiles, though nobody here reads them: with each operation the Python stack
that asked for it, which XLA copies into every compiled program (two thirds of what an architecture leaves
behind), and each training graph, which a gradient registered for it holds. What is left, some 5 MB of
compiled program, nothing takes back but the end of the process: see `roster.py`.
"""

from __future__ import annotations

import _thread
import threading
from typing import Any, Final

import keras
import tensorflow as tf

from playground.core.private_use import PrivateUse, sets, takes


def _knows_losses() -> bool:
    return sets(keras.Model, "_loss_tracker") and sets(keras.metrics.Mean, "total", "count")


def _knows_gradients() -> bool:
    return takes(keras.optimizers.Adam._all_reduce_sum_gradients, "self", "grads_and_vars")  # noqa: SLF001


def _knows_stacks() -> bool:
    from tensorflow.python.util import _tf_stack, tf_stack

    parts = ("extract_stack", "PyBindSourceMap", "PyBindFileSet")
    return takes(tf_stack.extract_stack, "stacklevel") and all(
        hasattr(_tf_stack, it) for it in parts
    )


LOSSES: Final = PrivateUse(
    "keras",
    "Model._loss_tracker",
    "a run is seen to diverge by its mean loss, some batches late, and a look at the test pictures takes twice "
    "as long",
    _knows_losses,
)

GRADIENTS: Final = PrivateUse(
    "keras",
    "Optimizer._all_reduce_sum_gradients",
    "a training process grows faster with each new architecture, and is replaced more often",
    _knows_gradients,
)

STACKS: Final = PrivateUse(
    "tensorflow",
    "tf_stack.extract_stack",
    "a training process grows three times as fast with each new architecture, and is replaced more often",
    _knows_stacks,
)

USES: Final = (LOSSES, GRADIENTS, STACKS)


def loss_sums(network: keras.Model) -> tuple[tf.Tensor, tf.Tensor] | None:
    """Return the sum of the losses that a network has had of late, and of how many pictures; None if unknown."""
    if not LOSSES.is_as_known():
        return None
    tracker = network._loss_tracker  # noqa: SLF001
    return tf.convert_to_tensor(tracker.total), tf.convert_to_tensor(tracker.count)


def note_loss(network: keras.Model, loss: tf.Tensor, pictures: tf.Tensor) -> bool:
    """Add a mean loss to the sum, as Keras's own steps do; return whether that is known to work."""
    if LOSSES.is_as_known():
        network._loss_tracker.update_state(loss, sample_weight=pictures)  # noqa: SLF001
    return LOSSES.is_as_known()


def forget_stacks() -> None:
    """Give every operation made from now on the same short stack."""
    if not STACKS.is_as_known():
        return
    from tensorflow.python.util import tf_stack

    if tf_stack.extract_stack.__module__ != __name__:
        short = _short_stack()

        def extract_stack(stacklevel: int = 1) -> Any:  # noqa: ANN401, ARG001 - TensorFlow's own
            return short

        tf_stack.extract_stack = extract_stack


def forget_gradients(optimizer: keras.optimizers.Optimizer) -> None:
    """Let an optimiser take its gradients as they are: there is no other replica to add up with.

    TensorFlow's sum over replicas is an operation with a gradient of its own, registered for ever.
    """
    if GRADIENTS.is_as_known():
        optimizer._all_reduce_sum_gradients = list  # noqa: SLF001


def _short_stack() -> Any:  # noqa: ANN401 - TensorFlow does not say what it is
    """Return a stack of one frame; an empty one would crash TensorFlow."""
    from tensorflow.python.util import _tf_stack

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

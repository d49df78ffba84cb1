"""What TensorFlow keeps of a network that nobody needs any more; probes its private interfaces."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import tensorflow as tf
from tensorflow.python.util import tf_stack

from playground.core.experiment import Experiment
from playground.engine import task
from playground.engine.network import build_network
from playground.engine.schedule import build_schedule
from playground.engine.tracing import registered_gradients
from playground.engine.training import compile_training

if TYPE_CHECKING:
    from playground.engine.training import Trainer


@pytest.mark.parametrize("optimizer", ["adam", "momentum"])
def test_a_network_that_has_gone_leaves_no_graph(trainer: Trainer, optimizer: str) -> None:
    def come_and_go(units: int) -> tuple[int, int]:
        """Compile a network, let it go, and return how many graphs and gradients there are."""
        experiment = Experiment(hidden=(units,), optimizer=optimizer)
        network = build_network(experiment, trainer.pictures(experiment.dataset))
        compile_training(network, build_schedule(experiment))
        del network
        return graphs(), registered_gradients()

    assert come_and_go(9) == come_and_go(8)


def test_a_workers_operations_remember_no_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tf_stack, "extract_stack", tf_stack.extract_stack)  # put back at the end
    task.warm_trainer()

    @tf.function  # type: ignore[untyped-decorator]  # TensorFlow ships no types
    def double(number: tf.Tensor) -> tf.Tensor:
        return number * 2

    operations = double.get_concrete_function(tf.constant(1.0)).graph.get_operations()
    assert operations
    assert {len(operation.traceback) for operation in operations} == {1}


def test_a_worker_that_is_killed_leaves_no_file_behind(tmp_path: Path) -> None:
    code = (
        "import os; from playground.core.experiment import Experiment; from playground.engine import task;"
        "from playground.engine.network import build_network;"
        "from playground.engine.schedule import build_schedule;"
        "from playground.engine.training import compile_training;"
        "experiment = Experiment(hidden=(8,)); trainer = task.warm_trainer();"
        "network = build_network(experiment, trainer.pictures(experiment.dataset));"
        "compile_training(network, build_schedule(experiment)); os._exit(0)"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert list(tmp_path.iterdir()) == []


def graphs() -> int:
    """Return how many graphs there are that somebody needs."""
    while gc.collect():
        pass
    return sum(type(one).__name__ == "FuncGraph" for one in gc.get_objects())

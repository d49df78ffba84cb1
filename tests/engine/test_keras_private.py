"""What we use of Keras and TensorFlow beside what is documented is there, and does what it is used for."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import tensorflow as tf
from tensorflow.python.framework import ops
from tensorflow.python.util import tf_stack

from playground.core.events import Event
from playground.core.experiment import Experiment
from playground.core.private_use import PrivateUse
from playground.core.run import RunState
from playground.engine import task
from playground.engine.keras_private import LOSSES, USES
from playground.engine.network import build_network
from playground.engine.schedule import build_schedule
from playground.engine.training import compile_training

if TYPE_CHECKING:
    from playground.engine.training import Trainer


@pytest.mark.parametrize("use", USES, ids=lambda use: use.name)
def test_everything_is_as_known(use: PrivateUse) -> None:
    assert use.probe()


@pytest.fixture
def without_losses(monkeypatch: pytest.MonkeyPatch) -> Trainer:
    """Return a trainer that finds Keras's sum of losses changed."""
    from playground.engine.training import Trainer

    monkeypatch.setattr(LOSSES, "probe", lambda: False)
    monkeypatch.setattr(LOSSES, "_answer", None)
    return Trainer()


def test_without_the_sum_of_losses_a_run_is_the_same(
    trainer: Trainer, without_losses: Trainer
) -> None:
    experiment = Experiment(train_size=1_000, hidden=(8,), epochs=2)
    LOSSES._answer = True
    with_it, without = list[Event](), list[Event]()
    trainer.train(experiment, with_it.append)
    LOSSES._answer = False
    without_losses.train(experiment, without.append)
    assert [replace(event, seconds=0.0) for event in without] == [
        replace(event, seconds=0.0) for event in with_it
    ]


def test_without_the_sum_of_losses_a_run_is_still_seen_to_diverge(without_losses: Trainer) -> None:
    experiment = Experiment(
        train_size=5_000, hidden=(8,), optimizer="sgd", learning_rate=10.0, normalize=False
    )
    ending = without_losses.train(experiment, lambda _: None).ending
    assert ending is not None
    assert ending.state is RunState.DIVERGED


@pytest.mark.parametrize("optimizer", ["adam", "momentum"])
def test_a_network_that_has_gone_leaves_no_graph(trainer: Trainer, optimizer: str) -> None:
    def come_and_go(units: int) -> tuple[int, int]:
        """Compile a network, let it go, and return how many graphs and gradients there are."""
        experiment = Experiment(hidden=(units,), optimizer=optimizer)
        network = build_network(experiment, trainer.pictures(experiment.dataset))
        compile_training(network, build_schedule(experiment))
        del network
        return graphs(), len(ops.gradient_registry.list())

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

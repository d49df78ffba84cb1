"""NumPy's answers are Keras's; weights are there however a run ends; checkpoints are taken up by name."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest

from playground.core.errors import CheckpointError
from playground.core.experiment import Experiment
from playground.core.network import Network
from playground.core.run import RunState
from playground.core.weights import Weights, answers, outputs
from playground.data import load_split
from playground.engine.callbacks import Command
from playground.engine.checkpoint import FORMAT, Checkpoint, capture_state, state_of
from playground.engine.keras_objects import make_layers, set_first_weights
from playground.engine.training import Trainer, TrainingResult

ROUNDING = float(np.finfo(np.float32).eps)
SMALL = Experiment(train_size=500, epochs=2, hidden=(6,), dropout=0.3)


def random_experiment(chance: random.Random) -> Experiment:
    return Experiment(
        dataset=chance.choice(list(Experiment.DATASET.options)),
        normalize=chance.random() < 0.7,
        hidden=tuple(chance.choice((1, 3, 16, 100, 1024)) for _ in range(chance.randint(0, 4))),
        activation=chance.choice(list(Experiment.ACTIVATION.options)),
        dropout=chance.choice((0.0, 0.4)),
        l2=chance.choice((0.0, 0.01)),
        seed=chance.randint(0, 999),
    )


@pytest.mark.parametrize("number", range(30))
def test_every_layer_answers_as_in_keras(number: int) -> None:
    experiment = random_experiment(random.Random(number))
    network = Network.of(experiment)
    model = keras.Sequential(make_layers(network))
    set_first_weights(model, network, experiment.seed)
    generator = np.random.default_rng(number)
    for variable in model.weights:  # biases too: they begin with zeros
        if "bias" in variable.path:
            variable.assign(generator.normal(size=variable.shape))
    trainable = [variable.numpy() for variable in model.trainable_variables]
    weights = Weights(dict(zip(network.weight_shapes, trainable, strict=True)), 0.0)
    images = load_split(experiment.dataset, "test").images[:200]
    ours = list(outputs(network, weights, images, normalize=experiment.normalize))
    values = images.astype(np.float32) * np.float32(1 / 255 if experiment.normalize else 1)
    theirs = []
    for layer, step in zip(model.layers, network.steps, strict=True):
        values = layer(values, training=False)
        if step.parameters:
            theirs.append(np.asarray(values))
    assert len(ours) == len(theirs) == len(experiment.hidden) + 1
    before = images.reshape(len(images), -1) * (1 / 255 if experiment.normalize else 1)
    for step, own, kerass in zip(network.learning_steps, ours, theirs, strict=True):
        kernel, bias = (weights.arrays[f"{step.name}.{name}"] for name in ("kernel", "bias"))
        # An activation hands on what float32 rounds in its sums, in Keras too; they go into the hundreds.
        largest_sum = float(np.abs(before @ kernel + bias).max())
        allowed = 1e-5 * max(float(np.abs(kerass).max()), 1e-30) + ROUNDING * largest_sum
        assert float(np.abs(own - kerass).max()) <= allowed
        before = own


def trained(trainer: Trainer, experiment: Experiment, **more: Any) -> TrainingResult:
    return trainer.train(experiment, lambda _: None, **more)


@pytest.mark.parametrize(
    ("experiment", "more", "state"),
    [
        (SMALL, {}, RunState.FINISHED),
        (SMALL, {"ask": lambda: Command.STOP}, RunState.STOPPED),
        (SMALL.with_(learning_rate=10.0, optimizer="sgd", normalize=False, hidden=(64, 64)), {}, RunState.DIVERGED),
        (SMALL, {"chunks": 3}, None),
    ],
    ids=["finished", "stopped", "diverged", "paused"],
)  # fmt: skip
def test_a_run_leaves_its_weights_however_it_ends(
    trainer: Trainer, experiment: Experiment, more: dict[str, Any], state: RunState | None
) -> None:
    result = trained(trainer, experiment, **more)
    assert (result.ending and result.ending.state) == state
    network = Network.of(experiment)
    weights = Weights.from_bytes(result.weights.to_bytes(), network)
    images = load_split(experiment.dataset, "test").images
    with np.errstate(all="ignore"):
        shares = answers(network, weights, images, normalize=experiment.normalize)
    np.testing.assert_allclose(shares, result.probabilities, atol=1e-5)
    assert 0 < weights.position <= experiment.epochs


def test_names_say_what_is_kept_whatever_was_built_before(trainer: Trainer) -> None:
    for own in (trainer, Trainer()):
        assert set(state_of(own.network(SMALL))) == {
            "dense_1.kernel", "dense_1.bias", "dense_2.kernel", "dense_2.bias",
            "dropout_1.seed_generator_state",
            "optimizer/iteration", "optimizer/learning_rate",
            *(
                f"optimizer/network_dense_{layer}_{weight}_{mean}"
                for layer in (1, 2) for weight in ("kernel", "bias") for mean in ("momentum", "velocity")
            ),
            "loss/total", "loss/count", "accuracy/total", "accuracy/count",
        }  # fmt: skip


def numbered(checkpoint: Checkpoint) -> bytes:
    """Return a checkpoint as versions before names wrote it, in the order of Keras's variables."""
    file = io.BytesIO()
    place = np.array([checkpoint.epoch, checkpoint.chunk, checkpoint.seq], np.int64)
    np.savez(
        file,
        np.float64(checkpoint.seconds),
        place,
        *checkpoint.state.values(),
        of_truth=checkpoint.confidence.of_truth,
        guess=checkpoint.confidence.guess,
    )
    return file.getvalue()


@pytest.mark.parametrize("optimizer", Experiment.OPTIMIZER.options)
def test_a_checkpoint_goes_on_to_the_last_bit_by_names_and_by_places(
    trainer: Trainer, other_trainer: Trainer, optimizer: str
) -> None:
    experiment = SMALL.with_(optimizer=optimizer)
    whole = trained(trainer, experiment)
    held = trained(trainer, experiment, chunks=20).checkpoint
    assert held is not None
    for data in (held.to_bytes(), numbered(held)):
        again = trained(other_trainer, experiment, start=Checkpoint.from_bytes(data))
        for name, array in whole.weights.arrays.items():
            np.testing.assert_array_equal(again.weights.arrays[name], array)
        assert whole.checkpoint is not None
        assert again.checkpoint is not None
        for name, value in whole.checkpoint.state.items():
            np.testing.assert_array_equal(again.checkpoint.state[name], value)


def test_what_another_version_wrote_is_refused_and_said(trainer: Trainer) -> None:
    held = trained(trainer, SMALL, chunks=1).checkpoint
    assert held is not None
    renamed = {name.replace("momentum", "first_mean"): it for name, it in held.state.items()}
    for other in (
        replace(held, state=renamed, keras="4.0"),
        replace(
            held, state={name: it for name, it in held.state.items() if it.ndim < 2}, keras="4.0"
        ),
    ):
        with pytest.raises(CheckpointError) as caught:
            trained(trainer, SMALL, start=Checkpoint.from_bytes(other.to_bytes()))
        assert str(caught.value) == (
            "Where this run stood was written by another version (Keras 4.0; here is Keras "
            f"{keras.__version__})."
        )
    with pytest.raises(CheckpointError, match="by another version"):
        trained(trainer, SMALL.with_(hidden=(7,)), start=held)
    later = held.to_bytes().replace(FORMAT.encode(), b"playground-checkpoint-3")
    with pytest.raises(CheckpointError, match=r"by another version .playground-checkpoint-3;"):
        Checkpoint.from_bytes(later)
    # Nothing of a refused one stays in the warm network.
    assert capture_state(trainer.network(SMALL)).keys() == held.state.keys()
    first, second = trained(trainer, SMALL), trained(trainer, SMALL)
    for name, array in first.weights.arrays.items():
        np.testing.assert_array_equal(second.weights.arrays[name], array)


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\3\4" + b"x" * 50, b"hello", b"\0" * 100])
def test_a_damaged_checkpoint_is_refused(data: bytes) -> None:
    with pytest.raises(CheckpointError, match=r"^Where this run stood is damaged\.$"):
        Checkpoint.from_bytes(data)

"""Tests of the core, and what they draw from: every experiment that the catalogue allows."""

from __future__ import annotations

import pickle
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st

from playground.core.choices import Number
from playground.core.dataset import DATASETS, Dataset
from playground.core.experiment import Experiment
from playground.core.layers import Dense
from playground.core.stop_rule import STOP_VALUE, StopRule

settings.register_profile("core", deadline=None)  # a busy machine is no bug
settings.load_profile("core")

T = TypeVar("T")


def travelled(thing: T) -> T:
    """Return `thing` as it comes out of another process."""
    copy: T = pickle.loads(pickle.dumps(thing))  # noqa: S301 - pickled in the same line
    return copy


def whole(choice: Number) -> st.SearchStrategy[int]:
    """Draw whole numbers that `choice` allows."""
    return st.integers(int(choice.low), int(choice.high))


def decimal(choice: Number, *, high: float | None = None) -> st.SearchStrategy[float]:
    """Draw numbers that `choice` allows, whole ones among them."""
    top = choice.high if high is None else high
    return st.floats(choice.low, top) | st.sampled_from(choice.marks or (choice.low, top))


def stop_rules() -> st.SearchStrategy[StopRule]:
    """Draw rules for losses up to the catalogue's bound and for accuracies up to 1."""
    return st.builds(
        StopRule, st.sampled_from(["loss", "val_loss"]), decimal(STOP_VALUE)
    ) | st.builds(
        StopRule,
        st.sampled_from(["accuracy", "val_accuracy"]),
        decimal(STOP_VALUE, high=1),
    )


def experiments() -> st.SearchStrategy[Experiment]:
    """Draw any valid experiment."""
    return st.sampled_from(list(DATASETS.values())).flatmap(_experiments_on)


def _experiments_on(dataset: Dataset) -> st.SearchStrategy[Experiment]:
    units = st.integers(1, int(Dense.size.high))
    return st.builds(
        Experiment,
        dataset=st.just(dataset.name),
        normalize=st.booleans(),
        hidden=st.lists(units, max_size=int(Experiment.HIDDEN.layers.high)).map(tuple),
        epochs=whole(Experiment.EPOCHS),
        batch_size=whole(Experiment.BATCH_SIZE),
        learning_rate=decimal(Experiment.LEARNING_RATE),
        optimizer=st.sampled_from(sorted(Experiment.OPTIMIZER.options)),
        activation=st.sampled_from(sorted(Experiment.ACTIVATION.options)),
        dropout=decimal(Experiment.DROPOUT),
        l2=decimal(Experiment.L2),
        train_size=st.integers(int(Experiment.TRAIN_SIZE.low), dataset.train_images),
        seed=whole(Experiment.SEED),
        stop=st.none() | stop_rules(),
    )

"""Tests of the core, and what they draw from: every experiment that the catalogue allows."""

from __future__ import annotations

import pickle
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st

from playground.core import catalogue
from playground.core.catalogue import Number
from playground.core.experiment import Experiment, StopRule

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
        StopRule, st.sampled_from(["loss", "val_loss"]), decimal(catalogue.STOP_VALUE)
    ) | st.builds(
        StopRule,
        st.sampled_from(["accuracy", "val_accuracy"]),
        decimal(catalogue.STOP_VALUE, high=1),
    )


def experiments() -> st.SearchStrategy[Experiment]:
    """Draw any valid experiment."""
    units = st.integers(1, catalogue.MAX_UNITS)
    return st.builds(
        Experiment,
        dataset=st.sampled_from(sorted(catalogue.DATASET.options)),
        normalize=st.booleans(),
        hidden=st.lists(units, max_size=catalogue.MAX_HIDDEN_LAYERS).map(tuple),
        epochs=whole(catalogue.EPOCHS),
        batch_size=whole(catalogue.BATCH_SIZE),
        learning_rate=decimal(catalogue.LEARNING_RATE),
        optimizer=st.sampled_from(sorted(catalogue.OPTIMIZER.options)),
        activation=st.sampled_from(sorted(catalogue.ACTIVATION.options)),
        dropout=decimal(catalogue.DROPOUT),
        l2=decimal(catalogue.L2),
        train_size=whole(catalogue.TRAIN_SIZE),
        seed=whole(catalogue.SEED),
        stop=st.none() | stop_rules(),
    )

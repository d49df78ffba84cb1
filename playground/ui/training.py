"""This server's training service, and the run that a page shows."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import playground
from playground.core.errors import RecordingError, StoreError
from playground.core.experiment import Experiment
from playground.core.recording import Recording, load_recording
from playground.core.run import RunView
from playground.core.url import Problem
from playground.jobs import TrainingService, UnknownRunError, Way
from playground.store import open_store
from playground.ui.address import address
from playground.ui.draft import add_problem, choose_run, chosen_run, set_draft
from playground.ui.visitor import visitor

_REPLAYED: Final = "_replayed"


@cache
def training_service() -> TrainingService:
    """Return the one service of this server process, whatever sessions come and go."""
    return TrainingService(open_store)


@cache
def recorded(dataset: str) -> Recording:
    """Return the run of the default network on `dataset` that ships with the project.

    Raises:
        RecordingError: its file is missing or damaged.
    """
    return load_recording(Path(playground.__file__).parent / "recorded" / f"{dataset}.npz")


def shown_run(dataset: str) -> RunView:
    """Return the run that the page shows: the link's, else the recorded one of `dataset`.

    A link to a run that this server does not have, or cannot read, is noted as a problem of the link.
    """
    run = chosen_run()
    if run is None:
        return recorded(dataset).view
    try:
        return training_service().view(run)
    except (UnknownRunError, StoreError, RecordingError) as error:
        choose_run(None)
        add_problem(Problem("run", error.message))
        return recorded(dataset).view


def train(experiment: Experiment) -> None:
    """Show a run of `experiment`: one that trains it or did so before, else a new one."""
    asked = training_service().ask(experiment, visitor(), address=address())
    choose_run(asked.run)
    st.session_state[_REPLAYED] = asked.run if asked.way is Way.REPLAYED else None


def train_anew(experiment: Experiment, *, chunks: int | None = None) -> None:
    """Begin a run of `experiment`, whatever was trained before, and show it."""
    begun = training_service().begin(experiment, visitor(), address=address(), chunks=chunks)
    choose_run(begun)


def train_on(run: str, epochs: int) -> None:
    """Begin a run that goes on where `run` ended, and show it; the settings follow."""
    service = training_service()
    begun = service.train_on(run, epochs, visitor(), address=address())
    choose_run(begun)
    set_draft(service.view(begun).experiment)


def is_own(view: RunView) -> bool:
    """Return whether this visitor began `view`, and so may pause and stop it."""
    return not view.recorded and view.owner == visitor()


def is_replayed(view: RunView) -> bool:
    """Return whether this visitor asked for `view` when it had been trained before."""
    return bool(st.session_state.get(_REPLAYED) == view.id)


def shown_probabilities(view: RunView) -> NDArray[np.float32] | None:
    """Return what the shown run's weights say of the test pictures, float32 (10000, 10)."""
    if view.recorded:
        return recorded(view.experiment.dataset).probabilities
    return training_service().probabilities(view.id)

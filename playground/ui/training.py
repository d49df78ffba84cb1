"""This server's training service, and the run that a page shows."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import playground
from playground.core.recording import Recording, load_recording
from playground.core.run import RunView
from playground.core.url import Problem
from playground.jobs import TrainingService, UnknownRunError
from playground.ui.draft import add_problem, choose_run, chosen_run


@cache
def training_service() -> TrainingService:
    """Return the one service of this server process, whatever sessions come and go."""
    return TrainingService()


@cache
def recorded(dataset: str) -> Recording:
    """Return the run of the default network on `dataset` that ships with the project.

    Raises:
        RecordingError: its file is missing or damaged.
    """
    return load_recording(Path(playground.__file__).parent / "recorded" / f"{dataset}.npz")


def shown_run(dataset: str) -> RunView:
    """Return the run that the page shows: the link's, else the recorded one of `dataset`.

    A link to a run that this server does not have is noted as a problem of the link.
    """
    run = chosen_run()
    if run is None:
        return recorded(dataset).view
    try:
        return training_service().view(run)
    except UnknownRunError as error:
        choose_run(None)
        add_problem(Problem("run", error.message))
        return recorded(dataset).view


def shown_probabilities(view: RunView) -> NDArray[np.float32] | None:
    """Return what the shown run's weights say of the test pictures, float32 (10000, 10)."""
    if view.recorded:
        return recorded(view.experiment.dataset).probabilities
    return training_service().probabilities(view.id)

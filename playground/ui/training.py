"""This server's training service, and the run that a page shows."""

from __future__ import annotations

import logging
from contextlib import suppress
from functools import cache
from typing import Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from playground.core.artefacts import WEIGHTS
from playground.core.errors import PlaygroundError, RecordingError, StoreError
from playground.core.experiment import Experiment
from playground.core.message import Message
from playground.core.network import Network
from playground.core.recording import recorded_id
from playground.core.run import RunState, RunView
from playground.core.url import Problem
from playground.core.weights import Weights
from playground.jobs import TrainingService, UnknownRunError, Way
from playground.store import open_store
from playground.ui.address import address
from playground.ui.draft import (
    add_problem,
    choose_beside,
    choose_run,
    chosen_beside,
    chosen_run,
    set_draft,
)
from playground.ui.visitor import visitor

_REPLAYED: Final = "_replayed"
_UNREAD: Final = "_unread_run"
_TAKEN_OFF: Final = "_runs_taken_off"

MOST_TAKEN_OFF: Final = 3
"""How many of the runs that were taken off the chart are offered again."""

_log: Final = logging.getLogger(__name__)


@cache
def training_service() -> TrainingService:
    """Return the one service of this server process, whatever sessions come and go."""
    return TrainingService(open_store)


def shown_run(dataset: str) -> RunView:
    """Return the run that the page shows: the link's, else the one that is recorded for `dataset`.

    A link to a run that this server does not have, or that is damaged, is noted as a problem of the
    link. While the store cannot be read, the link keeps its run, and `page_trouble` says why another
    one is shown.
    """
    run, service = chosen_run(), training_service()
    st.session_state[_UNREAD] = None
    try:
        if run is not None:
            return service.view(run)
    except StoreError as error:
        st.session_state[_UNREAD] = error.message
    except (UnknownRunError, RecordingError) as error:
        choose_run(None)
        add_problem(Problem("run", error.message))
    return _recorded_run(dataset)


def note_missing_runs(dataset: str) -> None:
    """Note as problems of the link which of its runs are not here, before anything is drawn."""
    shown_beside(shown_run(dataset))


def shown_beside(view: RunView) -> tuple[RunView, ...]:
    """Return the runs that are drawn beside `view`; one that is not here is a problem of the link."""
    choose_beside(run for run in chosen_beside() if run != view.id)
    found = []
    for run in chosen_beside():
        try:
            found.append(training_service().view(run))
        except StoreError as error:
            st.session_state[_UNREAD] = error.message
        except (UnknownRunError, RecordingError) as error:
            choose_beside(other for other in chosen_beside() if other != run)
            add_problem(Problem("runs", error.message))
    return tuple(found)


def take_off(run: str) -> None:
    """Draw a run no more beside the one shown."""
    choose_beside(other for other in chosen_beside() if other != run)
    st.session_state[_TAKEN_OFF] = [run, *_others_taken_off(run)][:MOST_TAKEN_OFF]


def put_back(run: str) -> None:
    """Draw a run that was taken off again."""
    choose_beside([*chosen_beside(), run])
    st.session_state[_TAKEN_OFF] = _others_taken_off(run)


def taken_off(view: RunView) -> list[RunView]:
    """Return the runs that this visitor took off last, of those that can be read and are not drawn."""
    drawn, found = {view.id, *chosen_beside()}, []
    for run in st.session_state.get(_TAKEN_OFF, ()):
        with suppress(PlaygroundError):
            if run not in drawn:
                found.append(training_service().view(run))
    return found


def _others_taken_off(run: str) -> list[str]:
    return [other for other in st.session_state.get(_TAKEN_OFF, ()) if other != run]


def page_trouble(dataset: str | None = None) -> tuple[Message, ...]:
    """Return what is wrong now with this server, or with the recorded run of `dataset`, for people to read."""
    found = [*training_service().trouble]
    unread: Message | None = st.session_state.get(_UNREAD)
    if unread is not None and unread not in found:
        found.append(unread)
    try:
        if dataset is not None:
            training_service().view(recorded_id(dataset))
    except RecordingError as error:
        found.append(error.message)
    return tuple(found)


def _recorded_run(dataset: str) -> RunView:
    """Return the recorded run of `dataset`, or one without an id if its file is missing or damaged."""
    try:
        return training_service().view(recorded_id(dataset))
    except RecordingError as error:
        _log_once(str(error))
        return RunView(id="", experiment=Experiment(dataset=dataset), state=RunState.STOPPED)


@cache
def _log_once(said: str) -> None:
    _log.error(said)


def train(experiment: Experiment) -> None:
    """Show a run of `experiment`: one that trains it or did so before, else a new one."""
    before = shown_run(experiment.dataset)
    asked = training_service().obtain_run(experiment, visitor(), address=address())
    _show_instead(before, asked.run, experiment)
    st.session_state[_REPLAYED] = asked.run if asked.way is Way.REPLAYED else None


def train_anew(experiment: Experiment, *, chunks: int | None = None) -> None:
    """Begin a run of `experiment`, whatever was trained before, and show it."""
    before = shown_run(experiment.dataset)
    begun = training_service().begin(experiment, visitor(), address=address(), chunks=chunks)
    _show_instead(before, begun, experiment)


def _show_instead(before: RunView, run: str, experiment: Experiment) -> None:
    """Show a run from here on; the one before stays beside it if it trained something else."""
    others = [other for other in chosen_beside() if other != run]
    is_other = before.id not in ("", run) and before.experiment != experiment and before.events
    choose_beside([*others, before.id] if is_other else others)
    choose_run(run)


def train_on(run: str, epochs: int) -> None:
    """Begin a run that goes on where `run` ended, and show it; the settings follow."""
    service = training_service()
    begun = service.train_on(run, epochs, visitor(), address=address())
    choose_run(begun)
    set_draft(service.view(begun).experiment)


def is_own(view: RunView) -> bool:
    """Return whether this visitor began `view`, and so may pause and stop it."""
    return view.owner == visitor()


def is_replayed(view: RunView) -> bool:
    """Return whether this visitor asked for `view` when it had been trained before."""
    return bool(st.session_state.get(_REPLAYED) == view.id)


def shown_probabilities(view: RunView) -> NDArray[np.float32] | None:
    """Return what the shown run's weights say of the test pictures, float32 (pictures, classes)."""
    return training_service().probabilities(view.id) if view.id else None


def weights_of(view: RunView) -> Weights | None:
    """Return the weights of a run, None if they are not there any more or damaged."""
    try:
        data = training_service().artefact(view.id, WEIGHTS)
        return None if data is None else Weights.from_bytes(data, Network.of(view.experiment))
    except PlaygroundError:  # the page says what is wrong with the store
        return None

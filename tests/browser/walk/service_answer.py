"""What the training service says of a run, asked over HTTP as the page asks, with the visitor's cookie."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPConnection, HTTPResponse
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from playground.core.events import to_wire
from playground.core.experiment import Experiment
from playground.core.recording import FOLDER, load_recording

LIMIT: Final = 30.0
"""Seconds after which the server is not waited for any more."""


@dataclass(slots=True)
class RunAnswer:
    """A run as its stream tells it.

    Args:
        state: as in "running"; empty if the server does not know the run.
        chunks: the points of the training curve, in order.
        epochs: the ends of epochs, that before any training included.
    """

    state: str = ""
    chunks: list[dict[str, Any]] = field(default_factory=list)
    epochs: list[dict[str, Any]] = field(default_factory=list)


def ask_run(server: str, run: str, cookies: Iterable[Any]) -> RunAnswer:
    """Return what a run has told by now.

    Args:
        server: the server's address, without a slash at the end.
        run: the run's name.
        cookies: the visitor's, as Playwright has them.
    """
    answer = RunAnswer()
    connection, response = _get(f"{server}/live/{run}?after=0", cookies)
    try:
        event = ""
        # The stream goes on for as long as the run does; "state" is the last of what is known now.
        while response.status == 200 and not answer.state and (line := response.readline()):
            name, _, value = line.decode().rstrip("\r\n").partition(": ")
            if name == "event":
                event = value
            elif name == "data" and event == "chunk":
                answer.chunks.append(json.loads(value))
            elif name == "data" and event == "epoch":
                answer.epochs.append(json.loads(value))
            elif name == "data" and event == "state":
                answer.state = str(json.loads(value)["state"])
    finally:
        connection.close()
    return answer


@cache
def recorded_answer(run: str) -> tuple[RunAnswer, NDArray[np.float32]] | None:
    """Return a run that ships with the project, and its probabilities; None if there is none called so."""
    for dataset in Experiment.DATASET.options:
        recording = load_recording(FOLDER / f"{dataset}.npz")
        view = recording.view
        if view.id == run:
            chunks, epochs = ([to_wire(it) for it in part] for part in (view.chunks, view.epochs))
            return RunAnswer("recorded", chunks, epochs), recording.probabilities
    return None


def ask_shares(server: str, run: str, picture: int, cookies: Iterable[Any]) -> list[float] | None:
    """Return a run's ten probabilities for a test picture, None if there are none (yet)."""
    connection, response = _get(f"{server}/live/{run}/answers/{picture}", cookies)
    try:
        if response.status != 200:
            return None
        shares: list[float] | None = json.load(response)["probabilities"]
        return shares
    finally:
        connection.close()


def _get(address: str, cookies: Iterable[Any]) -> tuple[HTTPConnection, HTTPResponse]:
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=LIMIT)
    cookie = "; ".join(f"{it['name']}={it['value']}" for it in cookies)
    headers = {"Cookie": cookie} if cookie else {}
    connection.request("GET", f"{parts.path}?{parts.query}", headers=headers)
    return connection, connection.getresponse()

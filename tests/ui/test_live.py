"""What a run's stream tells, and when it has pages drawn anew."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground.core.events import ChunkEnd, RateChange
from playground.core.experiment import Experiment
from playground.core.run import RunState, RunView
from playground.jobs import UnknownRunError
from playground.ui import live

CHUNK = ChunkEnd(seq=1, epoch=1, step=9, position=0.1, loss=0.5, accuracy=0.5, seconds=0.1)
RATE = RateChange(seq=2, epoch=1, chunk=1, position=0.1, learning_rate=0.01, seconds=0.1)


def a_view(state: RunState = RunState.RUNNING, **changes: Any) -> RunView:
    fields = {"id": "r1", "experiment": Experiment(), "events": (CHUNK,), "owner": "ann"}
    return RunView(state=state, **{**fields, **changes})


def told(views: list[RunView], monkeypatch: pytest.MonkeyPatch, **named: Any) -> list[list[Any]]:
    """Return what a listener is told of a run that is seen so, as [event, its values], in order."""

    async def follow(_run: str, _silence: float) -> AsyncIterator[RunView]:
        for view in views:
            yield view

    async def listen() -> str:
        return "".join([part async for part in live._tell("r1", 0, **{"listener": "", **named})])

    service = SimpleNamespace(follow=follow, trouble=())
    monkeypatch.setattr(live, "training_service", lambda: service)
    parts = [part.splitlines() for part in asyncio.run(listen()).split("\n\n") if part]
    return [
        [part[-2].removeprefix("event: "), json.loads(part[-1].removeprefix("data: "))]
        for part in parts
        if not part[0].startswith(":")
    ]


def test_each_event_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    views = [a_view(), a_view(), a_view(events=(CHUNK, RATE))]
    assert [kind for kind, _ in told(views, monkeypatch)] == ["chunk", "state", "rate", "changed"]


def test_a_run_that_begins_anew_tells_its_events_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = [kind for kind, _ in told([a_view(), a_view(restarts=1)], monkeypatch)]
    assert kinds == ["chunk", "state", "restart", "chunk"]


@pytest.mark.parametrize(
    ("after", "drawn_anew"),
    [
        ({}, False),
        ({"ahead": 2, "wait": 7.0}, False),
        ({"owner": "bob"}, True),
        ({"state": RunState.FINISHED}, True),
    ],
)
def test_the_page_is_drawn_anew_when_it_says_something_else(
    after: dict[str, Any], drawn_anew: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = [kind for kind, _ in told([a_view(), a_view(**after)], monkeypatch)]
    assert ("changed" in kinds) is drawn_anew


def test_a_look_at_the_test_pictures_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    at = ((0, 0.0), (1, 0.0), (1, 0.0), (2, 0.9))  # the first look is at an untrained network
    views = [a_view(looks=looks, looked_at=epochs) for looks, epochs in at]
    looks = [values for kind, values in told(views, monkeypatch) if kind == "look"]
    assert looks == [{"epochs": 0.0}, {"epochs": 0.9}]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Return a client of a server with one run, "r1"."""

    def view(run: str) -> RunView:
        if run != "r1":
            raise UnknownRunError(run)
        return a_view(looked_at=0.5)

    shares = np.full((10_000, 10), 0.1, np.float32)
    shares[42] = np.eye(10)[7]
    shares[43] = np.nan
    service = SimpleNamespace(view=view, probabilities=lambda _run: shares)
    monkeypatch.setattr(live, "training_service", lambda: service)
    return TestClient(Starlette(routes=live.live_routes()))


def test_what_a_network_says_of_one_picture_is_served(client: TestClient) -> None:
    answer = client.get("/live/r1/answers/42").json()
    assert (answer["guess"], answer["epochs"]) == (7, 0.5)
    assert answer["probabilities"] == np.eye(10)[7].tolist()
    assert client.get("/live/r1/answers/43").json()["undefined"]


def test_before_the_first_look_there_is_no_answer(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = SimpleNamespace(view=lambda _run: a_view(), probabilities=lambda _run: None)
    monkeypatch.setattr(live, "training_service", lambda: service)
    answer = client.get("/live/r1/answers/0").json()
    assert (answer["probabilities"], answer["undefined"]) == (None, False)


@pytest.mark.parametrize(
    "path",
    [
        "r1/answers/10000",
        "r1/answers/-1",
        "r1/answers/x",
        "r1/answers/²",
        f"r1/answers/{'9' * 5_000}",
        "r2/answers/0",
        "r2",
    ],
)
def test_answers_that_are_not_there_are_not_found(client: TestClient, path: str) -> None:
    assert client.get(f"/live/{path}").status_code == 404


@pytest.mark.parametrize("after", ["9" * 5_000, "-1", "x", "²", "1.5"])
def test_an_event_that_is_no_number_is_a_bad_request(client: TestClient, after: str) -> None:
    assert client.get("/live/r1", params={"after": after}).status_code == 400
    if after.isascii():
        answer = client.get("/live/r1", headers={"Last-Event-ID": after})
        assert answer.status_code == 400


def test_a_place_in_the_queue_is_told_without_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    views = [a_view(RunState.QUEUED, events=(), ahead=2, wait=7.0)]
    queued = {"state": "queued", "ahead": 2, "wait": 10, "gave_way": False}
    assert told(views, monkeypatch) == [["state", queued]]


def test_a_run_that_gave_way_to_others_is_told_with_its_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queued: dict[str, Any] = {"state": RunState.QUEUED, "wait": 12.0, "gave_way": True}
    views = [a_view(), a_view(**queued), a_view()]
    assert [values for kind, values in told(views, monkeypatch) if kind == "state"] == [
        {"state": "running", "ahead": 0, "wait": 0, "gave_way": False},
        {"state": "queued", "ahead": 0, "wait": 15, "gave_way": True},
        {"state": "running", "ahead": 0, "wait": 0, "gave_way": False},
    ]


def test_a_class_is_drawn_one_after_the_other_and_the_owner_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("playground.ui.live.asyncio.sleep", note)
    monkeypatch.setattr(live, "_next_turn", 0.0)
    monkeypatch.setattr(live, "REDRAW_EVERY", 1000.0)
    end = [a_view(), a_view(RunState.FINISHED)]
    for listener in ("cem", "ann", "dee", "eva"):
        told(end, monkeypatch, listener=listener)
    assert waits == pytest.approx([0, 1000, 2000], abs=100)  # a machine may be busy meanwhile

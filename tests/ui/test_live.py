"""What listeners hear of runs, by whatever way, and when they have pages drawn anew."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from playground.core.events import ChunkEnd, EpochEnd, Event, RateChange
from playground.core.experiment import Experiment
from playground.core.run import Ending, RunState
from playground.jobs import TrainingService
from playground.jobs.record import RunRecord
from playground.ui.live import feed, routes
from playground.ui.live.feed import NOTHING, Feed, Known

CHUNK = ChunkEnd(seq=1, epoch=1, step=9, position=0.1, loss=0.5, accuracy=0.5, seconds=0.1)
RATE = RateChange(seq=2, epoch=1, chunk=1, position=0.1, learning_rate=0.01, seconds=0.1)
EPOCH = EpochEnd(
    seq=3, epoch=1, loss=0.5, accuracy=0.5, val_loss=0.6, val_accuracy=0.7, seconds=0.2
)


class Lived:
    """A service whose runs are changed by hand."""

    def __init__(self) -> None:
        self.service = TrainingService()
        self.records = {name: self.add(name) for name in ("r1", "r2")}

    def add(self, name: str) -> RunRecord:
        """Add a run that trains and has told of a chunk."""
        record = RunRecord(
            id=name, experiment=Experiment(), owner="ann", state=RunState.RUNNING, events=[CHUNK]
        )
        self.service._archive.add(record)
        return record

    def change(self, name: str, *events: Event, **fields: Any) -> None:
        """Change a run, and let those know who follow it."""
        record = self.records[name]
        record.events.extend(events)
        for field, value in fields.items():
            setattr(record, field, value)
        self.service._notifier.notify(name)

    def finish(self, name: str) -> None:
        """End a run."""
        ending = Ending(state=RunState.FINISHED, epochs_done=1)
        self.change(name, state=RunState.FINISHED, ending=ending)


@pytest.fixture
def lived(monkeypatch: pytest.MonkeyPatch) -> Lived:
    lived = Lived()
    monkeypatch.setattr(routes, "training_service", lambda: lived.service)
    monkeypatch.setattr(feed, "GATHERING", 0.0)
    monkeypatch.setattr(feed, "SILENCE", 0.15)
    return lived


Heard = list[tuple[str, str]]


def heard(
    lived: Lived,
    *changes: Callable[[], None],
    known: dict[str, Known] | None = None,
    listener: str = "",
) -> Heard:
    """Return what a listener is told, as (run, kind), in order, if each change comes when all was told."""

    async def listen() -> Heard:
        own, told = Feed(lived.service, listener), []
        own.follow(known or {"r1": Known(0)})
        left = list(changes)
        try:
            async for batch in own.batches():
                told += [(message.run, message.kind) for message in batch]
                if batch:
                    continue
                if not left:
                    own.end()
                else:
                    left.pop(0)()
        finally:
            own.close()
        return told

    return asyncio.run(listen())


def kinds(told: Heard) -> list[str]:
    return [kind for _, kind in told]


def test_each_event_is_told_once(lived: Lived) -> None:
    told = heard(lived, lambda: lived.change("r1"), lambda: lived.change("r1", RATE, EPOCH))
    assert kinds(told) == ["chunk", "state", "rate", "epoch", "changed"]
    assert lived.service._notifier._listeners == {}


def test_what_is_known_is_not_told(lived: Lived) -> None:
    lived.change("r1", RATE, EPOCH)
    assert kinds(heard(lived, known={"r1": Known(2, 0)})) == ["epoch", "state"]
    assert kinds(heard(lived, known={"r1": Known(NOTHING, 0)})) == ["state"]


def test_several_runs_are_told_over_one_feed_and_none_delays_another(lived: Lived) -> None:
    told = heard(
        lived,
        lambda: lived.change("r2", RATE),
        lambda: lived.change("r1", RATE),
        known={"r1": Known(0), "r2": Known(1, 0)},
    )
    assert sorted(told[:3]) == [("r1", "chunk"), ("r1", "state"), ("r2", "state")]
    assert told[3:] == [("r2", "rate"), ("r2", "changed"), ("r1", "rate"), ("r1", "changed")]


def test_runs_can_be_added_and_left_and_asked_for_again(lived: Lived) -> None:
    async def listen() -> list[Heard]:
        own, told = Feed(lived.service, "ann"), []
        steps = iter(
            [
                {"r1": Known(0, 0, 1)},
                {"r1": Known(0, 0, 1), "r2": Known(0, 0, 1)},
                {"r2": Known(0, 0, 2)},
            ]
        )
        own.follow(next(steps))
        async for batch in own.batches():
            if not batch:
                continue
            told.append([(message.run, message.kind) for message in batch])
            following = next(steps, None)
            if following is None:
                break
            own.follow(following)
        own.close()
        return told

    first, second, third = asyncio.run(listen())
    assert first == [("r1", "chunk"), ("r1", "state")]
    assert second == [("r2", "chunk"), ("r2", "state")]
    assert third == [("r2", "chunk")]  # asked for once more


def test_a_run_that_begins_anew_tells_its_events_again(lived: Lived) -> None:
    told = heard(lived, lambda: lived.change("r1", restarts=1))
    assert kinds(told) == ["chunk", "state", "restart", "chunk"]
    # It may be told before it has any.
    told = heard(
        lived,
        lambda: lived.change("r1", restarts=2, events=[]),
        lambda: lived.change("r1", CHUNK),
    )
    assert kinds(told) == ["chunk", "state", "restart", "chunk"]
    # Whoever comes back knows of what has begun anew meanwhile.
    assert kinds(heard(lived, known={"r1": Known(1, 0)})) == ["restart", "chunk", "state"]


def test_a_run_that_was_left_is_told_of_no_more(lived: Lived) -> None:
    async def listen() -> Heard:
        own, told = Feed(lived.service, ""), []
        own.follow({"r1": Known(0), "r2": Known(0)})
        async for batch in own.batches():
            told += [(message.run, message.kind) for message in batch]
            if ("r2", "rate") in told:
                break
            if batch:
                own.follow({"r2": Known(0)})
            else:
                lived.change("r1", RATE)
                lived.change("r2", RATE)
        own.close()
        return told

    told = asyncio.run(listen())
    assert [kind for run, kind in told if run == "r1"] == ["chunk", "state"]
    assert ("r2", "rate") in told


@pytest.mark.parametrize(
    ("after", "drawn_anew"),
    [
        ({}, False),
        ({"looks": 3}, False),
        ({"owner": "bob"}, True),
        ({"state": RunState.PAUSED}, True),
    ],
)
@pytest.mark.parametrize("listener", ["ann", "", "cleo"])
def test_the_page_is_drawn_anew_when_it_says_something_else(
    lived: Lived, after: dict[str, Any], drawn_anew: bool, listener: str
) -> None:
    told = heard(
        lived, lambda: lived.change("r1", **after), lambda: lived.change("r1"), listener=listener
    )
    assert ("changed" in kinds(told)) is drawn_anew


def test_a_classs_pages_are_drawn_one_after_the_other(
    lived: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "REDRAW_EVERY", 0.05)

    async def changed(name: str, order: list[str]) -> None:
        own = Feed(lived.service, name)
        own.follow({"r1": Known(0)})
        async for batch in own.batches():
            if any(message.kind == "changed" for message in batch):
                order.append(name)
                break
        own.close()

    async def everybody() -> list[str]:
        order: list[str] = []
        names = ["bob", "cleo", "dan", "ann"]
        tasks = [asyncio.create_task(changed(name, order)) for name in names]
        await asyncio.sleep(0.02)
        began = asyncio.get_running_loop().time()
        lived.change("r1", state=RunState.PAUSED)
        await asyncio.gather(*tasks)
        assert asyncio.get_running_loop().time() - began > 0.09  # two waited
        return order

    order = asyncio.run(everybody())
    assert "ann" in order[:2]  # her own run: she and one other at once
    assert sorted(order) == ["ann", "bob", "cleo", "dan"]


def test_many_changes_wake_a_listener_once(lived: Lived) -> None:
    async def listen() -> int:
        own, batches = Feed(lived.service, ""), 0
        own.follow({"r1": Known(0)})
        async for batch in own.batches():
            batches += bool(batch)
            if batches == 1:
                for _ in range(100):
                    lived.change("r1")
                lived.change("r1", RATE)
            elif batch:
                break
        own.close()
        return batches

    assert asyncio.run(listen()) == 2


def test_a_run_that_is_gone_is_said_and_the_others_go_on(lived: Lived) -> None:
    told = heard(
        lived,
        lambda: lived.change("r2", RATE),
        known={"r1": Known(0), "nobody": Known(0), "r2": Known(1, 0)},
    )
    assert ("nobody", "gone") in told
    assert ("r2", "rate") in told


# --- a page ----------------------------------------------------------------------------------------


@pytest.fixture
def client(lived: Lived) -> TestClient:
    shares = np.full((10_000, 10), 0.1, np.float32)
    shares[42] = np.eye(10)[7]
    shares[43] = np.nan
    lived.change("r1", probabilities=shares, snapshot_at=0.5)
    return TestClient(Starlette(routes=routes.live_routes()))


@pytest.fixture
def socket(client: TestClient) -> Iterator[WebSocketTestSession]:
    with client.websocket_connect("/live") as socket:
        yield socket


def follow(socket: WebSocketTestSession, **runs: list[int | None]) -> None:
    socket.send_text(json.dumps({"follow": runs}))


def said(socket: WebSocketTestSession, messages: int) -> list[Any]:
    """Return so many messages, of as many frames as they come in."""
    found: list[Any] = []
    while len(found) < messages:
        found += socket.receive_json()
    return found


def test_a_page_hears_of_the_runs_that_it_shows(lived: Lived, socket: WebSocketTestSession) -> None:
    follow(socket, r1=[0, 0, 1])
    assert [[run, it["kind"]] for run, it in said(socket, 2)] == [["r1", "chunk"], ["r1", "state"]]
    follow(socket, r1=[0, 0, 1], r2=[None, 0, 1])
    assert [[run, it["kind"]] for run, it in said(socket, 1)] == [["r2", "state"]]
    lived.change("r2", RATE, looks=1, snapshot_at=0.4)
    assert said(socket, 1) == [["r2", {"kind": "snapshot", "epochs": 0.4}]]
    lived.change("r1", RATE)
    run, rate = said(socket, 2)[0]
    assert (run, rate["kind"], rate["seq"], rate["learning_rate"]) == ("r1", "rate", 2, 0.01)


def test_a_page_that_leaves_is_listened_to_no_more(lived: Lived, client: TestClient) -> None:
    with client.websocket_connect("/live") as socket:
        follow(socket, r1=[0, 0, 1])
        said(socket, 2)
        assert len(lived.service._notifier._listeners) == 1
    for _ in range(500):
        if lived.service._notifier._listeners == {}:
            break
        asyncio.run(asyncio.sleep(0.01))
    assert lived.service._notifier._listeners == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[]",
        "{}",
        '{"follow": 3}',
        '{"follow": {"r1": 3}}',
        '{"follow": {"r1": [0, 0]}}',
        '{"follow": {"r1": [-1, 0, 1]}}',
        '{"follow": {"r1": ["x", 0, 1]}}',
        '{"follow": {"r1\\"]": [0, 0, 1]}}',
        '{"follow": {"": [0, 0, 1]}}',
        json.dumps({"follow": {f"r{number}": [0, 0, 1] for number in range(17)}}),
        '{"follow": {' + " " * 5_000 + "}}",
    ],
)
def test_what_no_page_says_ends_its_connection(socket: WebSocketTestSession, text: str) -> None:
    socket.send_text(text)
    with pytest.raises(WebSocketDisconnect) as caught:
        drain(socket)
    assert caught.value.code in (1008, 1009)


def drain(socket: WebSocketTestSession) -> None:
    """Hear whatever comes until the connection ends."""
    while True:
        socket.receive_json()


# --- a script --------------------------------------------------------------------------------------


def parts(text: str) -> list[dict[str, Any]]:
    """Return what server-sent events say: `id`, `event` and `data` of each."""
    found = []
    for part in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in part.splitlines() if not line.startswith(":"))
        if fields:
            found.append({**fields, "data": json.loads(fields["data"])})
    return found


def test_a_script_hears_of_one_run_to_its_end(lived: Lived, client: TestClient) -> None:
    lived.change("r1", RATE, EPOCH)
    lived.finish("r1")
    told = parts(client.get("/live/r1").text)
    assert [it["event"] for it in told] == ["chunk", "rate", "epoch", "state"]
    assert [it.get("id") for it in told] == ["1", "2", "3", None]
    assert told[2]["data"]["val_loss"] == 0.6
    again = parts(client.get("/live/r1", headers={"Last-Event-ID": "2"}).text)
    assert [it["event"] for it in again] == ["epoch", "state"]


def test_a_script_hears_of_several_runs_over_one_connection(
    lived: Lived, client: TestClient
) -> None:
    lived.change("r1", RATE)
    lived.finish("r1")
    lived.finish("r2")
    told = parts(client.get("/live?runs=r1,r2&after=1,0").text)
    assert sorted((it["data"]["run"], it["event"]) for it in told) == [
        ("r1", "rate"), ("r1", "state"), ("r2", "chunk"), ("r2", "state"),
    ]  # fmt: skip
    last = [it["id"] for it in told if "id" in it][-1]
    assert sorted(last.split(",")) == ["r1:2", "r2:1"]
    again = parts(client.get("/live?runs=r1,r2", headers={"Last-Event-ID": last}).text)
    assert {it["event"] for it in again} == {"state"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/live", 400),
        ("/live?runs=", 400),
        ("/live?runs=,", 400),
        ("/live?runs=r1,nobody", 404),
        ("/live?runs=r1&after=x", 400),
        ("/live?runs=" + ",".join(["r1"] * 17), 400),
    ],
)
def test_a_bad_request_for_several_runs_is_refused(
    client: TestClient, path: str, status: int
) -> None:
    assert client.get(path).status_code == status


@pytest.mark.parametrize("after", ["9" * 5_000, "-1", "x", "²", "1.5"])
def test_an_event_that_is_no_number_is_a_bad_request(client: TestClient, after: str) -> None:
    assert client.get("/live/r1", params={"after": after}).status_code == 400
    if after.isascii():
        answer = client.get("/live/r1", headers={"Last-Event-ID": after})
        assert answer.status_code == 400


# --- an answer -------------------------------------------------------------------------------------


def test_what_a_network_says_of_one_picture_is_served(client: TestClient) -> None:
    answer = client.get("/live/r1/answers/42").json()
    assert (answer["guess"], answer["epochs"]) == (7, 0.5)
    assert answer["probabilities"] == np.eye(10)[7].tolist()
    assert client.get("/live/r1/answers/43").json()["undefined"]


def test_before_the_first_look_there_is_no_answer(client: TestClient) -> None:
    answer = client.get("/live/r2/answers/0").json()
    assert (answer["probabilities"], answer["undefined"]) == (None, False)


@pytest.mark.parametrize(
    "path",
    [
        "r1/answers/10000",
        "r1/answers/-1",
        "r1/answers/x",
        "r1/answers/²",
        f"r1/answers/{'9' * 5_000}",
        "r3/answers/0",
        "r3",
    ],
)
def test_answers_that_are_not_there_are_not_found(client: TestClient, path: str) -> None:
    assert client.get(f"/live/{path}").status_code == 404


def test_a_recorded_run_answers_as_any_other(client: TestClient) -> None:
    answer = client.get("/live/recorded-fashion/answers/0").json()
    assert answer["epochs"] == 5.0
    assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-5)
    told = parts(client.get("/live/recorded-fashion?after=10").text)
    assert told[0]["id"] == "11"
    assert told[-1]["event"] == "state"


def test_the_more_listen_the_more_is_told_together() -> None:
    often = feed.GATHERING
    assert feed._gathering(1) == feed._gathering(feed.LISTENERS) == often
    assert feed._gathering(2 * feed.LISTENERS) == pytest.approx(2 * often)
    assert feed._gathering(10_000) == feed.LONGEST_GATHERING


def test_the_first_of_what_is_told_waits_for_nothing_and_a_lot_is_gathered(
    lived: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    async def note(seconds: float) -> None:
        pauses.append(seconds)

    async def listen() -> None:
        own = Feed(lived.service, "")
        own.follow({"r1": Known(0)})
        async for _ in own.batches():
            if len(pauses) == 40:
                break
            lived.change("r1", replace(EPOCH, seq=EPOCH.seq + len(pauses)))
        own.close()

    monkeypatch.setattr(feed, "GATHERING", 0.05)
    monkeypatch.setattr(asyncio, "sleep", note)
    asyncio.run(listen())
    assert pauses[: feed.AT_ONCE] == [0.0] * feed.AT_ONCE
    assert max(pauses) > 0

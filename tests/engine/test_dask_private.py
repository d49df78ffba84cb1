"""What we use of dask beside its documented interface is there; without it the rest goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from distributed import batched
from distributed.comm.core import CommClosedError

from playground.core.private_use import PrivateUse
from playground.engine import dask_private
from playground.engine.dask_private import USES
from playground.engine.roster import NAME, Roster

Change = Callable[[PrivateUse], None]


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch) -> Change:
    """Return a function that lets a use be found changed, in this test alone."""

    def change(use: PrivateUse) -> None:
        monkeypatch.setattr(use, "probe", lambda: False)
        monkeypatch.setattr(use, "_answer", None)

    return change


@pytest.mark.parametrize("use", USES, ids=lambda use: use.name)
def test_everything_is_as_known(use: PrivateUse) -> None:
    assert use.probe()


def test_without_known_streams_they_are_left_as_they_are(
    change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    dasks: Any = batched
    theirs = SimpleNamespace()
    monkeypatch.setattr(dasks, "locks", theirs)
    monkeypatch.setattr(dasks, "time", dasks.time)
    change(dask_private.STREAMS)
    dask_private.measure_steadily()
    assert dasks.locks is theirs


class Comm:
    """A connection."""

    has_ended = False

    def closed(self) -> bool:
        return self.has_ended


@pytest.mark.parametrize("is_known", [True, False])
def test_whether_a_connection_stands_is_seen_in_it_or_else_in_the_clients_status(
    change: Change, is_known: bool
) -> None:
    if not is_known:
        change(dask_private.CONNECTION)
    client: Any = SimpleNamespace(status="running")
    if is_known:
        client.scheduler_comm = Comm()
    stands = dask_private.connection_of(client)
    assert stands()
    if is_known:
        client.scheduler_comm.has_ended = True
        assert not stands()
        client.scheduler_comm = Comm()  # it has come back by itself
    else:
        client.status = "connecting"
    assert not stands()


def test_without_known_gathering_an_answer_comes_as_dask_fetches_it(change: Change) -> None:
    async def answer(value: object) -> object:
        return value

    async def gather(keys: list[str]) -> dict[str, Any]:
        return {"status": "OK", "data": {key: {"from": "gather"} for key in keys}}

    class Future:
        key = "part"

        def __await__(self) -> Any:  # noqa: ANN401
            return answer({"from": "await"}).__await__()

    client: Any = SimpleNamespace(scheduler=SimpleNamespace(gather=gather))
    future: Any = Future()
    assert asyncio.run(_fetch(client, future)) == {"from": "gather"}
    change(dask_private.GATHERING)
    assert asyncio.run(_fetch(client, future)) == {"from": "await"}


async def _fetch(client: Any, future: Any) -> object:  # noqa: ANN401
    return await dask_private.fetch_once(client, future)


def test_without_known_plugins_those_of_this_process_are_found(change: Change) -> None:
    scheduler: Any = SimpleNamespace(plugins={}, workers={})
    roster = Roster(scheduler)
    assert Roster.of(scheduler) is None
    change(dask_private.PLUGINS)
    del scheduler.plugins
    assert Roster.of(scheduler) is roster
    assert dask_private.plugins_of(scheduler)[NAME] is roster


def test_nothing_that_has_changed_is_touched(change: Change) -> None:
    nothing: Any = SimpleNamespace()
    for use in USES:
        change(use)
    dask_private.subscribe(nothing, "topic", "client")
    dask_private.unsubscribe(nothing, "topic", "client")
    dask_private.forget_messages(nothing, "topic")
    dask_private.close_doors(nothing)
    dask_private.add_metric(nothing, "playground", dict)
    assert not dask_private.is_cancelled(nothing, "task")
    assert not dask_private.is_closed_connection(CommClosedError("gone"))
    assert vars(nothing) == {}

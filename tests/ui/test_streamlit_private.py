"""What we use of Streamlit beside its documented interface is there and does what we use it for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import streamlit as st
from starlette.types import Message
from streamlit import net_util
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.watcher.polling_path_watcher import PollingPathWatcher
from streamlit.web.server.server_util import is_url_from_allowed_origins
from uvicorn import Config
from uvicorn.server import ServerState

from playground.core.private_use import PrivateUse
from playground.ui.streamlit_private import (
    CORE,
    STREAM,
    USES,
    ask_nobody_for_addresses,
    bound_messages,
    ends_a_drawing,
    kind_of_message,
    leave_settings_alone,
)


class Counting(ThreadPoolExecutor):
    """Counts what it is given to do."""

    tasks = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.tasks += 1
        return super().submit(fn, *args, **kwargs)


@pytest.mark.parametrize("at_rest", [True, False])
def test_streamlit_stops_looking_for_changed_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_rest: bool
) -> None:
    file = tmp_path / "config.toml"
    file.touch()
    looks = Counting(max_workers=1)
    monkeypatch.setattr(PollingPathWatcher, "_executor", looks)
    monkeypatch.setattr(PollingPathWatcher, "_schedule", PollingPathWatcher._schedule)
    PollingPathWatcher(str(file), lambda _: None)
    if at_rest:
        leave_settings_alone()
    looks.shutdown(wait=True)  # the look that is planned is still taken
    assert looks.tasks == (1 if at_rest else 2)


def test_no_address_is_looked_up_for_an_origin_that_streamlit_does_not_know(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    for name in ("get_external_ip", "get_internal_ip"):
        monkeypatch.setattr(net_util, name, partial(asked.append, name))
    assert not is_url_from_allowed_origins("http://evil.example")
    assert asked == ["get_internal_ip", "get_external_ip"]  # so it is these two that ask
    ask_nobody_for_addresses()
    asked.clear()
    assert not is_url_from_allowed_origins("http://evil.example")
    assert asked == []


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (BackMsg(rerun_script=ClientState(query_string="seed=3")), "rerun_script"),
        (BackMsg(clear_cache=True), "clear_cache"),
        (BackMsg(), None),
    ],
)
def test_a_message_tells_its_kind(message: BackMsg, kind: str | None) -> None:
    assert kind_of_message(message.SerializeToString()) == kind


def test_noise_is_no_message() -> None:
    assert kind_of_message(b"\xff" * 9) is None


def test_the_end_of_a_drawing_is_told_from_all_else() -> None:
    for status in (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_EARLY_FOR_RERUN):
        end = ForwardMsg(script_finished=status)
        end.metadata.run.script_run_id = str(uuid4())
        end.metadata.run.fragment_ids.append(uuid4().hex)
        assert ends_a_drawing(end.SerializeToString())
    other = ForwardMsg()
    other.delta.new_element.markdown.body = "a page"
    assert not ends_a_drawing(other.SerializeToString())
    other.delta.new_element.markdown.body = "a page" * 1_000
    assert not ends_a_drawing(other.SerializeToString())


def test_a_connection_of_the_servers_takes_a_bound_of_its_own() -> None:
    settings = Config(lambda: None, ws="websockets-sansio", ws_max_size=4_000_000)  # as Streamlit's
    settings.load()
    loop = asyncio.new_event_loop()
    make: Any = settings.ws_protocol_class
    connection = make(settings, ServerState(), {}, loop)
    loop.close()
    assert connection.conn.max_message_size == 4_000_000
    bound_messages(connection.receive, 128_000)
    assert connection.conn.max_message_size == 128_000


def test_where_a_connection_is_another_its_own_bound_stays() -> None:
    class Another:
        max_message_size = 4_000_000  # of the protocol itself, and not of a connection in it

        async def receive(self) -> Message:
            return {}

    another = Another()
    bound_messages(another.receive, 1)
    assert another.max_message_size == 4_000_000


def test_streamlits_routes_are_where_the_guards_look_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Runtime, "_instance", None)  # it allows one a process
    routes = st.App("streamlit_app.py")._build_starlette_app().routes
    paths = {path for route in routes if (path := getattr(route, "path", ""))}
    core = {path for path in paths if path.startswith(f"/{CORE}/")}
    assert f"/{STREAM}" in core
    assert any(path.startswith("/_stcore/upload_file/") for path in core)
    others = {path.split("/")[1] for path in paths - core}
    assert others == {
        "auth",
        "component",
        "media",
        "oauth2callback",
    }  # a new one has to be looked at


@pytest.mark.parametrize("use", USES, ids=lambda use: use.name)
def test_everything_is_as_known(use: PrivateUse) -> None:
    assert use.probe()

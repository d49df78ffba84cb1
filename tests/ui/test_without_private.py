"""What becomes of each thing that we use of Streamlit beside its documented interface, should it change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit import net_util
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests
from streamlit.runtime.state import SafeSessionState
from streamlit.watcher.polling_path_watcher import PollingPathWatcher

from playground.core.private_use import PrivateUse
from playground.ui import streamlit_private
from playground.ui.guard.requests import Requests
from playground.ui.streamlit_private import behaviour, drawings, messages
from tests.ui.guard.asking import ask, behind, scope_of

Change = Callable[[PrivateUse], None]


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch) -> Change:
    """Return a function that lets a use be found changed, in this test alone."""

    def change(use: PrivateUse) -> None:
        monkeypatch.setattr(use, "probe", lambda: False)
        monkeypatch.setattr(use, "_answer", None)

    return change


@pytest.fixture(autouse=True)
def streamlit_as_it_was() -> Iterator[None]:
    """Put back afterwards whatever has been replaced."""
    owners: list[Any] = [ScriptRunner, ScriptRequests, AppSession, SafeSessionState]
    owners += [PollingPathWatcher, PagesManager, net_util]
    before = [(owner, dict(vars(owner))) for owner in owners]
    yield
    for owner, values in before:
        for name, value in values.items():
            if vars(owner)[name] is not value:
                setattr(owner, name, value)


REPLACED = [
    (behaviour.LISTED_PAGES, "serve_only_listed_pages", PagesManager, "uses_pages_directory"),
    (behaviour.SETTINGS, "leave_settings_alone", PollingPathWatcher, "_schedule"),
    (behaviour.GONE, "leave_alone_what_is_gone", ScriptRunner, "_run_script"),
    (behaviour.ADDRESSES, "ask_nobody_for_addresses", net_util, "get_external_ip"),
    (behaviour.ADDRESSES, "ask_nobody_for_addresses", net_util, "get_internal_ip"),
    (drawings.PRESSES, "carry_out_every_press", ScriptRequests, "_request_rerun_locked"),
    (drawings.PRESSES, "carry_out_every_press", SafeSessionState, "on_script_will_rerun"),
    (drawings.PRESSES, "carry_out_every_press", SafeSessionState, "on_script_finished"),
    (drawings.PRESSES, "carry_out_every_press", AppSession, "request_rerun"),
]


@pytest.mark.parametrize(("use", "replace", "owner", "name"), REPLACED)
def test_only_what_is_as_known_is_replaced(
    use: PrivateUse,
    replace: str,
    owner: object,
    name: str,
    change: Change,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = object()
    put: Callable[[], None] = getattr(streamlit_private, replace)
    assert use.is_as_known()
    change(use)
    setattr(owner, name, before)
    put()
    assert getattr(owner, name) is before
    assert caplog.messages == [use.sentence]
    use.probe, use._answer = (lambda: True), None
    put()
    assert getattr(owner, name) is not before


def test_without_known_routes_none_is_closed(change: Change) -> None:
    change(messages.ROUTES)
    guard = Requests(behind, "")
    assert ask(guard, scope_of("/_stcore/another")).status == 200
    assert ask(guard, scope_of("/auth/login")).status == 404


def test_without_known_messages_all_are_passed_on_and_none_takes_a_turn(change: Change) -> None:
    change(messages.MESSAGES)
    assert streamlit_private.kind_of_message(b"\xff" * 9) == streamlit_private.RERUN
    assert streamlit_private.ends_a_drawing(b"")


def test_without_a_known_connection_its_own_bound_stays(change: Change) -> None:
    change(messages.BOUND)
    connection = SimpleNamespace(max_message_size=4_000_000)

    class Protocol:
        conn = connection

        async def receive(self) -> dict[str, Any]:
            return {}

    streamlit_private.bound_messages(Protocol().receive, 1)
    assert connection.max_message_size == 4_000_000


def test_without_a_known_navigation_nobody_has_gone_back(
    change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone_back = SimpleNamespace(is_history_navigation=True)
    monkeypatch.setattr(
        "streamlit.runtime.scriptrunner.get_script_run_ctx", lambda *_, **__: gone_back
    )
    assert streamlit_private.has_gone_back()
    change(drawings.NAVIGATION)
    assert not streamlit_private.has_gone_back()

"""Each press is carried out, whole and in order, and what has been left is drawn no more."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import MagicMock

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner, ScriptRunnerEvent
from streamlit.runtime.scriptrunner_utils.script_requests import (
    RerunData,
    ScriptRequests,
    ScriptRequestType,
)
from streamlit.runtime.state import SafeSessionState, SessionState

from playground.ui.streamlit_private import leave_alone_what_is_gone
from playground.ui.streamlit_private.heard import Widgets, _Given
from playground.ui.streamlit_private.presses import WAITING, carry_out_every_press
from tests.ui.runner import Runner

PAGE = """\
import time
from pathlib import Path
import streamlit as st
from playground.ui.marks import mark_drawing

def wait_for(name):
    while not (Path(__file__).parent / name).exists():
        time.sleep(0.005)

def press(name):
    st.session_state["begun"] = [*st.session_state.get("begun", []), name]
    wait_for("a callback may go on")
    st.session_state["ended"] = [*st.session_state.get("ended", []), name]

def add():
    st.session_state["number"] += 1

def go_back():
    st.session_state["number"] = 7

st.number_input("Number", 0, 99, key="number")
st.button("Back", key="back", on_click=go_back)
st.button("Add", key="add", on_click=add)
st.button("Next", key="next", on_click=press, args=("next",))
st.button("Previous", key="previous", on_click=press, args=("previous",))
st.session_state["drawings"] = st.session_state.get("drawings", 0) + 1
mark_drawing("page")
wait_for("a page may go on")
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page with two buttons that count and wait; in this test alone Streamlit is as we make it."""
    monkeypatch.setattr(Runtime, "_instance", MagicMock())
    monkeypatch.setattr(PagesManager, "uses_pages_directory", False)
    for owner, name in [
        (ScriptRequests, "_request_rerun_locked"),
        (SafeSessionState, "on_script_will_rerun"),
        (SafeSessionState, "on_script_finished"),
        (ScriptRunner, "_maybe_handle_execution_control_request"),
        (ScriptRunner, "_run_script"),
        (AppSession, "request_rerun"),
    ]:
        monkeypatch.setattr(owner, name, getattr(owner, name))
    file = tmp_path / "page.py"
    file.write_text(PAGE, encoding="utf-8")
    return file


def wait_until(holds: Callable[[], object]) -> None:
    """Wait until `holds`, for half a minute at most."""
    for _ in range(6_000):
        if holds():
            return
        time.sleep(0.005)
    pytest.fail("waited for half a minute")


def pressed(runner: Runner, key: str) -> RerunData:
    """Return what a browser sends when a button is pressed."""
    states = WidgetStates()
    widget = runner.state._key_id_mapper.get_id_from_key(key)
    states.widgets.add(id=widget, trigger_value=True)
    return RerunData(widget_states=states)


def added(runner: Runner, number: int, heard: int, key: str = "add") -> RerunData:
    """Return what a browser sends when Add is pressed, or another button.

    Args:
        runner: that has drawn the page.
        number: what the field shows.
        heard: how many drawings the browser has heard of.
        key: the button's.
    """
    asked = pressed(runner, key)
    assert asked.widget_states is not None
    for field, shown in (("number", number), ("heard_page", heard)):
        widget = runner.state._key_id_mapper.get_id_from_key(field)
        asked.widget_states.widgets.add(id=widget, int_value=shown)
    return asked


def value(runner: Runner, key: str) -> object:
    """Return what the visitor's session has under `key`; an empty list if nothing."""
    return runner.state[key] if key in runner.state else []  # noqa: SIM401 - it has no get


@pytest.mark.parametrize("kept", [True, False])
def test_presses_that_come_while_a_page_is_drawn_are_carried_out_in_order(
    page: Path, *, kept: bool
) -> None:
    if kept:
        carry_out_every_press()
    (page.parent / "a callback may go on").touch()
    runner = Runner(page, MemoryFragmentStorage())
    runner.start()
    wait_until(lambda: value(runner, "drawings") == 1)
    for key in ("next", "previous", "next", "next"):
        assert runner.request_rerun(pressed(runner, key))
    (page.parent / "a page may go on").touch()
    runner.wait()
    expected = ["next", "previous", "next", "next"] if kept else ["next", "previous"]
    assert value(runner, "ended") == expected
    assert value(runner, "drawings") == 2  # what is between is not drawn


@pytest.mark.parametrize("whole", [True, False])
def test_a_press_is_carried_out_whole_although_the_next_one_waits(
    page: Path, *, whole: bool
) -> None:
    if whole:
        carry_out_every_press()
    (page.parent / "a page may go on").touch()
    runner = Runner(page, MemoryFragmentStorage())
    runner.start()
    runner.wait()
    again = Runner(page, MemoryFragmentStorage(), pressed(runner, "next"), runner.state)
    again.start()
    wait_until(lambda: value(again, "begun") == ["next"])
    again.request_rerun(pressed(runner, "previous"))
    (page.parent / "a callback may go on").touch()
    again.wait()
    assert value(again, "ended") == (["next", "previous"] if whole else ["previous"])


def draw(page: Path, before: Runner | None, asked: RerunData | None = None) -> Runner:
    """Draw the page for the visitor whom `before` drew it for."""
    runner = Runner(page, MemoryFragmentStorage(), asked, before.state if before else None)
    runner.start()
    runner.wait()
    return runner


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    ("kept", "known", "heard", "expected"),
    [
        (True, [0, 0, 0, 0], [1, 1, 1, 1], 4),  # nothing is heard before the last press
        (False, [0, 0, 0, 0], [1, 1, 1, 1], 1),
        (True, [0, 0, 1, 2], [1, 1, 2, 3], 4),  # it is always some time behind
        (True, [0, 1, 2, 3], [1, 2, 3, 4], 4),  # it is always heard
        (True, [0, 7, 7, 7], [1, 1, 1, 1], 10),  # somebody chose 7
        (True, [0, 0, 7, 8], [1, 1, 1, 2], 9),
    ],
)
def test_a_press_does_not_undo_the_one_before_it(
    page: Path, known: list[int], heard: list[int], expected: int, *, kept: bool, at_once: bool
) -> None:
    if kept:
        carry_out_every_press()
    (page.parent / "a page may go on").touch()
    runner = draw(page, None)
    asked = [added(runner, *both) for both in zip(known, heard, strict=True)]
    if at_once:
        requests = ScriptRequests()
        for one in asked:
            requests.request_rerun(one)
        runner = draw(page, runner, requests.on_scriptrunner_ready().rerun_data)
    else:
        for one in asked:
            runner = draw(page, runner, one)
    assert value(runner, "number") == expected


def test_what_was_seen_can_be_changed_back(page: Path) -> None:
    carry_out_every_press()
    (page.parent / "a page may go on").touch()
    runner = draw(page, None)
    runner = draw(page, runner, added(runner, 0, 1))
    assert value(runner, "number") == 1
    runner = draw(page, runner, added(runner, 0, 2))  # 1 was seen, and 0 chosen again
    assert value(runner, "number") == 1


def test_what_is_given_while_a_browser_draws_a_page_anew_is_told_until_it_is_heard(
    page: Path,
) -> None:
    carry_out_every_press()
    (page.parent / "a page may go on").touch()
    (page.parent / "a callback may go on").touch()
    runner = draw(page, None)
    runner = draw(page, runner, added(runner, 3, 1, "next"))
    assert value(runner, "number") == 3
    runner = draw(page, runner, pressed(runner, "back"))  # of the field it says nothing
    assert value(runner, "number") == 7
    runner = draw(page, runner, added(runner, 0, 2, "next"))  # what it draws if it is told nothing
    assert value(runner, "number") == 7
    assert runner.state.is_new_state_value("number")  # it was told again
    runner = draw(page, runner, added(runner, 7, 4, "next"))
    assert not runner.state.is_new_state_value("number")
    runner = draw(page, runner, added(runner, 0, 5, "next"))  # somebody chose it
    assert value(runner, "number") == 0


def test_what_was_said_already_is_told_until_it_is_heard(page: Path) -> None:
    """It may be told in other words, those of another language."""
    carry_out_every_press()
    (page.parent / "a page may go on").touch()
    (page.parent / "a callback may go on").touch()
    runner = draw(page, None)
    for heard in (1, 1):
        runner = draw(page, runner, added(runner, 7, heard, "back"))
        assert runner.state.is_new_state_value("number")
    runner = draw(page, runner, added(runner, 7, 2, "next"))
    assert runner.state.is_new_state_value("number")
    runner = draw(page, runner, added(runner, 7, 4, "next"))
    assert not runner.state.is_new_state_value("number")


def test_what_is_chosen_while_something_given_is_under_way_is_told_until_it_is_heard(
    page: Path,
) -> None:
    """What was given reaches the browser after the choice, and would stay on its widget."""
    carry_out_every_press()
    (page.parent / "a page may go on").touch()
    (page.parent / "a callback may go on").touch()
    runner = draw(page, None)
    runner = draw(page, runner, added(runner, 0, 1, "back"))
    for heard in (1, 2):  # the second press says what was given, heard of after the choice
        runner = draw(page, runner, added(runner, 42 if heard == 1 else 7, heard, "next"))
        assert value(runner, "number") == 42
        assert runner.state.is_new_state_value("number")
    runner = draw(page, runner, added(runner, 42, 4, "next"))
    assert not runner.state.is_new_state_value("number")


@pytest.mark.usefixtures("page")
def test_only_so_many_presses_wait() -> None:
    """One whose page is drawn for long may be flooded meanwhile; the last presses count."""
    carry_out_every_press()
    waiting = ScriptRequests()
    for number in range(3 * WAITING):
        states = WidgetStates()
        states.widgets.add(id="number", int_value=number)
        waiting.request_rerun(RerunData(widget_states=states))
    drawn: Any = waiting.on_scriptrunner_ready().rerun_data.widget_states
    said = [states.widgets[0].int_value for states in drawn.each]
    assert said == list(range(2 * WAITING, 3 * WAITING))


ABOUT, PLAY = "about's hash", "the playground's hash"


@pytest.mark.parametrize(
    ("requests", "page_drawn"),
    [
        # About is opened, and something pressed in a part of the page before that is still shown.
        ([(ABOUT, ""), (PLAY, "a part")], ABOUT),
        # The other way round.
        ([(PLAY, "a part"), (ABOUT, "")], ABOUT),
        # The later of two pages.
        ([(ABOUT, ""), (PLAY, "")], PLAY),
    ],
)
@pytest.mark.usefixtures("page")
def test_a_page_that_is_opened_is_left_by_opening_another_alone(
    requests: list[tuple[str, str]], page_drawn: str
) -> None:
    carry_out_every_press()
    waiting = ScriptRequests()
    for page_hash, part in requests:
        waiting.request_rerun(
            RerunData(
                page_script_hash=page_hash, fragment_id=part or None, widget_states=WidgetStates()
            )
        )
    drawn = waiting.on_scriptrunner_ready().rerun_data
    assert drawn.page_script_hash == page_drawn
    assert drawn.fragment_id_queue == []


@pytest.mark.usefixtures("page")
def test_going_back_is_not_forgotten_for_what_is_pressed_then() -> None:
    carry_out_every_press()
    waiting = ScriptRequests()
    waiting.request_rerun(RerunData(is_history_navigation=True, widget_states=WidgetStates()))
    waiting.request_rerun(RerunData(query_string="seed=3", widget_states=WidgetStates()))
    drawn = waiting.on_scriptrunner_ready().rerun_data
    assert drawn.is_history_navigation
    assert drawn.query_string == "seed=3"


@pytest.mark.usefixtures("page")
def test_the_next_run_begins_when_it_was_heard_that_the_last_has_ended() -> None:
    begun: list[RerunData] = []
    later: list[tuple[Any, ...]] = []
    carry_out_every_press()
    requests = ScriptRequests()
    assert requests.on_scriptrunner_ready().type is ScriptRequestType.STOP  # it ends
    session: Any = SimpleNamespace(
        _state=AppSessionState.APP_IS_RUNNING,
        _scriptrunner=SimpleNamespace(_requests=requests),
        _event_loop=SimpleNamespace(call_later=lambda _, *call: later.append(call)),
        _client_state=ClientState(),
        _create_scriptrunner=begun.append,
        has_fragment=lambda _: True,
    )
    session.request_rerun = lambda asked: AppSession.request_rerun(cast(AppSession, session), asked)
    session.request_rerun(ClientState(query_string="seed=3"))
    assert begun == []
    session._scriptrunner = None  # heard
    for call, *arguments in later:
        call(*arguments)
    assert [asked.query_string for asked in begun] == ["seed=3"]


@pytest.mark.parametrize("left", [True, False])
def test_a_part_of_which_nothing_is_left_is_not_drawn(page: Path, *, left: bool) -> None:
    leave_alone_what_is_gone()
    drawn: list[str] = []
    fragments = MemoryFragmentStorage()
    if left:
        fragments.register("a picture", lambda: drawn.append("a picture"))
    runner = Runner(page, fragments, RerunData(fragment_id_queue=["a picture"]))
    runner.start()
    runner.wait()
    assert drawn == (["a picture"] if left else [])
    assert (ScriptRunnerEvent.SCRIPT_STARTED in runner.told) == left


def test_the_end_of_a_part_whose_page_has_been_left_breaks_nothing() -> None:
    """Its mark was drawn, and its value is forgotten with the page's other widgets."""
    state = SessionState()
    state._key_id_mapper["heard_page"] = "$$ID-1-heard_page"
    state._key_id_mapper["heard_picture"] = "$$ID-2-heard_picture"
    state._new_session_state["heard_page"] = 3
    widgets = Widgets(given={"number": _Given(7, b"")})
    state._key_id_mapper["number"] = "$$ID-3-number"
    widgets.note_drawn(
        frozenset({"$$ID-1-heard_page", "$$ID-2-heard_picture", "$$ID-3-number"}), state
    )
    assert widgets.given["number"].marks == {"$$ID-1-heard_page": 3}

"""Sees that each press is carried out: whole, in order, and not undone by the next one.

With `runner.fastReruns = false` a session has one thread, and what is asked for while it draws waits for
it. Streamlit 1.67 loses presses there in four ways, each of which one function below closes:

- It puts together what waits: two presses of one button become one, and a page that was opened can be
  left again by what is pressed on the one before it.
- It looks for the next request before the callbacks of this one and in their midst, and ends it there.
- A browser sends all values with each press, also those that it has not heard yet to have changed. Two
  presses of Next in a tenth of a second would go on by one picture, and leave a repair undone.
- That a run has ended is not heard any more if the next one has begun by then.

All of that stands in private interfaces; a test probes each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import (
    RerunData,
    ScriptRequests,
    ScriptRequestType,
)
from streamlit.runtime.state import SafeSessionState, SessionState
from streamlit.runtime.state.session_state import Serialized, WStates

MARK: Final = "heard"
"""What the keys of the marks begin with (`mark_drawing`)."""

REMEMBERED: Final = 60
"""Presses that wait at most, and values of a widget that a browser may still say; a key that is held
gives thirty a second."""

_DRAWINGS: Final = "_drawings"


def carry_out_every_press() -> None:
    """Let each press be carried out, however fast the next one comes."""
    ScriptRequests._request_rerun_locked = _wait_with_others  # type: ignore[method-assign,assignment]  # noqa: SLF001
    SafeSessionState.on_script_will_rerun = _carry_out  # type: ignore[method-assign]
    SafeSessionState.on_script_finished = _finish  # type: ignore[method-assign]
    ScriptRunner._maybe_handle_execution_control_request = _look_between_presses  # type: ignore[method-assign]  # noqa: SLF001
    AppSession.request_rerun = _ask_when_the_last_run_has_ended  # type: ignore[method-assign]


def mark_drawing(place: str) -> None:
    """Draw what a browser sends back with whatever it asks next: it has heard of all drawn before.

    Nobody sees it (`style/frame.css`).

    Args:
        place: the part of a page that is drawn at once, of which this is the end.
    """
    key, state = f"{MARK}_{place}", st.session_state
    state[_DRAWINGS] = number = state.get(_DRAWINGS, 0) + 1
    state[key] = number
    st.number_input("·", 0, value=number, key=key, label_visibility="collapsed")


# What waits is put together, and nothing of it forgotten.


@dataclass(frozen=True, slots=True)
class _Presses:
    """What a browser sent with each of several requests, in order; stands for the last of them."""

    each: tuple[WidgetStates, ...]

    @property
    def widgets(self) -> Sequence[WidgetState]:
        """What the browser sent last, as `WidgetStates` has it."""
        widgets: Sequence[WidgetState] = self.each[-1].widgets
        return widgets


def _each(states: WidgetStates | _Presses | None) -> tuple[WidgetStates, ...]:
    if states is None:
        return ()
    return states.each if isinstance(states, _Presses) else (states,)


_put_together: Final = ScriptRequests._request_rerun_locked  # noqa: SLF001


def _wait_with_others(self: ScriptRequests, new: RerunData) -> bool:
    """Put a request beside the one that waits, if one does."""
    waiting = self._rerun_data if self._state is ScriptRequestType.RERUN else None
    if not _put_together(self, new):
        return False
    if waiting is not None:
        leading = _that_says_where(waiting, new)
        both = (_each(waiting.widget_states) + _each(new.widget_states))[-REMEMBERED:]
        self._rerun_data = replace(
            self._rerun_data,
            query_string=leading.query_string,
            page_script_hash=leading.page_script_hash,
            page_name=leading.page_name,
            is_history_navigation=waiting.is_history_navigation or new.is_history_navigation,
            widget_states=_Presses(both) if both else None,  # type: ignore[arg-type]
        )
    return True


def _that_says_where(waiting: RerunData, new: RerunData) -> RerunData:
    """Return which of two requests says what page is opened: the later that opens one."""
    if waiting.fragment_id_queue:
        return new
    if new.widget_states is not None:  # the browser's
        return waiting if new.fragment_id or new.fragment_id_queue else new
    context = get_script_run_ctx()
    here = context.page_script_hash if context else new.page_script_hash
    return new if new.page_script_hash != here == waiting.page_script_hash else waiting


# Callbacks are called to their end.

_CARRYING_OUT: Final = "_is_carrying_out_presses"


def _carry_out(
    self: SafeSessionState, fresh_widget_states: WidgetStates | _Presses | None, **of_the_last: Any
) -> None:
    """Call the callbacks of all presses; nothing that is asked for meanwhile ends them."""
    runner, presses = getattr(self._yield_callback, "__self__", None), _each(fresh_widget_states)
    with _uninterrupted(runner), self._lock:
        widgets = _Widgets.of(self._state)
        for states in presses[:-1]:
            widgets.carry_out(self._state, states)
        widgets.carry_out(self._state, presses[-1] if presses else None, **of_the_last)


@contextmanager
def _uninterrupted(runner: object) -> Iterator[None]:
    """Let `runner` look for no request, if it is one that would."""
    if not isinstance(runner, ScriptRunner):
        yield
        return
    setattr(runner, _CARRYING_OUT, True)
    try:
        yield
    finally:
        setattr(runner, _CARRYING_OUT, False)


_look: Final = ScriptRunner._maybe_handle_execution_control_request  # noqa: SLF001


def _look_between_presses(self: ScriptRunner) -> None:
    if not getattr(self, _CARRYING_OUT, False):
        _look(self)


# What a browser has not heard of yet is not what it chose.


@dataclass(slots=True)
class _Given:
    """A value that the session gave a widget."""

    value: object
    said_before: bytes
    """What the browser said last before it was given; nothing where it is drawn anew, as after Back."""

    earlier: list[object] = field(default_factory=list)
    """Values that it was given before, of which the browser may hear first."""

    marks: dict[str, int] | None = None
    """By the ids of the marks that were drawn with it, which of their numbers; None before it is drawn."""

    def is_heard(self, said: dict[str, int]) -> bool:
        """Return whether a browser has heard of it that says these numbers of its marks.

        What is drawn without a mark counts as heard.
        """
        if self.marks is None:
            return False
        drawn = self.marks.items()
        return not drawn or any(said.get(mark, 0) >= number for mark, number in drawn)


@dataclass(slots=True)
class _Widgets:
    """What a session's browser last said of each widget, and what it may not have heard of."""

    said: dict[str, WidgetState] = field(default_factory=dict)
    """By a widget's id."""

    given: dict[str, _Given] = field(default_factory=dict)
    """By a widget's key."""

    @staticmethod
    def of(state: SessionState) -> _Widgets:
        """Return those of a session; it takes no attributes itself."""
        widgets: _Widgets = vars(state.query_params).setdefault("_widgets", _Widgets())
        return widgets

    def carry_out(
        self, state: SessionState, states: WidgetStates | None, **of_the_last: Any
    ) -> None:
        """Call the callbacks of one request of a browser, with what it has really chosen."""
        self.note_given(state)
        unheard = self._unheard(state, states)
        chosen = states
        if states is not None:
            chosen = WidgetStates()
            chosen.widgets.extend(
                said for said in states.widgets if self._is_chosen(state, said, unheard)
            )
            self.said = {said.id: said for said in states.widgets}
        state.on_script_will_rerun(chosen, **of_the_last)
        for key, value in unheard.items():  # it is drawn again as news
            if key in state and not state.is_new_state_value(key):
                state.reset_state_value(key, value)

    def note_given(self, state: SessionState) -> None:
        """Note what the session has given its widgets since it last was asked for something.

        Also what a browser has said already: it may have to hear it in other words. And what it says
        nothing of: after Back it draws a page anew.
        """
        for key, value in state._new_session_state.items():  # noqa: SLF001
            widget = state._key_id_mapper.get_id_from_key(key)  # noqa: SLF001
            before = self.given.get(key)
            if _is_mark(key):
                continue
            if before is not None:
                if before.value != value:
                    earlier = [*before.earlier, before.value][-REMEMBERED:]
                    self.given[key] = _Given(value, before.said_before, earlier)
            elif widget in self.said:
                self.given[key] = _Given(value, self.said[widget].SerializeToString())
            elif widget is not None:
                self.given[key] = _Given(value, b"", [_first_value(state, widget)])

    def note_drawn(self, ids: frozenset[str], state: SessionState) -> None:
        """Note what has been drawn by now."""
        keys = state._key_id_mapper.id_key_mapping  # noqa: SLF001
        marks = {mark: state[key] for mark, key in keys.items() if mark in ids and _is_mark(key)}
        for key, given in self.given.items():
            if state._key_id_mapper.get_id_from_key(key) in ids:  # noqa: SLF001
                given.marks = marks

    def _unheard(self, state: SessionState, states: WidgetStates | None) -> dict[str, object]:
        """Return what the browser has not heard of, and forget what it has."""
        keys = state._key_id_mapper.id_key_mapping  # noqa: SLF001
        marks = {
            said.id: said.int_value
            for said in (states.widgets if states else ())
            if _is_mark(keys.get(said.id, ""))
        }
        self.given = {
            key: given
            for key, given in self.given.items()
            if key in state._key_id_mapper and not given.is_heard(marks)  # noqa: SLF001
        }
        return {key: given.value for key, given in self.given.items()}

    def _is_chosen(
        self, state: SessionState, said: WidgetState, unheard: dict[str, object]
    ) -> bool:
        """Return whether a browser says what somebody chose, and not what it has said before."""
        key = state._key_id_mapper.id_key_mapping.get(said.id, "")  # noqa: SLF001
        given = self.given.get(key) if key in unheard else None
        if given is None:
            return True
        value = _value(state, said)
        if value == given.value:
            return True
        if said.SerializeToString() == given.said_before or value in given.earlier:
            return False
        del self.given[key], unheard[key]
        return True


def _is_mark(key: str) -> bool:
    return key.startswith(f"{MARK}_")


def _value(state: SessionState, said: WidgetState) -> object:
    """Return the value of what a browser said; None where it says nothing that is known."""
    known = state._new_widget_state.widget_metadata  # noqa: SLF001
    with suppress(ValueError, TypeError, LookupError, StreamlitAPIException):
        return WStates({said.id: Serialized(said)}, {said.id: known[said.id]})[said.id]
    return None


def _first_value(state: SessionState, widget: str) -> object:
    """Return what a browser shows that was told nothing of a widget's value; None if that is not known."""
    known = state._new_widget_state.widget_metadata.get(widget)  # noqa: SLF001
    with suppress(ValueError, TypeError, LookupError, StreamlitAPIException):
        return known.deserializer(None) if known else None
    return None


def _finish(
    self: SafeSessionState,
    widget_ids_this_run: frozenset[str],
    *,
    remove_stale_widgets: bool = True,
) -> None:
    """Note what a browser is told of, when a run ends."""
    with self._lock:
        widgets = _Widgets.of(self._state)
        widgets.note_given(self._state)
        if remove_stale_widgets:  # it was drawn to its end
            widgets.note_drawn(widget_ids_this_run, self._state)
        self._state.on_script_finished(
            widget_ids_this_run, remove_stale_widgets=remove_stale_widgets
        )


# A run begins when it was heard that the one before has ended.

_SOON: Final = 0.001
"""Seconds after which that is looked for again; it is on its way in the same loop."""

_ask: Final = AppSession.request_rerun


def _ask_when_the_last_run_has_ended(self: AppSession, client_state: ClientState | None) -> None:
    runner = self._scriptrunner
    is_ending = runner is not None and runner._requests._state is ScriptRequestType.STOP  # noqa: SLF001
    if is_ending and self._state is not AppSessionState.SHUTDOWN_REQUESTED:
        self._event_loop.call_later(_SOON, self.request_rerun, client_state)
    else:
        _ask(self, client_state)

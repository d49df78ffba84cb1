"""Sees that each press is carried out: whole, in order, and not undone by the next one.

With `runner.fastReruns = false` a session has one thread, and what is asked for while it draws waits for
it. Streamlit 1.67 loses presses there in four ways, each of which one function below closes:

- It puts together what waits: two presses of one button become one, and a page that was opened can be
  left again by what is pressed on the one before it.
- It looks for the next request before the callbacks of this one and in their midst, and ends it there.
- A browser sends all values with each press, also those that it has not heard yet to have changed
  (`heard`).
- That a run has ended is not heard any more if the next one has begun by then.

All of that stands in private interfaces, which `is_as_known` looks at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

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
from streamlit.runtime.state import SafeSessionState

from playground.core.private_use import sets, takes
from playground.ui.streamlit_private import heard
from playground.ui.streamlit_private.heard import Widgets

WAITING: Final = 60
"""Presses that wait at most; a key that is held gives thirty a second."""


def carry_out_every_press() -> None:
    """Let each press be carried out, however fast the next one comes."""
    ScriptRequests._request_rerun_locked = _wait_with_others  # type: ignore[method-assign,assignment]  # noqa: SLF001
    SafeSessionState.on_script_will_rerun = _carry_out  # type: ignore[method-assign]
    SafeSessionState.on_script_finished = _finish  # type: ignore[method-assign]
    ScriptRunner._maybe_handle_execution_control_request = _look_between_presses  # type: ignore[method-assign]  # noqa: SLF001
    AppSession.request_rerun = _ask_when_the_last_run_has_ended  # type: ignore[method-assign]


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
        both = (_each(waiting.widget_states) + _each(new.widget_states))[-WAITING:]
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
        widgets = Widgets.of(self._state)
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


# A run that ends notes what it has told.


def _finish(
    self: SafeSessionState,
    widget_ids_this_run: frozenset[str],
    *,
    remove_stale_widgets: bool = True,
) -> None:
    """Note what a browser is told of, when a run ends."""
    with self._lock:
        widgets = Widgets.of(self._state)
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


def is_as_known() -> bool:
    """Return whether all that is replaced or read here is as we know it."""
    return (
        heard.is_as_known()
        and takes(_put_together, "self", "new_data")
        and sets(ScriptRequests, "_lock", "_state", "_rerun_data")
        and sets(
            RerunData, "query_string", "page_script_hash", "page_name", "is_history_navigation"
        )
        and sets(RerunData, "widget_states", "fragment_id", "fragment_id_queue")
        and takes(_look, "self")
        and sets(ScriptRunner, "_requests")
        and sets(AppSession, "_scriptrunner", "_event_loop", "_state")
        and takes(_ask, "self", "client_state")
        and tuple(SafeSessionState.__annotations__)[:3] == ("_state", "_lock", "_yield_callback")
        and takes(
            SafeSessionState.on_script_finished,
            "self",
            "widget_ids_this_run",
            "remove_stale_widgets",
        )
    )

"""What a browser has heard of, among the values that a session gave its widgets.

A browser sends all values with each press (Streamlit 1.67), also those that it has not heard yet to have
changed. Two presses of Next in a tenth of a second would go on by one picture, and leave a repair
undone. And what it is told of a value is lost if the next drawing reaches it before it has shown this
one. So what the session has given is told with each drawing until the browser has heard of it, and what
it says until then and has said before is not what somebody chose.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from streamlit.errors import StreamlitAPIException
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.state import SessionState
from streamlit.runtime.state.session_state import KeyIdMapper, Serialized, WStates

from playground.core.private_use import sets, takes
from playground.ui.marks import MARK

REMEMBERED: Final = 60
"""Values of a widget that a browser may still say; a key that is held gives thirty a second."""


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
class Widgets:
    """What a session's browser last said of each widget, and what it may not have heard of."""

    said: dict[str, WidgetState] = field(default_factory=dict)
    """By a widget's id."""

    given: dict[str, _Given] = field(default_factory=dict)
    """By a widget's key."""

    @staticmethod
    def of(state: SessionState) -> Widgets:
        """Return those of a session; it takes no attributes itself."""
        widgets: Widgets = vars(state.query_params).setdefault("_widgets", Widgets())
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
            if widget is None or _is_mark(key):
                continue
            before = self.given.get(key)
            if before is not None:
                if before.value != value:
                    earlier = [*before.earlier, before.value][-REMEMBERED:]
                    self.given[key] = _Given(value, before.said_before, earlier)
            elif widget in self.said:
                self.given[key] = _Given(value, self.said[widget].SerializeToString())
            else:
                self.given[key] = _Given(value, b"", [_first_value(state, widget)])

    def note_drawn(self, ids: frozenset[str], state: SessionState) -> None:
        """Note what has been drawn by now."""
        keys = state._key_id_mapper.id_key_mapping  # noqa: SLF001
        marks = {
            mark: state[key]
            for mark, key in keys.items()
            if mark in ids and _is_mark(key) and key in state  # a page that is left is forgotten
        }
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
        # What was given may reach the browser after this choice, and take its place: it is told, too.
        earlier = [*given.earlier, given.value][-REMEMBERED:]
        self.given[key] = _Given(value, given.said_before, earlier)
        unheard[key] = value
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


def is_as_known() -> bool:
    """Return whether a session's state is as we know it."""
    return (
        sets(
            SessionState,
            "_new_session_state",
            "_new_widget_state",
            "_key_id_mapper",
            "query_params",
        )
        and takes(SessionState.is_new_state_value, "self", "user_key")
        and takes(SessionState.reset_state_value, "self", "user_key", "value")
        and takes(KeyIdMapper.get_id_from_key, "self", "key", "default")
        and hasattr(KeyIdMapper, "id_key_mapping")
        and sets(WStates, "states", "widget_metadata")
        and sets(Serialized, "value")
    )

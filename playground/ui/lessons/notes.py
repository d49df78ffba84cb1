"""What a learner has done: predictions and answers, kept in the browser and nowhere else."""

from __future__ import annotations

import json
from typing import Any, Final

import streamlit as st

from playground.ui.components.files import script

_NOTES: Final = "_lesson_notes"
_STORED: Final = "_lesson_notes_stored"

_mount = st.components.v2.component("notes", js=script("notes"), isolate_styles=False)


def read_notes() -> None:
    """Read what the browser kept, once a visit; call it before anything of a lesson is drawn."""
    state = st.session_state
    place = st.container()  # there in any case, so that the page does not move below it
    if _STORED in state:
        return
    with place:
        result = _mount(
            key="lesson_notes_read", data={"write": False}, on_stored_change=lambda: None, height=1
        )
    if result.stored is not None:
        state[_STORED] = True
        state[_NOTES] = {**_parse(str(result.stored)), **state.get(_NOTES, {})}
        st.rerun()


def keep_notes() -> None:
    """Have the browser keep what is noted; call it after everything of a lesson is drawn."""
    if _STORED in st.session_state:
        _mount(
            key="lesson_notes_kept",
            data={"write": True, "notes": st.session_state.get(_NOTES, {})},
            height=1,
        )


def note(lesson: str, name: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return what was noted under `name` in a lesson, None if nothing was."""
    return st.session_state.get(_NOTES, {}).get(lesson, {}).get(name)


def write_note(lesson: str, name: str, value: str | int | bool) -> None:
    """Note something in a lesson."""
    notes = st.session_state.get(_NOTES, {})
    own = {**notes.get(lesson, {}), name: value}
    st.session_state[_NOTES] = {**notes, lesson: own}


def forget(lesson: str | None = None) -> None:
    """Forget what was noted in a lesson, or in all of them."""
    notes = dict(st.session_state.get(_NOTES, {}))
    if lesson is None:
        notes.clear()
    else:
        notes.pop(lesson, None)
    st.session_state[_NOTES] = notes


def _parse(text: str) -> dict[str, dict[str, Any]]:
    """Return the notes that the browser kept; anything else there is dropped."""
    try:
        notes = json.loads(text or "{}")
    except ValueError:
        return {}
    if not isinstance(notes, dict):
        return {}
    return {
        str(lesson): {str(name): value for name, value in own.items() if _is_plain(value)}
        for lesson, own in notes.items()
        if isinstance(own, dict)
    }


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | bool)

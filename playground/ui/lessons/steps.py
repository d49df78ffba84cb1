"""A lesson's steps, one of which is open: which there are, which can be opened yet, and the ways between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from playground.core.message import N_
from playground.ui.components.steps import bring_into_view
from playground.ui.language import _
from playground.ui.lessons.notes import note, write_note

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

STEPS: Final = {
    "question": N_("Question"),
    "prediction": N_("Prediction"),
    "outcome": N_("Outcome"),
    "quiz": N_("Quiz"),
    "code": N_("The same in Keras"),
    "further": N_("Go further"),
}
"""What they are called in their row, in order."""

_AT_ONCE: Final = ("question", "prediction")
"""All others tell what comes out."""

_OPEN: Final = "step"
_CAME_OUT: Final = "came_out"
_SEEN: Final = "outcome_seen"
_PRESSED: Final = "_step_presses"


def is_told(slug: str) -> bool:
    """Return whether the outcome may be told: it has come out, or the prediction was skipped."""
    return has_come_out(slug) or bool(note(slug, "skipped"))


def has_come_out(slug: str) -> bool:
    """Return whether the learner's prediction has been held against an outcome."""
    return bool(note(slug, _CAME_OUT))


def note_outcome(slug: str) -> bool:
    """Note that there is an outcome, and return whether that is news.

    Who is at the prediction goes on to it; who has gone elsewhere stays there.
    """
    if has_come_out(slug):
        return False
    write_note(slug, _CAME_OUT, True)
    if _open_step(slug) == "prediction":
        write_note(slug, _OPEN, "outcome")
    return True


def show_steps(slug: str) -> None:
    """Draw the steps in a row; those that cannot be opened yet are there, too."""
    shown, within_reach = _open_step(slug), _within_reach(slug)
    if shown == "outcome" and has_come_out(slug) and not note(slug, _SEEN):
        write_note(slug, _SEEN, True)
    with st.container(key="lesson_steps", horizontal=True, gap=None):
        st.html(f'<span class="step-open step-{shown}" hidden></span>')
        for number, (step, label) in enumerate(STEPS.items(), 1):
            is_new = step == "outcome" and has_come_out(slug) and not note(slug, _SEEN)
            st.button(
                f"**{number}{' •' if is_new else ''}** {_(label)}",
                key=f"to_{step}",
                disabled=step not in within_reach,
                on_click=_choose,
                args=(slug, step),
            )
    bring_into_view(shown, pressed=st.session_state.get(_PRESSED, 0))


def step_part(step: str) -> DeltaGenerator:
    """Return the place of what a step says, below its title.

    All that can be opened are drawn, so that what was begun in one is kept; the style sheet shows the one
    that `show_steps` marks as open.
    """
    part = st.container(key=f"lesson_step_{step}")
    part.html(f'<h3 class="step-title">{_(STEPS[step])}</h3>')
    return part


def show_ways_between(slug: str) -> None:
    """Draw the ways to the step before the open one and to the one after it, if they can be opened."""
    steps, within_reach = [*STEPS], _within_reach(slug)
    place = steps.index(_open_step(slug))
    with st.container(key="moves", horizontal=True, gap="small"):
        if place > 0:
            _show_way(slug, _("Back: {step}", step=_(STEPS[steps[place - 1]])), "move_back", -1)
        if place + 1 < len(within_reach):
            _show_way(slug, _("Next: {step}", step=_(STEPS[steps[place + 1]])), "move_on", 1)


def _show_way(slug: str, label: str, key: str, by: int) -> None:
    st.button(label, key=key, on_click=_move, args=(slug, by))


def _within_reach(slug: str) -> tuple[str, ...]:
    return tuple(STEPS) if is_told(slug) else _AT_ONCE


def _open_step(slug: str) -> str:
    noted = note(slug, _OPEN)
    return noted if noted in _within_reach(slug) else _AT_ONCE[0]


def _choose(slug: str, step: str) -> None:
    st.session_state[_PRESSED] = st.session_state.get(_PRESSED, 0) + 1
    write_note(slug, _OPEN, step)


def _move(slug: str, by: int) -> None:
    """Open the step so many after the one that is open now; the page may not have been drawn since."""
    steps = _within_reach(slug)
    _choose(slug, steps[max(0, min(steps.index(_open_step(slug)) + by, len(steps) - 1))])

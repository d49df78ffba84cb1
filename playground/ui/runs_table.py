"""The runs on the chart, by number and name, with what they ended with; each comes and goes by one press."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

import streamlit as st

from playground.core.naming import names_beside
from playground.core.run import RunView
from playground.ui.inert import inert
from playground.ui.language import _, translate
from playground.ui.training import put_back, shown_beside, take_off, taken_off

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

KEY: Final = "runs_table"


def named_beside(view: RunView) -> dict[str, RunView]:
    """Return the runs that are drawn beside `view` by their names; of two with one name, one gets a mark."""
    others = shown_beside(view)
    named: dict[str, RunView] = {}
    for name, other in zip(_names(view, others)[1:], others, strict=True):
        unique = name
        while unique in named:
            unique += "′"
        named[unique] = other
    return named


def show_runs_table(view: RunView, beside: dict[str, RunView]) -> None:
    """Draw a row for each run, if there are several, and ways to take one off and put one back."""
    with st.container(key=KEY, gap=None):
        if beside:
            _show_cells("head", ["", _("Test accuracy"), _("Test loss"), _("Training time")])
            _show_row(1, _names(view, beside.values())[0], view)
        for number, (name, run) in enumerate(beside.items(), 2):
            _show_row(number, name, run)
        _show_taken_off(view)


def final_figures(view: RunView) -> list[str]:
    """Return test accuracy, test loss and training time in words, "–" where there is none.

    While a run goes on there is no result: the page is not drawn again at every epoch, and what stood
    here would be an earlier network's. A run that holds validation pictures out is tested once, at its end.
    """
    looks = not (view.state.is_active or view.experiment.validates)
    ending, test = view.ending, view.last_test if looks else None
    loss = ending.test_loss if ending else test.val_loss if test else None
    accuracy = ending.test_accuracy if ending else test.val_accuracy if test else None
    has_trained = bool(view.events) and not view.state.is_active
    return [
        "–" if accuracy is None else _("{value}%", value=f"{100 * accuracy:.2f}"),
        "–" if loss is None else f"{loss:.4f}",
        _("{seconds} s", seconds=f"{view.seconds:.1f}") if has_trained else "–",
    ]


def _names(view: RunView, others: Iterable[RunView]) -> list[str]:
    names = names_beside(view.experiment, [other.experiment for other in others])
    return [translate(name) for name in names]


def _show_row(number: int, name: str, run: RunView) -> None:
    is_shown = number == 1
    with _show_cells(str(number), [f"{number} · {name}", *final_figures(run)], strong=is_shown):
        if not is_shown:
            said = _("Takes this run off the chart; it is kept.")
            _show_way("✕", f"take_off_{number}", said, take_off, run.id)


def _show_cells(row: str, cells: Sequence[str], *, strong: bool = False) -> DeltaGenerator:
    """Draw the cells of a row, all as one element, and return the row for what stands at its end."""
    drawn = st.container(
        key=f"runs_row_{row}", horizontal=True, gap="xsmall", vertical_alignment="center"
    )
    weight = "run-cells strong" if strong else "run-cells"
    spans = "".join(f"<span>{escape(cell)}</span>" for cell in cells)
    drawn.html(f'<div class="{weight}">{spans}</div>')
    return drawn


def _show_taken_off(view: RunView) -> None:
    """Offer the runs that were taken off last."""
    runs = taken_off(view)
    if not runs:
        return
    with st.container(key="runs_taken_off", horizontal=True, gap="small"):
        for number, run in enumerate(runs, 1):
            name = inert(_names(view, [run])[1])
            said = _("Puts this run back on the chart.")
            _show_way(f"+ {name}", f"put_back_{number}", said, put_back, run.id)


def _show_way(label: str, key: str, said: str, act: Callable[[str], None], run: str) -> None:
    pressed = st.button(label, key=key, type="tertiary", help=said, on_click=act, args=(run,))
    if pressed:
        st.rerun()  # the link is written with the whole page

"""One test picture at a time, and what the shown run's network thinks of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from playground.core.dataset import DATASETS, Dataset
from playground.core.errors import DataError
from playground.core.run import RunState, RunView
from playground.data import Split, load_split
from playground.ui.components.curves import stream_failed
from playground.ui.components.picture import PictureTexts, show_picture
from playground.ui.draft import catch_up
from playground.ui.inert import inert
from playground.ui.language import _, translate
from playground.ui.live import answers_path, stream_path
from playground.ui.marks import mark_drawing
from playground.ui.training import shown_probabilities, shown_run
from playground.ui.words import picture_words

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

LOOK_SECONDS = 0.6
"""How often the bars are drawn anew while a run trains, where its stream does not get through."""

_INDEX = "image_index"


@cache
def load_test_split(dataset: str) -> Split:
    """Return a dataset's test pictures, kept for all sessions."""
    return load_split(dataset, "test")


def show_inspector(view: RunView, numbers: DeltaGenerator) -> None:
    """Draw the chosen test picture with its probabilities, and the ways to another one.

    While the run trains, the bars follow what it learns; nothing is drawn anew for that.

    Args:
        view: the run whose network is asked.
        numbers: where the picture's numbers go, on demand; they need the page's width.
    """
    fed = stream_failed() and view.state is RunState.RUNNING
    draw = st.fragment(_show_inspector, run_every=LOOK_SECONDS if fed else None)
    draw(view.experiment.dataset, numbers)


def _show_inspector(dataset: str, numbers: DeltaGenerator) -> None:
    catch_up()
    view = shown_run(dataset)
    try:
        split = load_test_split(dataset)
    except DataError as error:  # the settings beside it, and the other dataset, can still be used
        st.error(inert(translate(error.message)))
        return
    probabilities = shown_probabilities(view)
    learns = not view.state.is_over
    _show_ways(view, split, probabilities)
    index = int(st.session_state[_INDEX])
    show_picture(
        pixels=split.images[index],
        label=int(split.labels[index]),
        probabilities=None if probabilities is None else probabilities[index],
        class_names=class_names(dataset),
        texts=_words(view),
        index=index,
        learner=view if learns else None,
        answers=answers_path(view.id) if learns else None,
        stream=stream_path() if learns else None,
    )
    if st.toggle(_("Show the picture’s numbers"), key="raw_numbers"):
        numbers.html(number_table(split.images[index]))
    else:
        # A fragment fills only a place that a whole run of the page has drawn on before.
        numbers.empty()
    mark_drawing("picture")


def _words(view: RunView) -> PictureTexts:
    """Return the picture's words: where there are no bars, whether they come or have gone."""
    if not (view.events and view.state.is_over):
        return picture_words()
    gone = _("No bars: what this network thought is not kept any more. Train it again to see them.")
    return replace(picture_words(), no_probabilities=gone)


def class_names(dataset: str) -> list[str]:
    """Return the names of a dataset's classes in the visitor's language."""
    return [_(name) for name in DATASETS[dataset].class_names]


def mistakes(split: Split, probabilities: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return the numbers of the pictures that the network gets wrong, ascending."""
    return np.flatnonzero(probabilities.argmax(axis=1) != split.labels)


def _show_ways(view: RunView, split: Split, probabilities: NDArray[np.float32] | None) -> None:
    flawless = probabilities is None or mistakes(split, probabilities).size == 0
    dataset = view.experiment.data
    last = dataset.test_images - 1
    if int(st.session_state.get(_INDEX, 0)) > last:  # of another dataset, which has more
        st.session_state[_INDEX] = last
    with st.container(key="image_ways", horizontal=True, gap="small", vertical_alignment="bottom"):
        st.number_input(
            _("Test picture"),
            0,
            last,
            st.session_state.get(_INDEX, 0),
            key=_INDEX,
            help=_("The number of the picture, from 0 to {last}.", last=f"{last:,}"),
            width=130,
        )
        st.button(
            _("Previous"), key="image_previous", shortcut="B", on_click=_move, args=(-1, dataset)
        )
        st.button(_("Next"), key="image_next", shortcut="N", on_click=_move, args=(1, dataset))
        st.button(_("Random"), key="image_random", on_click=_jump, args=(dataset,))
        st.button(
            _("Next mistake"),
            key="image_mistake",
            shortcut="M",
            disabled=flawless and not view.state.is_active,
            help=_("The next picture that this network gets wrong."),
            on_click=_next_mistake,
            args=(dataset.name,),
        )


def _move(by: int, dataset: Dataset) -> None:
    st.session_state[_INDEX] = (int(st.session_state[_INDEX]) + by) % dataset.test_images


def _jump(dataset: Dataset) -> None:
    st.session_state[_INDEX] = int(np.random.default_rng().integers(dataset.test_images))


def _next_mistake(dataset: str) -> None:
    """Go to the next picture that the network gets wrong now; it may have learnt since it was drawn."""
    probabilities = shown_probabilities(shown_run(dataset))
    wrong = (
        [] if probabilities is None else mistakes(load_test_split(dataset), probabilities).tolist()
    )
    later = [index for index in wrong if index > int(st.session_state[_INDEX])]
    if wrong:
        st.session_state[_INDEX] = min(later or wrong)


def number_table(pixels: NDArray[np.uint8]) -> str:
    """Return a picture's numbers as a table, each on its own grey."""
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td style="background:rgb({v},{v},{v});color:{"#000" if v > 117 else "#fff"}">{v}</td>'
            for v in row.tolist()
        )
        + "</tr>"
        for row in pixels
    )
    size = " × ".join(map(str, pixels.shape))
    label = _("{size} pixels, 0 is black and 255 is white", size=size)
    return f'<div class="pixels" tabindex="0" role="region" aria-label="{label}"><table>{rows}</table></div>'

"""Lesson 6: test pictures that were right around the best epoch and are wrong in the last ones."""

from __future__ import annotations

from typing import Final

import streamlit as st

from playground.charts.confidence import plot_confidence
from playground.core.artefacts import CONFIDENCE
from playground.core.confidence import AROUND, LAST, Confidence
from playground.core.errors import PlaygroundError
from playground.core.run import RunView
from playground.core.verdict import best_epoch
from playground.ui.components.chart import show_chart
from playground.ui.inert import inert
from playground.ui.inspector import class_names, load_test_split
from playground.ui.language import _, translate
from playground.ui.problem_strip import picture_html
from playground.ui.training import training_service

SHOWN: Final = 6


def show_forgotten(view: RunView) -> None:
    """Draw the pictures that the run has forgotten, and how sure it was of each, epoch by epoch."""
    try:
        data = training_service().artefact(view.id, CONFIDENCE)
        count = view.experiment.data.test_images
        confidence = None if data is None else Confidence.from_bytes(data, count)
    except PlaygroundError as error:
        st.warning(inert(translate(error.message)))
        return
    best, last = best_epoch(view), view.epochs_done
    if confidence is None or confidence.epochs != last or best + AROUND > last - LAST:
        return
    split = load_test_split(view.experiment.dataset)
    forgotten = confidence.forgotten(split.labels, best)
    with st.container(key="forgotten"):
        st.markdown(
            _(
                "**{lost}** test pictures were right in every epoch from {first} to {until}, around the "
                "best one, and are wrong in each of the last {count}; **{won}** the other way round. From "
                "one epoch to the next, about {turned} turn from right to wrong anyway, and others back.",
                lost=len(forgotten),
                won=len(confidence.learnt(split.labels, best)),
                first=max(1, best - AROUND),
                until=best + AROUND,
                count=LAST,
                turned=round(confidence.lost_an_epoch(split.labels)),
            )
        )
        if len(forgotten):
            pictures = [int(number) for number in forgotten[:SHOWN]]
            _show_pictures(view.experiment.dataset, pictures, confidence)
            show_chart(
                "confidence",
                plot_confidence(
                    confidence.of_truth[:, pictures].astype(float),
                    [_("picture {number}", number=number) for number in pictures],
                    best=best,
                    epoch=_("Epochs trained"),
                    share=_("Probability of the true class"),
                ),
                words=_("How sure the network was of the true class, epoch by epoch"),
                height=300,
            )


def _show_pictures(dataset: str, pictures: list[int], confidence: Confidence) -> None:
    split, names = load_test_split(dataset), class_names(dataset)
    figures = "".join(
        f"<figure>{picture_html(split.images[number])}<figcaption>"
        f"{_('picture {number}', number=number)}<br>"
        f"✓ {names[int(split.labels[number])]}<br>▶\ufe0e {names[int(confidence.guess[-1, number])]}"
        "</figcaption></figure>"
        for number in pictures
    )
    st.html(f'<div class="problem"><div class="classes forgotten">{figures}</div></div>')

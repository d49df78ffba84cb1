"""The walk-through's picture of learning: the loss of the recorded network against one of its weights."""

from __future__ import annotations

from functools import cache
from typing import Final

import streamlit as st

from playground.charts.descent import Labels, plot_descent
from playground.core.descent import STEPS, Descent, descend
from playground.core.errors import PlaygroundError
from playground.core.network import Network
from playground.core.recording import recorded_id
from playground.data import load_split
from playground.ui.components.chart import show_chart
from playground.ui.inert import inert
from playground.ui.inspector import class_names
from playground.ui.language import _, translate
from playground.ui.training import training_service, weights_of

LOOKED_AT: Final = 5_000
"""Training pictures whose loss is worked out."""


def show_descent(dataset: str) -> None:
    """Draw the loss against one weight of the network that is recorded for `dataset`, and say what it is."""
    try:
        view = training_service().view(recorded_id(dataset))
        found = _descent(dataset)
    except PlaygroundError as error:
        st.warning(inert(translate(error.message)))
        return
    if found is None:
        return
    labels = Labels(
        weight=_("This weight"),
        loss=_("Training loss"),
        curve=_("loss"),
        steps=_("steps downhill"),
        learnt=_("after training"),
    )
    with st.container(key="descent"):
        show_chart(
            "descent_chart",
            plot_descent(found, labels),
            words=_(
                "The loss against one weight: a valley. {steps} steps lead down one of its sides, and become "
                "shorter where it is less steep.",
                steps=STEPS,
            ),
            height=320,
        )
        st.markdown(
            _(
                "Measured on the recorded network: one of its {count} weights and biases, from hidden neuron "
                "{neuron} to “{name}”, takes other values, all others stay. The loss is that of {pictures} "
                "training pictures. Each step is as long as the slope is steep, times a learning rate.",
                count=f"{Network.of(view.experiment).parameters:,}",
                neuron=found.neuron,
                name=class_names(dataset)[found.answer],
                pictures=f"{LOOKED_AT:,}",
            )
        )


@cache
def _descent(dataset: str) -> Descent | None:
    """Return what is drawn, worked out once for all visitors; None if the network's weights are not there."""
    view = training_service().view(recorded_id(dataset))
    weights, split = weights_of(view), load_split(dataset, "train")
    if weights is None:
        return None
    return descend(
        Network.of(view.experiment),
        weights,
        split.images[:LOOKED_AT],
        split.labels[:LOOKED_AT],
        normalize=view.experiment.normalize,
    )

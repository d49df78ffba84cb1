"""Lesson 5: what each answer of a network without hidden layers weighs, as one picture an answer."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from playground.charts.stencils import paint_stencil
from playground.core.network import Network
from playground.core.run import RunView
from playground.ui.inspector import class_names
from playground.ui.language import _
from playground.ui.problem_strip import picture_html
from playground.ui.training import weights_of

BRIGHTEST: Final = 0.99
"""Share of the weights below the one that is drawn as bright as can be: a single large one darkens no others."""


def show_stencils(view: RunView) -> None:
    """Draw the weights from the pixels to each answer, if they are still there.

    Args:
        view: a run of a network without hidden layers.
    """
    weights = weights_of(view)
    if weights is None:
        return
    experiment = view.experiment
    (step,) = Network.of(experiment).learning_steps
    kernel = weights.arrays[f"{step.name}.kernel"]  # (pixels, answers)
    most = float(np.quantile(np.abs(kernel), BRIGHTEST))
    figures = "".join(
        f"<figure>{picture_html(paint_stencil(own.reshape(experiment.data.shape), most), words)}"
        f"<figcaption>{name}</figcaption></figure>"
        for own, name in zip(kernel.T, class_names(experiment.dataset), strict=True)
        for words in [_("The weights of the answer “{name}”", name=name)]
    )
    with st.container(key="stencils"):
        st.markdown(
            _(
                "**What the network without a hidden layer has learnt:** the {count} weights of each answer, "
                "each where its pixel is. Blue: a bright pixel here speaks for the answer. Orange: it speaks "
                "against it. Black: it hardly counts.",
                count=f"{len(kernel):,}",
            )
        )
        st.html(f'<div class="problem"><div class="classes">{figures}</div></div>')

"""Lessons 5 and 11: what a neuron weighs, each weight where its pixel is, as one picture a neuron."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray

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
    names = class_names(experiment.dataset)
    with st.container(key="stencils"):
        st.markdown(
            _(
                "**What the network without a hidden layer has learnt:** the {count} weights of each answer, "
                "each where its pixel is. Blue: a bright pixel here speaks for the answer. Orange: it speaks "
                "against it. Black: it hardly counts.",
                count=f"{len(kernel):,}",
            )
        )
        words = [_("The weights of the answer “{name}”", name=name) for name in names]
        draw_stencils(kernel, experiment.data.shape, names, words)


def draw_stencils(
    kernel: NDArray[np.float32],
    shape: tuple[int, ...],
    names: Sequence[str],
    words: Sequence[str],
) -> None:
    """Draw a picture a neuron.

    Args:
        kernel: what they weigh, float32 (pixels, neurons).
        shape: of a picture.
        names: of the neurons, for below.
        words: for whoever does not see them.
    """
    most = float(np.quantile(np.abs(kernel), BRIGHTEST)) or 1.0
    figures = "".join(
        f"<figure>{picture_html(paint_stencil(own.reshape(shape), most), said)}"
        f"<figcaption>{name}</figcaption></figure>"
        for own, name, said in zip(kernel.T, names, words, strict=True)
    )
    st.html(f'<div class="problem"><div class="classes">{figures}</div></div>')

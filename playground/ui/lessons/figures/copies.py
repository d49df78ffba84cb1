"""Lesson 11: weights that begin at random and weights that begin equal, and what the neurons become."""

from __future__ import annotations

from typing import Final

import streamlit as st

from playground.core.network import Network
from playground.core.weights import distinct_neurons
from playground.lessons import Lesson
from playground.ui.language import _
from playground.ui.lessons.figures.comparison import accuracy_sentence, name_of, show_comparison
from playground.ui.lessons.figures.estimate import estimate_outcome
from playground.ui.lessons.figures.stencils import draw_stencils
from playground.ui.lessons.prediction import Outcome
from playground.ui.lessons.runs import Trained
from playground.ui.training import weights_of

SHOWN: Final = 5
"""Neurons of each network whose weights are drawn."""


def show_copies(lesson: Lesson, may_train: bool) -> Outcome | None:
    """Draw the test accuracy of every epoch, and what the first neurons have learnt to look for."""
    runs = show_comparison(
        lesson, may_train=may_train, epochs=("val_loss", "val_accuracy"), ends=("val_accuracy",)
    )
    more = accuracy_sentence(lesson, runs)
    if more is None:
        return None
    base, equal = (next(one for one in runs if one.run == run) for run in lesson.compared)
    with st.container(key="stencils"):
        for one in (base, equal):
            _show_neurons(name_of(lesson, one), one)
        st.caption(
            _(
                "The weights of the first {count} neurons, each where its pixel is. Blue: a bright pixel "
                "makes the neuron’s answer larger. Orange: it makes it smaller.",
                count=SHOWN,
            )
        )
    name = name_of(lesson, equal)
    return estimate_outcome(lesson, equal.over, "val_accuracy", name=name).followed_by(more)


def _show_neurons(name: str, one: Trained) -> None:
    """Draw the first neurons of a network, and say how many of them all differ."""
    if one.first is None or (weights := weights_of(one.first)) is None:
        return
    network = Network.of(one.first.experiment)
    st.markdown(
        "**"
        + _(
            "{name}. Different neurons: {count} of {neurons}",
            name=name,
            count=distinct_neurons(network, weights),
            neurons=one.first.experiment.hidden[0],
        )
        + "**"
    )
    kernel = weights.arrays[f"{network.learning_steps[0].name}.kernel"][:, :SHOWN]
    names = [_("neuron {number}", number=number) for number in range(1, SHOWN + 1)]
    words = [_("The weights of {name}", name=name) for name in names]
    draw_stencils(kernel, network.input_shape, names, words)

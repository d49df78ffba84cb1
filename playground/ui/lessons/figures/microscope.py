"""Lesson 7: the same picture and the same first weights, with pixels of 0–255 and of 0–1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from playground.charts.microscope import Column, plot_histograms
from playground.core.errors import EngineError
from playground.core.experiment import Experiment
from playground.core.network import Network
from playground.core.weights import seldom_active
from playground.lessons import Lesson
from playground.ui.components.chart import show_chart
from playground.ui.inert import inert
from playground.ui.inspector import load_test_split
from playground.ui.language import _, translate
from playground.ui.lessons.figures.comparison import direction_sentence, name_of, show_comparison
from playground.ui.lessons.figures.estimate import estimate_outcome
from playground.ui.lessons.prediction import Outcome
from playground.ui.lessons.runs import Trained
from playground.ui.training import training_service, weights_of
from playground.ui.visitor import visitor

LOOKED_AT: Final = 1_000
"""Test pictures by which it is counted which neurons take part."""


def show_microscope(lesson: Lesson, may_train: bool) -> Outcome | None:
    """Draw what comes in and what becomes of it at first, and both networks' loss."""
    runs = show_comparison(lesson, may_train=may_train, epochs=("loss", "val_loss"))
    more = loss_sentence(lesson, runs)
    if more is None:
        return None
    experiment = lesson.compared[0].experiment
    _show_first_weights(experiment, lesson.pictures[experiment.dataset])
    base, raw = (next(one for one in runs if one.run == run) for run in lesson.compared)
    _show_active_neurons(lesson, (base, raw))
    name = name_of(lesson, raw)
    return estimate_outcome(lesson, raw.over, "val_accuracy", name=name).followed_by(more)


def loss_sentence(lesson: Lesson, runs: Sequence[Trained]) -> str | None:
    """Return how the last network's test loss lies to the baseline's, once all are trained."""
    return direction_sentence(
        lesson,
        runs,
        "val_loss",
        {
            "higher": _(
                "Every seed of “{name}” ends with a higher test loss than every seed of “{other}”."
            ),
            "lower": _(
                "Every seed of “{name}” ends with a lower test loss than every seed of “{other}”."
            ),
            "overlap": _("The seeds of “{name}” and “{other}” overlap."),
        },
    )


def _show_active_neurons(lesson: Lesson, networks: Sequence[Trained]) -> None:
    """Say of each network how many of its neurons take part once it is trained."""
    lines = []
    for one in networks:
        if (view := one.first) is None or (weights := weights_of(view)) is None:
            continue
        images = load_test_split(view.experiment.dataset).images[:LOOKED_AT]
        line = _(
            "{name}: {count} of {neurons} neurons answer fewer than 1 in 100 test pictures",
            name=name_of(lesson, one),
            count=seldom_active(
                Network.of(view.experiment),
                weights,
                images,
                normalize=view.experiment.normalize,
            ),
            neurons=view.experiment.hidden[0],
        )
        lines.append(f"- {line}")
    if lines:
        with st.container(key="active_neurons"):
            st.markdown(f"**{_('After training')}**\n\n" + "\n".join(lines))


def _show_first_weights(experiment: Experiment, first: int) -> None:
    """Draw what the first weights make of a picture and of 256 others, before any training.

    Args:
        experiment: whose first weights.
        first: the test picture that is there at first.
    """
    with st.container(key="microscope"):
        st.markdown(f"**{_('Under the microscope: before any training')}**")
        picture = int(
            st.number_input(
                _("Test picture"),
                0,
                experiment.data.test_images - 1,
                value=first,
                key="microscope_picture",
            )
        )
        seen = _look(experiment, picture)
        if seen is None:
            return
        rows = (seen["normalised"], seen["raw"])
        names = ("0–1", "0–255")
        show_chart(
            "first_weights",
            plot_histograms(
                [
                    Column(title=_("pixels"), values=tuple(row["inputs"] for row in rows)),
                    Column(title=_("first sums"), values=tuple(row["sums"] for row in rows)),
                    Column(
                        title=_("largest probability"),
                        values=tuple(row["largest"] for row in rows),
                        unit_range=True,
                    ),
                ],
                names,
            ),
            words=_("Histograms of pixels, first sums and largest probabilities at both scales"),
            height=360,
        )
        st.markdown(
            "\n".join(
                "- "
                + _(
                    "Pixels {name}: loss before training {loss}, length of the first layer’s gradient {gradient}",
                    name=name,
                    loss=f"{row['loss']:.2f}",
                    gradient=f"{row['gradient']:.3g}",
                )
                for name, row in zip(names, rows, strict=True)
            )
        )


def _look(experiment: Experiment, picture: int) -> dict[str, dict[str, Any]] | None:
    """Return what a worker sees, asked once a picture."""
    known = st.session_state.setdefault("_microscope", {})
    if (experiment, picture) not in known:
        try:
            answer = training_service().call_lab(
                "microscope", experiment.to_dict(), picture, by=visitor()
            )
        except EngineError as error:
            st.warning(inert(translate(error.message)))
            return None
        known[experiment, picture] = answer
    seen: dict[str, dict[str, Any]] = known[experiment, picture]
    return seen

"""Lesson 7: the same picture and the same first weights, with pixels of 0–255 and of 0–1."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.charts.microscope import Column, plot_histograms
from playground.core.errors import EngineError
from playground.core.experiment import Experiment
from playground.lessons import Lesson
from playground.ui.components.chart import show_chart
from playground.ui.inert import inert
from playground.ui.language import _, translate
from playground.ui.lessons.figures.comparison import direction_sentence, name_of, show_comparison
from playground.ui.lessons.figures.estimate import estimate_outcome
from playground.ui.lessons.prediction import Outcome
from playground.ui.training import training_service
from playground.ui.visitor import visitor


def show_microscope(lesson: Lesson, may_train: bool) -> Outcome | None:
    """Draw what comes in and what becomes of it at first, and both networks' loss."""
    runs = show_comparison(lesson, may_train=may_train, epochs=("loss", "val_loss"))
    more = direction_sentence(
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
    if more is None:
        return None
    experiment = lesson.compared[0].experiment
    _show_first_weights(experiment, lesson.pictures[experiment.dataset])
    raw = next(one for one in runs if one.run == lesson.compared[1])
    name = name_of(lesson, raw)
    return estimate_outcome(lesson, raw.over, "val_accuracy", name=name).followed_by(more)


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

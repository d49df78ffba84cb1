"""A picture's scores, the probabilities that softmax makes of them, and argmax."""

from __future__ import annotations

import streamlit as st

from playground.core.dataset import DATASETS
from playground.core.experiment import Experiment
from playground.core.recording import recorded_id
from playground.lessons import Lesson
from playground.ui.choosing import show_segments, texts_words
from playground.ui.components.picture import show_picture
from playground.ui.components.scores import show_scores
from playground.ui.inspector import class_names, load_test_split
from playground.ui.language import _
from playground.ui.lessons.notes import note, write_note
from playground.ui.lessons.prediction import Outcome
from playground.ui.training import training_service
from playground.ui.words import picture_words


def show_picture_scores(lesson: Lesson, may_drag: bool) -> Outcome | None:
    """Draw a picture of the recorded network and its scores."""
    picture, choice = st.columns([55, 45])
    with choice:
        dataset = _show_dataset(lesson)
        index = int(
            st.number_input(
                _("Test picture"),
                0,
                DATASETS[dataset].test_images - 1,
                value=lesson.pictures[dataset],
                key=f"scores_index_{dataset}",
            )
        )
    split, found = load_test_split(dataset), training_service().probabilities(recorded_id(dataset))
    if found is None:
        return None
    probabilities = found[index]
    names, label = class_names(dataset), int(split.labels[index])
    with picture, st.container(key="scores_picture_alone" if may_drag else "scores_picture"):
        show_picture(
            pixels=split.images[index],
            label=label,
            probabilities=probabilities,
            class_names=names,
            texts=picture_words(),
            index=index,
        )
    if not may_drag:
        return None
    dragged = show_scores(f"{dataset} {index}", probabilities, label=label, classes=names)
    if dragged and not note(lesson.slug, "dragged"):
        write_note(lesson.slug, "dragged", True)
        st.rerun()
    if not note(lesson.slug, "dragged"):
        st.caption(
            _(
                "Drag one score to see what comes out. The scores are shifted so that their average is 0: softmax sees only their differences."
            )
        )
        return None
    return Outcome(
        "fall",
        _(
            "When one score rises, all other bars shrink; when it falls, they grow. Together they always add up to 100%."
        ),
    )


def _show_dataset(lesson: Lesson) -> str:
    """Draw the datasets of which the lesson names a picture, and return the one chosen."""
    texts = {name: DATASETS[name].title for name in lesson.pictures}
    st.session_state.setdefault("scores_dataset", next(iter(texts)))
    return show_segments(_(Experiment.DATASET.label), texts_words(texts), key="scores_dataset")

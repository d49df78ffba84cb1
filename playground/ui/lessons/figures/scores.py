"""A picture's scores, the probabilities that softmax makes of them, and argmax."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from playground.core.dataset import DATASETS
from playground.core.experiment import Experiment
from playground.core.layers import ACTIVATIONS
from playground.core.recording import recorded_id
from playground.lessons import Lesson
from playground.ui.choosing import show_segments, texts_words
from playground.ui.components.picture import show_picture
from playground.ui.components.scores import scores_of, show_scores
from playground.ui.inspector import class_names, load_test_split
from playground.ui.language import _
from playground.ui.lessons.notes import note, write_note
from playground.ui.lessons.prediction import Outcome
from playground.ui.training import training_service
from playground.ui.words import picture_words

Floats: TypeAlias = NDArray[np.floating[Any]]


def show_picture_scores(lesson: Lesson, may_drag: bool) -> Outcome | None:
    """Draw a picture of the recorded network and its scores."""
    with st.container(key="scores_ways", horizontal=True, gap="medium"):
        dataset = _show_dataset(lesson)
        index = int(
            st.number_input(
                _("Test picture"),
                0,
                DATASETS[dataset].test_images - 1,
                value=lesson.pictures[dataset],
                key=f"scores_index_{dataset}",
                width=200,
            )
        )
    split, found = load_test_split(dataset), training_service().probabilities(recorded_id(dataset))
    if found is None:
        return None
    probabilities = found[index]
    names, label = class_names(dataset), int(split.labels[index])
    with st.container(key="scores_picture_alone" if may_drag else "scores_picture"):
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
    scores = scores_of(probabilities)
    raised, name = int(scores.argmax()), names[int(scores.argmax())]
    return others_outcome(
        _shares(scores), _shares(scores + np.eye(len(scores))[raised]), raised, name
    )


def others_outcome(before: Floats, after: Floats, raised: int, name: str) -> Outcome:
    """Return what became of the other probabilities when one score rose by 1.

    Args:
        before: the probabilities, float64 (classes,).
        after: the same, afterwards.
        raised: the class whose score rose.
        name: what it is called.
    """
    changes = np.delete(after - before, raised)
    fell, rose = int((changes < 0).sum()), int((changes > 0).sum())
    value = {(len(changes), 0): "fall", (0, len(changes)): "rise", (0, 0): "stay"}.get((fell, rose))
    sentence = _(
        "When the score of “{name}” rises by 1, {fell} of the other {count} bars get shorter and {rose} get "
        "longer. Together they always add up to 100%.",
        name=name,
        fell=fell,
        count=len(changes),
        rose=rose,
    )
    return Outcome(value, sentence)


def _shares(scores: Floats) -> Floats:
    return ACTIVATIONS["softmax"](scores)


def _show_dataset(lesson: Lesson) -> str:
    """Draw the datasets of which the lesson names a picture, and return the one chosen."""
    texts = {name: DATASETS[name].title for name in lesson.pictures}
    st.session_state.setdefault("scores_dataset", next(iter(texts)))
    return show_segments(_(Experiment.DATASET.label), texts_words(texts), key="scores_dataset")

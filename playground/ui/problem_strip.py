"""What there is to learn, at a glance: one test picture of each class with its name."""

from __future__ import annotations

import base64
import io

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from playground.core.dataset import DATASETS
from playground.core.errors import DataError
from playground.ui.inert import inert
from playground.ui.inspector import class_names, load_test_split
from playground.ui.language import _, once_a_language, translate


def show_problem(dataset: str) -> None:
    """Draw the first test picture of each class, with its name below."""
    with st.container(key="problem"):
        try:
            st.html(_problem(dataset))
        except DataError as error:
            st.error(inert(translate(error.message)))


@once_a_language
def _problem(dataset: str) -> str:
    split, described = load_test_split(dataset), DATASETS[dataset]
    firsts = [int(np.argmax(split.labels == label)) for label in range(described.classes)]
    figures = "".join(
        f"<figure>{picture_html(split.images[first])}<figcaption>{name}</figcaption></figure>"
        for first, name in zip(firsts, class_names(dataset), strict=True)
    )
    task = _(described.task)
    return f'<div class="problem"><p>{task}</p><div class="classes">{figures}</div></div>'


def picture_html(pixels: NDArray[np.uint8], words: str = "") -> str:
    """Return a picture at its own size, by default without words: they stand beside it."""
    rows, columns = pixels.shape[:2]
    source = f"data:image/png;base64,{png(pixels)}"
    return f'<img src="{source}" alt="{words}" width="{columns}" height="{rows}">'


def png(pixels: NDArray[np.uint8]) -> str:
    """Return a picture as a PNG in Base64."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()

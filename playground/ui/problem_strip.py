"""What there is to learn, at a glance: one test picture of each class with its name."""

from __future__ import annotations

import base64
import io

import numpy as np
import streamlit as st
from PIL import Image

from playground.core.errors import DataError
from playground.ui.inert import inert
from playground.ui.inspector import class_names, test_split
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
    split = test_split(dataset)
    firsts = [int(np.argmax(split.labels == label)) for label in range(10)]
    figures = "".join(
        f'<figure><img src="data:image/png;base64,{png(split.images[first])}" alt="" width="28" '
        f'height="28"><figcaption>{name}</figcaption></figure>'
        for first, name in zip(firsts, class_names(dataset), strict=True)
    )
    task = (
        _("Ten kinds of clothing, 28 × 28 grey pixels each. Which is which?")
        if dataset == "fashion"
        else _("Ten handwritten digits, 28 × 28 grey pixels each. Which is which?")
    )
    return f'<div class="problem"><p>{task}</p><div class="classes">{figures}</div></div>'


def png(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> str:
    """Return a picture as a PNG in Base64."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()

"""One picture and what the network thinks of it: mounts the element; it computes no probabilities."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from playground.core.run import RunView
from playground.ui.assets import base_path
from playground.ui.components.files import script, style

KEY: Final = "picture"

_HTML: Final = """
<section class="picture">
  <div class="picture-frame">
    <div class="picture-head">
      <canvas class="picture-canvas" role="img"></canvas>
      <dl class="picture-verdict" aria-live="polite" aria-atomic="true">
        <div class="picture-truth"><dt></dt><dd></dd></div>
        <div class="picture-guess"><dt></dt><dd></dd></div>
      </dl>
    </div>
    <ol class="picture-bars" role="list"></ol>
    <p class="picture-note" hidden></p>
    <p class="picture-when" hidden></p>
  </div>
</section>
"""

_mount = st.components.v2.component(
    "picture",
    html=_HTML,
    css=style("picture"),
    js=script("picture"),
    isolate_styles=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureTexts:
    """The words of the element, already translated; `{…}` are filled in by the browser.

    Args:
        label: one or two words for the true class: "label".
        guess: one or two words for the likeliest class: "guess".
        bars: name of the list of probabilities, for those who do not see it.
        percent: "{value} %".
        alt: the picture in words, with {index}, {label}, {guess}, {percent}.
        alt_unguessed: the picture in words before there is a guess, with {index}, {label}.
        no_probabilities: what will appear in place of the bars and how to make it appear.
        undefined: why there are no bars when the network's answers are not numbers.
        after: how long the network has learnt so far, with {epochs}.
    """

    label: str
    guess: str
    bars: str
    percent: str
    alt: str
    alt_unguessed: str
    no_probabilities: str
    undefined: str
    after: str


def show_picture(  # noqa: PLR0913 - all by name
    *,
    pixels: NDArray[np.uint8],
    label: int,
    probabilities: NDArray[np.float32] | None,
    class_names: Sequence[str],
    texts: PictureTexts,
    index: int,
    learner: RunView | None = None,
    answers: str | None = None,
    stream: str | None = None,
) -> None:
    """Draw a picture with crisp pixels, its label, and the network's probabilities as bars.

    While a run learns, the element asks for its newest answer whenever the page's stream says that there
    is one.

    Args:
        pixels: uint8, (rows, columns), 0–255; 0 is black, as in the dataset.
        label: number of the true class.
        probabilities: float32, (classes,), the softmax; None before any network was trained.
        class_names: the classes' names in the page's language, by number.
        texts: the words.
        index: number of the picture among the test pictures.
        learner: the run whose network is asked, if it may still learn.
        answers: where its newest answer is, relative to the app's base path.
        stream: where the page hears of runs, likewise.
    """
    _mount(
        key=KEY,
        data={
            "index": int(index),
            "pixels": base64.b64encode(np.ascontiguousarray(pixels, np.uint8).tobytes()).decode(),
            "shape": list(pixels.shape),
            "label": int(label),
            "classes": list(class_names),
            "answer": answer_of(probabilities, 0.0 if learner is None else learner.snapshot_at),
            "run": learner and learner.id,
            "generation": learner.restarts if learner else 0,
            "answers": answers,
            "stream": stream,
            "base": base_path(),
            "text": asdict(texts),
        },
    )


def answer_of(probabilities: NDArray[np.float32] | None, epochs: float) -> dict[str, Any]:
    """Return what a network says of one picture, as the element reads it.

    Args:
        probabilities: float, (classes,), the softmax; None before there is one.
        epochs: how many epochs the network had learnt.
    """
    shares = None if probabilities is None else [float(share) for share in probabilities]
    undefined = shares is not None and not all(math.isfinite(share) for share in shares)
    if undefined:
        shares = None
    return {
        "guess": None if shares is None else int(np.argmax(shares)),
        "probabilities": shares,
        "undefined": undefined,
        "epochs": epochs,
    }

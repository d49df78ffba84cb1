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

from playground.charts.palette import PALETTES
from playground.ui.components.files import script, style

KEY: Final = "picture"

_HTML: Final = """
<section class="picture">
  <div class="picture-frame">
    <div class="picture-head">
      <canvas class="picture-canvas" width="28" height="28" role="img"></canvas>
      <dl class="picture-verdict" aria-live="polite" aria-atomic="true">
        <div class="picture-truth"><dt></dt><dd></dd></div>
        <div class="picture-guess"><dt></dt><dd></dd></div>
      </dl>
    </div>
    <ol class="picture-bars" role="list"></ol>
    <p class="picture-note" hidden></p>
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
    """

    label: str
    guess: str
    bars: str
    percent: str
    alt: str
    alt_unguessed: str
    no_probabilities: str
    undefined: str


def show_picture(
    *,
    pixels: NDArray[np.uint8],
    label: int,
    probabilities: NDArray[np.float32] | None,
    class_names: Sequence[str],
    texts: PictureTexts,
    index: int,
) -> None:
    """Draw a picture with crisp pixels, its label, and the network's ten probabilities as bars.

    Args:
        pixels: uint8, (28, 28), 0–255; 0 is black, as in the dataset.
        label: number of the true class.
        probabilities: float32, (10,), the softmax; None before any network was trained.
        class_names: the classes' names in the page's language, by number.
        texts: the words.
        index: number of the picture among the test pictures.
    """
    _mount(
        key=KEY,
        data=_data(
            pixels=pixels,
            label=label,
            probabilities=probabilities,
            class_names=class_names,
            texts=texts,
            index=index,
        ),
    )


def _data(
    *,
    pixels: NDArray[np.uint8],
    label: int,
    probabilities: NDArray[np.float32] | None,
    class_names: Sequence[str],
    texts: PictureTexts,
    index: int,
) -> dict[str, Any]:
    shares = None if probabilities is None else [float(share) for share in probabilities]
    undefined = shares is not None and not all(math.isfinite(share) for share in shares)
    if undefined:
        shares = None
    return {
        "index": int(index),
        "pixels": base64.b64encode(np.ascontiguousarray(pixels, np.uint8).tobytes()).decode(),
        "label": int(label),
        "guess": None if shares is None else int(np.argmax(shares)),
        "classes": list(class_names),
        "probabilities": shares,
        "undefined": undefined,
        "palettes": {name: palette.to_dict() for name, palette in PALETTES.items()},
        "text": asdict(texts),
    }

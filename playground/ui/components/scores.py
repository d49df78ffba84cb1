"""Scores to drag, one a class, and the probabilities that softmax makes of them; the browser computes both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from playground.ui.components.files import script, style
from playground.ui.language import _

KEY: Final = "scores"

LEAST: Final = 1e-12
"""A probability below which a score would only make the sliders longer."""

_HTML: Final = """
<section class="scores">
  <div class="scores-head">
    <span class="scores-head-name"></span>
    <span class="scores-head-score"></span>
    <span class="scores-head-probability"></span>
  </div>
  <ol class="scores-rows" role="list"></ol>
  <div class="scores-foot">
    <p class="scores-sum"></p>
    <p class="scores-argmax"></p>
    <button type="button" class="scores-reset"></button>
  </div>
</section>
"""

_mount = st.components.v2.component(
    "scores", html=_HTML, css=style("scores"), js=script("scores"), isolate_styles=False
)


def scores_of(probabilities: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return scores whose softmax is `probabilities`, float32 (classes,), with mean 0.

    Softmax sees only the differences between scores, so a network's own differ from these by one
    constant. A probability below `LEAST` counts as that.
    """
    scores = np.log(np.maximum(probabilities.astype(np.float64), LEAST))
    centred: NDArray[np.float64] = scores - scores.mean()
    return centred


def show_scores(
    picture: str, probabilities: NDArray[np.float32], *, label: int, classes: Sequence[str]
) -> bool:
    """Draw the scores of a picture; return whether the learner has dragged one.

    Args:
        picture: names the picture: another one brings its own scores.
        probabilities: float32 (classes,), what the network thinks of it.
        label: its true class.
        classes: their names.
    """
    result = _mount(
        key=KEY,
        data={
            "picture": picture,
            "scores": [round(float(score), 4) for score in scores_of(probabilities)],
            "label": label,
            "classes": list(classes),
            "text": {
                "name": _("Class"),
                "score": _("Score (drag it)"),
                "probability": _("Probability after softmax"),
                "slider": _("Score of {name}"),
                "percent": _("{value}%"),
                "sum": _("All together: {percent}"),
                "argmax": _("argmax, the place of the largest: {number}"),
                "reset": _("Reset"),
            },
        },
        on_dragged_change=lambda: None,
    )
    return bool(result.dragged)

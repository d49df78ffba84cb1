"""How sure a network was of the truth of some pictures, epoch by epoch, as one figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from playground.charts.frame import axis, frame
from playground.charts.palette import LIGHT, Palette

_LOOKS: Final = (
    ("training", "solid"),
    ("test", "dash"),
    ("truth", "dot"),
    ("guess", "dashdot"),
    ("neutral", "longdash"),
    ("text", "longdashdot"),
)


def plot_confidence(
    shares: NDArray[np.floating[Any]],
    names: Sequence[str],
    *,
    best: int,
    epoch: str,
    share: str,
    palette: Palette = LIGHT,
) -> dict[str, Any]:
    """Return one line a picture, and a mark at the best epoch, as Plotly's `to_plotly_json` writes it.

    Args:
        shares: probability of the true class, (epochs, pictures), at most six pictures.
        names: of the pictures, already translated.
        best: the epoch to mark, from 1.
        epoch: title of the axis of epochs.
        share: title of the axis of probabilities.
        palette: the theme's colours.
    """
    figure = go.Figure(
        layout={
            **frame(palette),
            "xaxis": {**axis(palette), "title": {"text": epoch}},
            "yaxis": {
                **axis(palette),
                "title": {"text": share},
                "range": [0, 1.02],
                "tickformat": ".0%",
            },
        }
    )
    for place, name in enumerate(names):
        color, dash = _LOOKS[place % len(_LOOKS)]
        figure.add_scatter(
            name=name,
            x=list(range(1, len(shares) + 1)),
            y=[round(float(value), 4) for value in shares[:, place]],
            mode="lines",
            line={"color": getattr(palette, color), "width": 2.5, "dash": dash},
            hovertemplate="<b>%{fullData.name}</b><br>%{y:.1%}<extra></extra>",
        )
    figure.add_vline(x=best, line={"color": palette.muted, "width": 2, "dash": "dot"})
    plain: dict[str, Any] = figure.to_plotly_json()
    return plain

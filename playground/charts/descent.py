"""The loss against one weight, with steps down to the bottom, as one figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from playground.charts.frame import axis, frame
from playground.charts.palette import LIGHT, Palette
from playground.core.descent import Descent


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The figure's words, already translated.

    Args:
        weight: title of the axis of the weight's values.
        loss: title of the axis of losses.
        curve: name of the curve.
        steps: name of the steps.
        learnt: name of the point where the weight stands in the network.
    """

    weight: str
    loss: str
    curve: str
    steps: str
    learnt: str


def plot_descent(found: Descent, labels: Labels, *, palette: Palette = LIGHT) -> dict[str, Any]:
    """Return the curve, the steps and where the weight stands, as Plotly's `to_plotly_json` writes it.

    Args:
        found: what was measured on training pictures.
        labels: the words.
        palette: the theme's colours.
    """
    figure = go.Figure(
        layout={
            **frame(palette),
            "xaxis": {**axis(palette), "title": {"text": labels.weight, "standoff": 6}},
            "yaxis": {**axis(palette), "title": {"text": labels.loss, "standoff": 8}, "nticks": 5},
        }
    )
    middle = len(found.values) // 2
    hover = "%{x:.2f}: %{y:.3f}<extra>%{fullData.name}</extra>"
    figure.add_scatter(
        name=labels.curve,
        x=_rounded(found.values),
        y=_rounded(found.losses),
        mode="lines",
        line={"color": palette.training, "width": 2.5},
        hovertemplate=hover,
    )
    figure.add_scatter(
        name=labels.steps,
        x=_rounded(found.steps),
        y=_rounded(found.heights),
        mode="lines+markers",
        line={"color": palette.guess, "width": 2, "dash": "dot"},
        marker={"color": palette.guess, "size": 10, "symbol": "diamond"},
        hovertemplate=hover,
    )
    figure.add_scatter(
        name=labels.learnt,
        x=_rounded(found.values[middle : middle + 1]),
        y=_rounded(found.losses[middle : middle + 1]),
        mode="markers",
        marker={
            "color": palette.text,
            "size": 14,
            "symbol": "circle-open",
            "line": {"color": palette.text, "width": 3},
        },
        hovertemplate=hover,
    )
    plain: dict[str, Any] = figure.to_plotly_json()
    return plain


def _rounded(values: NDArray[np.float64]) -> list[float]:
    return [round(float(value), 4) for value in values]

"""The loss against one weight, as data."""

from __future__ import annotations

import json

import numpy as np
import plotly.graph_objects as go

from playground.charts.descent import Labels, plot_descent
from playground.core.descent import Descent

FOUND = Descent(
    neuron=3,
    answer=7,
    values=np.array([-1.0, 0.0, 1.0]),
    losses=np.array([3.0, 1.0, 2.0]),
    steps=np.array([-1.0, -0.5]),
    heights=np.array([3.0, 2.0]),
)
LABELS = Labels(weight="w", loss="l", curve="curve", steps="steps", learnt="learnt")


def test_a_curve_the_steps_and_where_the_weight_stands() -> None:
    figure = plot_descent(FOUND, LABELS)
    go.Figure(figure)
    read = json.loads(json.dumps(figure, allow_nan=False))
    assert [(it["name"], it["x"], it["y"]) for it in read["data"]] == [
        ("curve", [-1, 0, 1], [3, 1, 2]),
        ("steps", [-1, -0.5], [3, 2]),
        ("learnt", [0], [1]),
    ]
    assert (read["layout"]["xaxis"]["title"]["text"], read["layout"]["yaxis"]["title"]["text"]) == (
        "w",
        "l",
    )

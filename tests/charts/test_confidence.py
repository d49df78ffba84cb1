"""How sure a network was, as data."""

from __future__ import annotations

import json

import numpy as np
import plotly.graph_objects as go

from playground.charts.confidence import plot_confidence


def test_a_line_a_picture_and_a_mark_at_the_best_epoch() -> None:
    shares = np.array([[0.9, 0.5], [0.4, 0.6], [0.1, 0.7]])
    figure = plot_confidence(shares, ["a", "b"], best=2, epoch="Epochs", share="Truth")
    go.Figure(figure)
    read = json.loads(json.dumps(figure, allow_nan=False))
    assert [(t["name"], t["x"], t["y"]) for t in read["data"]] == [
        ("a", [1, 2, 3], [0.9, 0.4, 0.1]),
        ("b", [1, 2, 3], [0.5, 0.6, 0.7]),
    ]
    assert len({(t["line"]["color"], t["line"]["dash"]) for t in read["data"]}) == 2
    (mark,) = read["layout"]["shapes"]
    assert (mark["x0"], mark["x1"]) == (2, 2)

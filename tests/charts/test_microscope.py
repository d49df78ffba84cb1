"""Histograms of what first weights make of their input, as data."""

from __future__ import annotations

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from playground.charts.microscope import BINS, Column, plot_histograms


def test_each_row_has_its_own_axis_and_all_its_values() -> None:
    pixels = (np.array([0.0, 0.5, 1.0]), np.array([0.0, 127.5, 255.0]))
    largest = (np.array([0.1, 0.2]), np.array([0.95, 1.0]))
    figure = plot_histograms(
        [
            Column(title="pixels", values=pixels),
            Column(title="largest", values=largest, unit_range=True),
        ],
        ["0–1", "0–255"],
    )
    go.Figure(figure)
    read = json.loads(json.dumps(figure, allow_nan=False))
    assert [sum(bars["y"]) for bars in read["data"]] == [3, 2, 3, 2]
    assert [len(bars["x"]) for bars in read["data"]] == [BINS] * 4
    ranges = [read["layout"][f"xaxis{n}"]["range"] for n in ("", "2", "3", "4")]
    assert ranges == [[0, 1], [0, 1], [0, pytest.approx(255)], [0, 1]]
    titles = [note["text"] for note in read["layout"]["annotations"]]
    assert titles == [
        f"{title}<br>{scale}" for scale in ("0–1", "0–255") for title in ("pixels", "largest")
    ]

"""Weights as a picture, by hand."""

from __future__ import annotations

import numpy as np

from playground.charts.palette import DARK
from playground.charts.stencils import paint_stencil


def test_blue_speaks_for_it_orange_against_it_black_for_neither() -> None:
    picture = paint_stencil(np.array([[2.0, -1.0, 0.0], [-2.0, 1.0, -4.0]]), most=2.0)
    blue, orange = (
        [int(color[place : place + 2], 16) for place in (1, 3, 5)]
        for color in (DARK.training, DARK.test)
    )
    assert picture.dtype == np.uint8
    assert picture[0, 0].tolist() == blue
    assert picture[1, 0].tolist() == picture[1, 2].tolist() == orange
    assert picture[0, 2].tolist() == [0, 0, 0]
    assert np.abs(picture[0, 1] * 2.0 - orange).max() <= 1
    assert np.abs(picture[1, 1] * 2.0 - blue).max() <= 1

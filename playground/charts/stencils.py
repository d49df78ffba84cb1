"""Weights as a picture: blue where they speak for an answer, orange where against it, black where neither."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.charts.palette import DARK


def paint_stencil(weights: NDArray[np.floating[Any]], most: float) -> NDArray[np.uint8]:
    """Return a picture, uint8, (rows, columns, 3), on black as the pictures of the datasets are.

    Args:
        weights: of one answer, (rows, columns).
        most: the weight, positive or negative, that is as bright as can be.
    """
    blue, orange = (_rgb(color) for color in (DARK.training, DARK.test))
    strength = np.clip(np.abs(weights) / most, 0, 1)[..., np.newaxis]
    colors = np.where(weights[..., np.newaxis] > 0, blue, orange)
    picture: NDArray[np.uint8] = (strength * colors).round().astype(np.uint8)
    return picture


def _rgb(color: str) -> NDArray[np.uint8]:
    return np.frombuffer(bytes.fromhex(color.removeprefix("#")), np.uint8)

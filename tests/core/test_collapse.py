"""Which networks give most pictures the same answer, and which hidden layer shows why, on small arrays."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from playground.core.collapse import Collapse, CollapseKind, find_collapse, same_answer

Rows = NDArray[np.float32]


def answers(*, same: int, of: int = 100, spread: float = 0.8) -> Rows:
    """Return answers of which `same` are one and the same, and no two of the others."""
    rows = np.full((of, 10), 0.1, np.float32)
    shift = np.linspace(0.05, spread, of - same, dtype=np.float32)
    rows[same:, 0] += shift
    rows[same:, 1:] -= shift[:, None] / 9
    return rows


def never() -> Iterator[Rows]:
    raise AssertionError("the layers of a sound network are not looked at")


@pytest.mark.parametrize(("same", "share"), [(0, 0.0), (30, 0.0), (60, 0.6), (100, 1.0)])
def test_the_share_of_pictures_with_one_answer(same: int, share: float) -> None:
    assert same_answer(answers(same=same)) == pytest.approx(share, abs=0.03)


def test_answers_closer_than_bars_can_show_are_the_same() -> None:
    assert same_answer(answers(same=0, spread=0.068)) == 1.0


def test_what_is_no_number_is_like_nothing() -> None:
    assert same_answer(np.full((100, 10), np.nan, np.float32)) == 0.0


def test_a_sound_network_has_not_collapsed() -> None:
    assert find_collapse(answers(same=40), "relu", never) is None


def test_a_layer_of_silent_relus_is_named() -> None:
    working = np.ones((100, 3), np.float32)
    silent = working.copy()
    silent[:97] = 0
    found = find_collapse(answers(same=97), "relu", lambda: [working, silent])
    assert found == Collapse(kind=CollapseKind.SILENT, share=0.97, layer=2)


@pytest.mark.parametrize(("activation", "low"), [("sigmoid", 0.0), ("tanh", -1.0)])
def test_a_layer_that_stands_at_the_same_ends_is_named(activation: str, low: float) -> None:
    layer = np.tile(np.array([low, 1.0, 1.0], np.float32), (100, 1))
    layer[95:, 0] = 1.0  # five pictures at other ends
    found = find_collapse(answers(same=95), activation, lambda: [layer])
    assert found == Collapse(kind=CollapseKind.SATURATED, share=0.95, layer=1)


def test_ends_that_differ_from_picture_to_picture_are_no_cause() -> None:
    layer = np.sign(np.random.default_rng(0).normal(size=(100, 8))).astype(np.float32)
    found = find_collapse(answers(same=95), "tanh", lambda: [layer])
    assert found == Collapse(kind=CollapseKind.ALIKE, share=0.95)


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh", "linear"])
def test_a_network_that_has_hardly_begun_is_not_called_dead(activation: str) -> None:
    layer = np.random.default_rng(0).uniform(0.3, 0.6, (100, 8)).astype(np.float32)
    found = find_collapse(answers(same=100), activation, lambda: [layer])
    assert found == Collapse(kind=CollapseKind.ALIKE, share=1.0)
    assert find_collapse(answers(same=100), activation, list) == found  # no hidden layer

"""Weights are kept by name and read back, and answers follow from them, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from playground.core.errors import RecordingError
from playground.core.experiment import Experiment
from playground.core.layers import ACTIVATIONS, Dense, Dropout, Flatten
from playground.core.named_arrays import pack, unpack
from playground.core.network import Network
from playground.core.weights import Weights, answers, distinct_neurons, outputs, seldom_active

TINY = Network((1, 2), (Flatten(), Dense(2), Dropout(0.5), Dense(2, "softmax")))
LEARNT = Weights(
    {
        "dense_1.kernel": np.array([[1, -1], [2, 1]], np.float32),
        "dense_1.bias": np.array([0.5, 0], np.float32),
        "dense_2.kernel": np.array([[1, 0], [0, 1]], np.float32),
        "dense_2.bias": np.array([0, 0], np.float32),
    },
    2.4,
)
PICTURES = np.array([[[1, 0]], [[0, 3]]], np.uint8)


def test_answers_by_hand() -> None:
    hidden, answer = outputs(TINY, LEARNT, PICTURES, normalize=False)
    assert hidden.tolist() == [[1.5, 0.0], [6.5, 3.0]]  # 1 − 1 < 0: a ReLU gives 0
    expected = [[1 / (1 + np.exp(-1.5))], [1 / (1 + np.exp(-3.5))]]
    np.testing.assert_allclose(answer[:, :1], expected, rtol=1e-6)
    np.testing.assert_allclose(answer.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_array_equal(answers(TINY, LEARNT, PICTURES, normalize=False), answer)


def test_normalised_pixels_are_divided_by_255() -> None:
    hidden, _ = outputs(TINY, LEARNT, PICTURES * np.uint8(85), normalize=True)
    np.testing.assert_allclose(hidden, [[1 / 3 + 0.5, 0], [2.5, 1]], rtol=1e-6)


def test_neurons_that_hardly_take_part_are_counted() -> None:
    images = PICTURES * np.uint8(85)
    counts = [seldom_active(TINY, LEARNT, some, normalize=True) for some in (images, images[:1])]
    assert counts == [0, 1], "the first picture leaves the second neuron silent"


@pytest.mark.parametrize(("difference", "count"), [(0.0, 1), (1e-6, 1), (0.1, 2)])
def test_neurons_that_weigh_the_same_are_counted_once(difference: float, count: int) -> None:
    kernel = np.array([[1, 1 + difference], [-2, -2]], np.float32)
    weights = Weights({**LEARNT.arrays, "dense_1.kernel": kernel}, 1.0)
    assert distinct_neurons(TINY, weights) == count


def test_activations_by_hand() -> None:
    sums = np.array([[-1000, -1, 0, 1, 1000]], np.float32)
    with np.errstate(all="raise", under="ignore"):
        found = {name: function(sums)[0].tolist() for name, function in ACTIVATIONS.items()}
    assert found["relu"] == [0, 0, 0, 1, 1000]
    assert found["linear"] == [-1000, -1, 0, 1, 1000]
    assert found["tanh"] == pytest.approx([-1, -0.7615942, 0, 0.7615942, 1])
    assert found["sigmoid"] == pytest.approx([0, 0.2689414, 0.5, 0.7310586, 1])
    assert found["softmax"] == pytest.approx([0, 0, 0, 0, 1])


def test_weights_read_back() -> None:
    again = Weights.from_bytes(LEARNT.to_bytes(), TINY)
    assert again.position == 2.4
    assert set(again.arrays) == set(LEARNT.arrays)
    for name, array in LEARNT.arrays.items():
        np.testing.assert_array_equal(again.arrays[name], array)
        assert again.arrays[name].dtype == np.float32


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        LEARNT.to_bytes()[:-1],
        LEARNT.to_bytes()[:20],
        pack(LEARNT.arrays, {}),
        pack(LEARNT.arrays, {"position": "soon"}),
        pack({**LEARNT.arrays, "dense_2.bias": np.zeros(3, np.float32)}, {"position": "1"}),
        pack({**LEARNT.arrays, "dense_2.bias": np.zeros(2)}, {"position": "1"}),
        pack({"fog": np.zeros(2, np.float32)}, {"position": "1"}),
    ],
)  # fmt: skip
def test_what_is_damaged_or_anothers_is_refused(data: bytes) -> None:
    with pytest.raises(RecordingError, match="are damaged, or are those of another network"):
        Weights.from_bytes(data, TINY)


def test_the_weights_of_another_network_are_refused() -> None:
    with pytest.raises(RecordingError):
        Weights.from_bytes(LEARNT.to_bytes(), Network.of(Experiment()))


def test_arrays_of_every_kind_and_shape_are_packed() -> None:
    arrays: dict[str, NDArray[Any]] = {
        "number": np.array(3, np.int64),
        "empty": np.zeros((0, 4), np.float16),
        "slanted": np.arange(6, dtype=np.float32).reshape(2, 3).T,
        "bytes": np.arange(3, dtype=np.uint8),
    }
    again, words = unpack(pack(arrays, {"a word": "“ja”"}))
    assert words == {"a word": "“ja”"}
    for name, array in arrays.items():
        np.testing.assert_array_equal(again[name], array)
        assert (again[name].dtype, again[name].shape) == (array.dtype, array.shape)

"""Every dataset's files are the original ones, and a file that is not is refused in whole words."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from playground.core.errors import DataError
from playground.core.experiment import Experiment
from playground.data import DATASETS, FOLDER, Dataset, SplitName, load_split
from playground.data.idx import parse_idx

REMEDY = "Put the project's own file back, for example with: git checkout -- playground/data"
LABELS = "fashion/t10k-labels-idx1-ubyte.gz"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with Fashion-MNIST's test files, to be damaged."""
    (tmp_path / "fashion").mkdir()
    for file in (FOLDER / "fashion").glob("t10k-*.gz"):
        shutil.copy(file, tmp_path / "fashion")
    return tmp_path


def refusal(folder: Path) -> str:
    with pytest.raises(DataError) as caught:
        load_split("fashion", "test", folder=folder)
    return str(caught.value)


@pytest.mark.parametrize("split", get_args(SplitName))
@pytest.mark.parametrize("name", DATASETS)
def test_every_split_is_whole(name: str, split: SplitName) -> None:
    loaded = load_split(name, split)
    dataset = DATASETS[name]
    count = {"train": dataset.train_images, "test": dataset.test_images}[split]
    assert loaded.images.shape == (count, *dataset.shape)
    assert loaded.labels.shape == (count,)
    assert loaded.images.dtype == loaded.labels.dtype == np.uint8
    assert (loaded.images.min(), loaded.images.max()) == (0, 255)
    classes = np.unique(loaded.labels)  # (C,)
    assert classes.tolist() == list(range(len(DATASETS[name].class_names)))


@pytest.mark.parametrize(
    ("name", "split", "index", "label"),
    [
        ("fashion", "train", 0, 9),
        ("fashion", "train", 42, 9),
        ("fashion", "test", 0, 9),
        ("fashion", "test", 2345, 3),
        ("mnist", "train", 0, 5),
        ("mnist", "test", 0, 7),
        ("mnist", "test", 34, 7),
    ],
)
def test_well_known_images_have_their_labels(
    name: str, split: SplitName, index: int, label: int
) -> None:
    assert load_split(name, split).labels[index] == label


def test_pixels_are_in_reading_order() -> None:
    boot = load_split("fashion", "train").images[0]  # (28, 28)
    assert boot[:3].max() == 0  # nothing above the shaft
    assert boot[24].tolist()[:6] == [2, 0, 0, 0, 66, 200]  # the toe, at the left edge


def test_arrays_cannot_be_written() -> None:
    loaded = load_split("fashion", "test")
    with pytest.raises(ValueError, match="read-only"):
        loaded.images[0, 0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        loaded.labels[0] = 1


def test_the_catalogue_offers_exactly_these_datasets() -> None:
    assert {name: entry.title for name, entry in DATASETS.items()} == Experiment.DATASET.options


@pytest.mark.parametrize("name", DATASETS)
def test_the_readme_states_every_sum(name: str) -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for file, expected in DATASETS[name].sums.items():
        assert any(f"`{file}`" in line and expected in line for line in readme.splitlines()), file


def test_an_unknown_dataset_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        load_split("cifar", "test")
    names = ", ".join(DATASETS)
    assert str(caught.value) == f"Dataset: received “cifar”, expected one of {names}."


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / LABELS).unlink()
    assert refusal(copy) == (
        f"{LABELS}: expected a file, received “No such file or directory”. {REMEDY}"
    )


def test_a_truncated_file_is_named(copy: Path) -> None:
    whole = (copy / LABELS).read_bytes()
    (copy / LABELS).write_bytes(whole[: len(whole) // 2])
    assert refusal(copy) == (
        f"{LABELS}: expected a whole gzip file, received a damaged one (Compressed file ended "
        f"before the end-of-stream marker was reached). {REMEDY}"
    )


def test_a_file_that_is_not_gzip_is_named(copy: Path) -> None:
    (copy / LABELS).write_bytes(b"<html>404 Not Found</html>")
    assert refusal(copy) == (
        f"{LABELS}: expected a whole gzip file, received a damaged one "
        f"(Not a gzipped file (b'<h')). {REMEDY}"
    )


def test_damage_inside_the_compressed_bytes_is_named(copy: Path) -> None:
    damaged = bytearray((copy / LABELS).read_bytes())
    damaged[10] = 0b111  # the first block claims a kind that does not exist
    (copy / LABELS).write_bytes(damaged)
    assert refusal(copy) == (
        f"{LABELS}: expected a whole gzip file, received a damaged one "
        f"(Error -3 while decompressing data: invalid block type). {REMEDY}"
    )


def test_one_changed_byte_is_refused_with_both_sums(copy: Path) -> None:
    content = bytearray(gzip.decompress((copy / LABELS).read_bytes()))
    content[-1] ^= 1
    (copy / LABELS).write_bytes(gzip.compress(bytes(content)))
    expected = DATASETS["fashion"].sums["t10k-labels-idx1-ubyte"]
    received = hashlib.sha256(content).hexdigest()
    assert refusal(copy) == (
        f"{LABELS}: expected SHA-256 {expected} of the uncompressed file, "
        f"received {received}. {REMEDY}"
    )


def test_images_and_labels_have_to_fit_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "t10k-images-idx3-ubyte": bytes(
            [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4]
        ),
        "t10k-labels-idx1-ubyte": bytes([0, 0, 8, 1, 0, 0, 0, 1, 0]),
    }
    (tmp_path / "tiny").mkdir()
    for file, content in files.items():
        (tmp_path / "tiny" / f"{file}.gz").write_bytes(gzip.compress(content))
    sums = {file: hashlib.sha256(content).hexdigest() for file, content in files.items()}
    tiny = Dataset(
        name="tiny",
        title="Tiny",
        task="",
        credit="",
        class_names=("dot",),
        thresholds={},
        sums=sums,
    )
    monkeypatch.setattr("playground.data.DATASETS", {"tiny": tiny})
    with pytest.raises(DataError) as caught:
        load_split("tiny", "test", folder=tmp_path)
    assert str(caught.value) == (
        "tiny/t10k: expected 1 × 28 × 28 bytes of images for 1 labels, received 1 × 2 × 2."
    )


def test_idx_reads_a_file_that_fits_on_a_line() -> None:
    content = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6])
    assert parse_idx(content, "tiny", dimensions=3).tolist() == [[[1, 2, 3]], [[4, 5, 6]]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"",
            "tiny: expected an IDX file that begins with 00 00 08 01, received nothing.",
        ),
        (
            bytes([0, 0, 8, 3, 0, 0, 0, 1, 7]),
            "tiny: expected an IDX file that begins with 00 00 08 01, received 00 00 08 03.",
        ),
        (
            bytes([0, 0, 13, 1, 0, 0, 0, 1, 7]),
            "tiny: expected an IDX file that begins with 00 00 08 01, received 00 00 0d 01.",
        ),
        (
            bytes([0, 0, 8, 1, 0, 0]),
            "tiny: expected a header of 8 bytes, received 6.",
        ),
        (
            bytes([0, 0, 8, 1, 0, 0, 0, 2, 7]),
            "tiny: expected 2 bytes after the header, received 1.",
        ),
        (
            bytes([0, 0, 8, 1, 0, 0, 0, 1, 7, 7]),
            "tiny: expected 1 bytes after the header, received 2.",
        ),
    ],
)
def test_idx_refuses_a_header_that_does_not_fit(content: bytes, message: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_idx(content, "tiny", dimensions=1)
    assert str(caught.value) == message

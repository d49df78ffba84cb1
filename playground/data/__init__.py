"""The datasets that ship with the playground: which there are, and how one split is read.

Reads the IDX files beside this module and checks them byte for byte. It does not scale, shuffle or
translate anything and remembers nothing: whoever asks often keeps what came back.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from playground.core.catalogue import DATASET, quote
from playground.core.errors import DataError
from playground.core.message import N_, message
from playground.data.idx import Bytes, parse_idx

FOLDER: Final = Path(__file__).parent
SIZE: Final = 28  # pixels, both ways

SplitName: TypeAlias = Literal["train", "test"]

# What the original files call the two splits.
_PREFIX: Final[Mapping[SplitName, str]] = MappingProxyType({"train": "train", "test": "t10k"})
_REMEDY: Final = message(
    N_("Put the project's own file back, for example with: git checkout -- playground/data")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A set of small grey pictures in ten classes, as four IDX files in a folder of its own.

    Args:
        name: the key in links, and the folder's name.
        title: the proper name, the same in every language.
        class_names: English, in the order of the labels; translated where they are shown.
        sums: SHA-256 of each uncompressed file, by the file's name without `.gz`.
    """

    name: str
    title: str
    class_names: tuple[str, ...]
    sums: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Split:
    """The images and labels to train on, or those to test on; both arrays are read-only.

    Args:
        images: uint8, (N, 28, 28), 0–255, 0 is background.
        labels: uint8, (N,), index into the dataset's `class_names`.
    """

    images: Bytes
    labels: Bytes


DATASETS: Final[Mapping[str, Dataset]] = MappingProxyType(
    {
        dataset.name: dataset
        for dataset in (
            Dataset(
                name="fashion",
                title=DATASET.options["fashion"],
                class_names=(
                    N_("T-shirt/top"),
                    N_("Trouser"),
                    N_("Pullover"),
                    N_("Dress"),
                    N_("Coat"),
                    N_("Sandal"),
                    N_("Shirt"),
                    N_("Sneaker"),
                    N_("Bag"),
                    N_("Ankle boot"),
                ),
                sums={
                    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
                },
            ),
            Dataset(
                name="mnist",
                title=DATASET.options["mnist"],
                class_names=("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
                sums={
                    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
                },
            ),
        )
    }
)


def load_split(dataset: str, split: SplitName, *, folder: Path = FOLDER) -> Split:
    """Return the images and labels of one split, checked against the dataset's SHA-256 sums.

    Reading and checking the training images takes about half a second: keep the result.

    Args:
        dataset: a key of `DATASETS`.
        split: `train` or `test`.
        folder: where the dataset's own folder lies.

    Raises:
        DataError: the name is unknown, or a file is missing, damaged or not the one expected.
    """
    if dataset not in DATASETS:
        raise DataError(
            message(
                N_("Dataset: received {received}, expected one of {names}."),
                received=quote(dataset),
                names=", ".join(DATASETS),
            )
        )
    prefix = _PREFIX[split]
    images = _load_file(folder, DATASETS[dataset], f"{prefix}-images-idx3-ubyte", dimensions=3)
    labels = _load_file(folder, DATASETS[dataset], f"{prefix}-labels-idx1-ubyte", dimensions=1)
    if images.shape != (len(labels), SIZE, SIZE):
        raise DataError(
            message(
                N_(
                    "{name}: expected {expected} bytes of images for {count} labels, received {received}."
                ),
                name=f"{dataset}/{prefix}",
                expected=f"{len(labels)} × {SIZE} × {SIZE}",
                count=len(labels),
                received=" × ".join(map(str, images.shape)),
            )
        )
    return Split(images, labels)


def _load_file(folder: Path, dataset: Dataset, name: str, dimensions: int) -> Bytes:
    """Return the values of one file once its bytes have proved to be the expected ones."""
    shown = f"{dataset.name}/{name}.gz"
    content = _decompress(folder / dataset.name / f"{name}.gz", shown)
    received = hashlib.sha256(content).hexdigest()
    if received != dataset.sums[name]:
        raise DataError(
            message(
                N_(
                    "{file}: expected SHA-256 {expected} of the uncompressed file, received {received}. {remedy}"
                ),
                file=shown,
                expected=dataset.sums[name],
                received=received,
                remedy=_REMEDY,
            )
        )
    return parse_idx(content, shown, dimensions=dimensions)


def _decompress(path: Path, shown: str) -> bytes:
    """Return what the compressed file at `path` holds; `shown` is its name for people."""
    try:
        compressed = path.read_bytes()
    except OSError as error:
        raise DataError(
            message(
                N_("{file}: expected a file, received “{reason}”. {remedy}"),
                file=shown,
                reason=error.strerror or type(error).__name__,
                remedy=_REMEDY,
            )
        ) from error
    try:
        return gzip.decompress(compressed)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            message(
                N_(
                    "{file}: expected a whole gzip file, received a damaged one ({reason}). {remedy}"
                ),
                file=shown,
                reason=str(error),
                remedy=_REMEDY,
            )
        ) from error

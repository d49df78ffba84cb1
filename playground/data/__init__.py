"""The files of the datasets that ship with the playground: how one split is read.

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

from playground.core.choices import quote
from playground.core.dataset import DATASETS, Dataset
from playground.core.errors import DataError
from playground.core.message import N_, message
from playground.data.idx import Bytes, parse_idx

__all__ = ["DATASETS", "FOLDER", "Dataset", "Split", "SplitName", "load_split"]

FOLDER: Final = Path(__file__).parent

SplitName: TypeAlias = Literal["train", "test"]

# What the original files call the two splits.
_PREFIX: Final[Mapping[SplitName, str]] = MappingProxyType({"train": "train", "test": "t10k"})
_REMEDY: Final = message(
    N_("Put the project's own file back, for example with: git checkout -- playground/data")
)


@dataclass(frozen=True, slots=True)
class Split:
    """The images and labels to train on, or those to test on; both arrays are read-only.

    Args:
        images: uint8, (N, rows, columns), 0–255, 0 is background.
        labels: uint8, (N,), index into the dataset's `class_names`.
    """

    images: Bytes
    labels: Bytes


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
    described = DATASETS[dataset]
    images = _load_file(folder, described, f"{prefix}-images-idx3-ubyte", dimensions=3)
    labels = _load_file(folder, described, f"{prefix}-labels-idx1-ubyte", dimensions=1)
    expected = (len(labels), *described.shape)
    if images.shape != expected:
        raise DataError(
            message(
                N_(
                    "{name}: expected {expected} bytes of images for {count} labels, received {received}."
                ),
                name=f"{dataset}/{prefix}",
                expected=" × ".join(map(str, expected)),
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

"""The datasets that there are, each described once: shape, classes, counts, names, the files' sums.

A new one is its four files in `playground/data/<name>/` and one entry here. Nothing here reads a file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from playground.core.message import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A set of small grey pictures in some classes, as four IDX files in a folder of its own.

    Args:
        name: the key in links, and the folder's name.
        title: the proper name, the same in every language.
        task: one sentence above the examples: what the pictures are, and the question.
        credit: whose pictures they are, and under which licence.
        class_names: English, in the order of the labels; translated where they are shown.
        thresholds: to begin with at "loss" and at "accuracy": the default network crosses them in its
            five epochs, and not in the first one, when a threshold could just as well not be there.
        sums: SHA-256 of each uncompressed file, by the file's name without `.gz`.
        shape: rows and columns of a picture.
        train_images: how many there are to train on, those included that may be held out.
        test_images: how many there are to test on.
    """

    name: str
    title: str
    task: str
    credit: str
    class_names: tuple[str, ...]
    thresholds: Mapping[str, float]
    sums: Mapping[str, str]
    shape: tuple[int, int] = (28, 28)
    train_images: int = 60_000
    test_images: int = 10_000

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.class_names)

    @property
    def validation_images(self) -> int:
        """How many of the pictures to train on, the last ones, are held out where a run asks for that."""
        return self.train_images // 6

    @property
    def pixels(self) -> int:
        """How many numbers a picture has."""
        return math.prod(self.shape)


DATASETS: Final[Mapping[str, Dataset]] = MappingProxyType(
    {
        dataset.name: dataset
        for dataset in (
            Dataset(
                name="fashion",
                title="Fashion-MNIST",
                task=N_("Ten kinds of clothing, 28 × 28 grey pixels each. Which is which?"),
                credit=N_("Fashion-MNIST: 70,000 pictures of clothing, © Zalando SE, MIT licence."),
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
                thresholds={"loss": 0.4, "accuracy": 0.87},
                sums={
                    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
                },
            ),
            Dataset(
                name="mnist",
                title="MNIST",
                task=N_("Ten handwritten digits, 28 × 28 grey pixels each. Which is which?"),
                credit=N_(
                    "MNIST: 70,000 handwritten digits, collected by Yann LeCun and Corinna Cortes, "
                    "CC BY-SA 3.0."
                ),
                class_names=("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
                thresholds={"loss": 0.1, "accuracy": 0.97},
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
"""By their names."""

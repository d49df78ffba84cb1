"""A copy of the project with things that are made up, each added in one place as CONTRIBUTING says.

Whoever finds that one needs a second place has found a fault of the app.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tests.browser.app_server import ROOT

PARTS: Final = ("playground", "pages", "streamlit_app.py", ".streamlit", "README.md")
CONFIGURATION: Final = ("pyproject.toml", "tests/__init__.py", "tests/core")
"""What the documentation's own tests need beside these."""

CHOICE: Final = """\
    WARM_UP = Number(
        key="warm_up",
        label="Warm-up",
        help="Epochs in the beginning that move the weights less than all others.",
        section="training",
        low=0,
        high=9,
        default=0,
        whole=True,
    )
    warm_up: int = _chosen(WARM_UP)

"""
CHOICE_ROW: Final = "| `warm_up` | 0–9 |\n"

DATASET: Final = """\
            Dataset(
                name="tiles",
                title="Tiles",
                task="Four corners, 12 × 12 grey pixels each. Which one is bright?",
                credit="Tiles: 600 made-up pictures, in the public domain.",
                class_names=("top left", "top right", "bottom left", "bottom right"),
                thresholds={"loss": 0.2, "accuracy": 0.95},
                sums=SUMS,
                shape=(12, 12),
                train_images=480,
                test_images=120,
            ),
"""

LAYER: Final = '''\
@dataclass(frozen=True, slots=True)
class Unbiased(HiddenKind):
    """Every unit weighs all inputs and adds nothing; what is below 0 becomes 0."""

    name: ClassVar[str] = "unbiased"
    prefix: ClassVar[str] = "unbiased"
    label: ClassVar[str] = "Without biases"
    size: ClassVar[Number] = Number(
        key="unbiased_units",
        label="Weighers",
        help="Neurons that weigh their inputs and add nothing of their own.",
        section="network",
        low=1,
        high=64,
        default=16,
        whole=True,
        marks=(1, 2, 4, 8, 16, 32, 64),
    )

    units: int

    @classmethod
    def of_size(cls, size: int, *, activation: str, l2: float) -> Self:
        return cls(size)

    def keras(self) -> KerasCall:
        return KerasCall("layers.Dense", (self.units, "relu"), (("use_bias", False),))

    def output_shape(self, inputs: Shape) -> Shape:
        return (*inputs[:-1], self.units)

    def weights(self, inputs: Shape) -> tuple[Weight, ...]:
        return (Weight("kernel", (inputs[-1], self.units), "glorot"),)

    def answer(self, inputs: Array, weights: Mapping[str, Array]) -> Array:
        return np.maximum(inputs @ weights["kernel"], 0)


'''

LESSON_TABLE: Final = """\
figure = "units"
[numbers]
another_width = 4
[[runs]]
name = "small"
link = "dataset=mnist&train_size=200&epochs=2&hidden=2"
seeds = [1]
[[runs]]
name = "large"
link = "dataset=mnist&train_size=200&epochs=2&hidden=64"
seeds = [1]
[prediction]
choices = ["equal", "little", "some", "much"]
[quiz]
why = "more"
[further]
link = "hidden=32"
"""

LESSON_WORDS: Final = """\
# Two units or many

A lesson that somebody made up.

## question
Are two units enough?

## prediction
How far apart does one seed lie from itself?
- equal: Nowhere.
- little: A little.
- some: Somewhat.
- much: Far.

## runs
- small: Two units
- large: Many units

## explanation
Two numbers can hardly tell ten digits apart.

## code
The same two networks.

## quiz why
Why is that so?
- more: More units see more.
  Yes, each sees something else.
- less: Fewer units see more.
  No, they do not.

## further
Try other widths.
"""

LANGUAGE: Final = """\
            Language(code="eo", name="Esperanto", tag="eo"),
"""
LANGUAGE_WORDS: Final = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Train"
msgstr "Trejni"

msgid "Replayed: trained on {date}"
msgstr "Ripetita: trejnita {date}"

msgid "There is no {language} text of this lesson yet; here it is in English."
msgstr "Teksto en {language} ankoraŭ mankas."
"""


def copy_project(folder: Path) -> Path:
    """Return a copy of what the app needs; the pictures are links to the project's own."""
    for name in (*PARTS, *CONFIGURATION):
        part, copy = ROOT / name, folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if part.is_dir():
            leave_out = shutil.ignore_patterns("__pycache__")
            shutil.copytree(part, copy, copy_function=_link_or_copy, ignore=leave_out)
        else:
            shutil.copy(part, copy)
    return folder


def add_choice(root: Path) -> None:
    """Declare a choice with its field."""
    _insert(root / "playground/core/experiment.py", CHOICE, before="    SEED = Number(")


def document_choice(root: Path) -> None:
    """Give the made-up choice its row in the README."""
    _insert(root / "README.md", CHOICE_ROW, before="| `seed` |")


def document_dataset(root: Path) -> None:
    """Name the made-up dataset in the README's table."""
    file, row = root / "README.md", "| `dataset` | `fashion`, `mnist` |"
    text = file.read_text(encoding="utf-8")
    assert text.count(row) == 1
    file.write_text(text.replace(row, f"{row[:-2]}, `tiles` |"), encoding="utf-8")


def add_dataset(root: Path) -> None:
    """Add a dataset's four files and its entry."""
    folder = root / "playground/data/tiles"
    folder.mkdir()
    generator = np.random.default_rng(0)
    sums: dict[str, str] = {}
    for prefix, count in (("train", 480), ("t10k", 120)):
        labels = generator.permutation(np.arange(count, dtype=np.uint8) % 4)
        images = generator.integers(0, 60, (count, 12, 12), np.uint8)
        for image, label in zip(images, labels.tolist(), strict=True):
            row, column = 6 * (label // 2), 6 * (label % 2)
            image[row : row + 6, column : column + 6] += np.uint8(150)
        sums |= _write(folder / f"{prefix}-images-idx3-ubyte", images)
        sums |= _write(folder / f"{prefix}-labels-idx1-ubyte", labels)
    entry = DATASET.replace("SUMS", repr(sums))
    end = '        )\n    }\n)\n"""By their names."""'
    _insert(root / "playground/core/dataset.py", entry, before=end)


def add_layer(root: Path) -> None:
    """Add a class for a kind of layer, and its place among the hidden ones."""
    file, place = root / "playground/core/layers.py", "HIDDEN_KINDS: Final[tuple["
    _insert(file, LAYER, before=place)
    text = file.read_text(encoding="utf-8")
    assert text.count("= (Dense,)") == 1
    file.write_text(text.replace("= (Dense,)", "= (Dense, Unbiased)"), encoding="utf-8")


def add_lesson(root: Path) -> None:
    """Add a lesson's folder, in English alone."""
    folder = root / "playground/lessons/content/99-two-units"
    folder.mkdir()
    (folder / "lesson.toml").write_text(LESSON_TABLE, encoding="utf-8")
    (folder / "en.md").write_text(LESSON_WORDS, encoding="utf-8")
    (folder / "code.py").write_text("print(2)  # as few as can be\n", encoding="utf-8")


def add_language(root: Path) -> None:
    """Add a language's entry and some of its words."""
    end = '        )\n    }\n)\n"""By their codes'
    _insert(root / "playground/core/languages.py", LANGUAGE, before=end)
    (root / "playground/ui/locale/eo.po").write_text(LANGUAGE_WORDS, encoding="utf-8")


def _insert(file: Path, text: str, *, before: str) -> None:
    content = file.read_text(encoding="utf-8")
    assert content.count(before) == 1, (
        f"{file.name}: {before!r} is there {content.count(before)} times"
    )
    file.write_text(content.replace(before, text + before), encoding="utf-8")


def _link_or_copy(source: str, target: str) -> None:
    if source.endswith(".gz"):
        Path(target).symlink_to(source)
    else:
        shutil.copy(source, target)


def _write(file: Path, values: NDArray[np.uint8]) -> dict[str, str]:
    """Write an IDX file and return its sum by its name."""
    lengths = b"".join(length.to_bytes(4, "big") for length in values.shape)
    content = bytes((0, 0, 8, values.ndim)) + lengths + values.tobytes()
    file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(content))
    return {file.name: hashlib.sha256(content).hexdigest()}

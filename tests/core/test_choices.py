"""Every choice is whole: words, bounds and a default inside them; and every refusal is a sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.choices import Flag, Number, Option, number_text, quote
from playground.core.dataset import DATASETS
from playground.core.errors import ExperimentError
from playground.core.experiment import CHOICES, AnyChoice, Experiment, every_choice
from playground.core.hidden import Hidden
from playground.core.url import PAGE_PARAMETERS

ALL = tuple(every_choice())
NUMBERS = tuple(choice for choice in ALL if isinstance(choice, Number))
OPTIONS = tuple(choice for choice in ALL if isinstance(choice, Option))


def key_of(choice: AnyChoice) -> str:
    return choice.key


def keys(choices: Iterable[AnyChoice]) -> list[str]:
    return [choice.key for choice in choices]


def refusal(choice: AnyChoice, value: object) -> str:
    with pytest.raises(ExperimentError) as caught:
        choice.check(value)
    return str(caught.value)


CONTRACT = [
    "dataset", "normalize", "hidden", "epochs", "stop_metric", "stop_value", "optimizer", "lr",
    "batch", "activation", "dropout", "l2", "train_size", "init", "seed",
]  # fmt: skip
"""Keys that links and scripts rely on, in their order; further ones may stand between them."""


def test_keys_are_the_contract_and_come_once() -> None:
    assert [key for key in keys(CHOICES) if key in CONTRACT] == CONTRACT
    assert keys(ALL) == [*keys(CHOICES), "hidden_layers", "hidden_units"]
    assert len(set(keys(ALL))) == len(ALL)
    assert PAGE_PARAMETERS.isdisjoint(keys(ALL))


@pytest.mark.parametrize("choice", ALL, ids=key_of)
def test_every_choice_has_a_label_and_one_sentence_of_help(choice: AnyChoice) -> None:
    assert 1 <= len(choice.label.split()) <= 3
    assert choice.label[0].isupper() or choice.label.startswith("L2")
    assert choice.help.endswith(".")
    assert not any(mark in choice.help[:-1] for mark in (". ", "! ", "? ", "\n"))
    assert choice.help[0].isupper()
    assert len(choice.help.split()) >= 6


@pytest.mark.parametrize("choice", ALL, ids=key_of)
def test_every_default_is_allowed(choice: AnyChoice) -> None:
    choice.check(choice.default)
    assert str(choice.expected)


@pytest.mark.parametrize("choice", NUMBERS, ids=key_of)
def test_bounds_and_marks_are_in_order(choice: Number) -> None:
    assert choice.low < choice.high
    if choice.marks:
        assert list(choice.marks) == sorted(set(choice.marks))
        assert choice.default in choice.marks
        assert (choice.marks[0], choice.marks[-1]) == (choice.low, choice.high)
        for mark in choice.marks:
            choice.check(mark)


@pytest.mark.parametrize("choice", OPTIONS, ids=key_of)
def test_every_option_has_words(choice: Option) -> None:
    assert choice.default in choice.options
    assert all(choice.options.values())
    assert len(set(choice.options.values())) == len(choice.options)


@pytest.mark.parametrize("choice", NUMBERS, ids=key_of)
def test_a_number_is_refused_beyond_its_bounds_and_not_at_them(choice: Number) -> None:
    choice.check(choice.low)
    choice.check(choice.high)
    step = 1 if choice.whole else 1e-9
    for value in (
        choice.low - step, choice.high + step, math.nan, math.inf, -math.inf, 10**400, "1", None,
    ):  # fmt: skip
        assert refusal(choice, value).startswith(f"{choice.label}: received “")
    if choice.whole:
        assert "expected a whole number" in refusal(choice, choice.low + 0.5)


def test_refusals_say_what_came_and_what_was_expected() -> None:
    assert refusal(Experiment.EPOCHS, -3) == (
        "Epochs: received “-3”, expected a whole number from 1 to 100."
    )
    assert refusal(Experiment.LEARNING_RATE, math.nan) == (
        "Learning rate: received “nan”, expected a number from 0.00001 to 10."
    )
    assert refusal(Experiment.DATASET, "cats") == (
        f"Dataset: received “cats”, expected one of {', '.join(DATASETS)}."
    )
    assert refusal(Experiment.NORMALIZE, "no") == (
        "Normalise: received “no”, expected true or false."
    )
    assert refusal(Experiment.HIDDEN, (512, 0)) == (
        "Hidden layers: received “512-0”, expected 0 for none, or up to 4 whole numbers from 1 to "
        "1024 joined by '-', such as 512-256."
    )


@pytest.mark.parametrize(
    "value", [(0,), (1025,), (1, 1, 1, 1, 1), (1.5,), ("1",), "128", 128, None]
)
def test_hidden_layers_that_are_refused(value: object) -> None:
    assert refusal(Experiment.HIDDEN, value).startswith("Hidden layers: received “")


@pytest.mark.parametrize("value", [[], {}, 3, None])
def test_an_option_that_is_no_text_is_refused(value: object) -> None:
    assert refusal(Experiment.OPTIMIZER, value).startswith("Optimiser: received “")


def test_numpys_numbers_are_numbers() -> None:
    Experiment.EPOCHS.check(np.int64(5))
    Experiment.LEARNING_RATE.check(np.float32(0.5))
    Experiment.HIDDEN.check((np.int64(5),))
    assert "received “" in refusal(Experiment.EPOCHS, np.int64(101))


@given(st.integers(1, 100))
def test_whole_numbers_are_read(value: int) -> None:
    read = Experiment.EPOCHS.parse(str(value))
    assert read == value
    assert isinstance(read, int)


@pytest.mark.parametrize(
    ("text", "value"), [("1", 1.0), ("10.", 10.0), (".5", 0.5), ("1e-05", 1e-5), ("1E0", 1.0)]
)
def test_decimals_are_read(text: str, value: float) -> None:
    assert Experiment.LEARNING_RATE.parse(text) == value


BLANKS = ["", " ", " 5", "5 ", "5\n", "\t5", "5\u00a0"]
FOREIGN = ["٣", "５", "५", "²", "Ⅴ", "五"]
PYTHON = ["1_0", "0x5", "+5", "-0", "5j", "nan", "NaN", "inf", "Infinity", "None", "True", "5e"]


@pytest.mark.parametrize("text", [*BLANKS, *FOREIGN, *PYTHON, "1" * 41, "9" * 4_000, "9" * 10_000])
@pytest.mark.parametrize("choice", [*NUMBERS, Experiment.HIDDEN], ids=key_of)
def test_what_only_looks_like_a_number_is_refused(choice: Number | Hidden, text: str) -> None:
    with pytest.raises(ExperimentError, match=r"received “.{0,41}”, expected"):
        choice.parse(text)


@pytest.mark.parametrize("text", ["5.0", "1e1", "5.5"])
def test_a_whole_number_is_spelt_as_one(text: str) -> None:
    with pytest.raises(ExperimentError, match="expected a whole number"):
        Experiment.EPOCHS.parse(text)


@pytest.mark.parametrize(
    ("text", "units"), [("0", ()), ("1", (1,)), ("512-256", (512, 256)), ("1-2-3-4", (1, 2, 3, 4))]
)
def test_hidden_layers_are_read(text: str, units: tuple[int, ...]) -> None:
    assert Experiment.HIDDEN.parse(text) == units


@pytest.mark.parametrize(
    "text", ["-", "512-", "-512", "512--256", "0-5", "00", "512,256", "1-2-3-4-5", "1e9", "1025"]
)
def test_hidden_layers_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ExperimentError, match="Hidden layers: received"):
        Experiment.HIDDEN.parse(text)


@pytest.mark.parametrize("text", ["True", "1", "0", "yes", "", " true", "FALSE"])
def test_only_true_and_false_are_yes_and_no(text: str) -> None:
    assert Experiment.NORMALIZE.parse("true") is True
    assert Experiment.NORMALIZE.parse("false") is False
    with pytest.raises(ExperimentError, match="expected true or false"):
        Experiment.NORMALIZE.parse(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [(10, "10"), (10.0, "10"), (0.001, "0.001"), (0.00001, "0.00001"), (-0.0, "0"), (0.4, "0.4")],
)
def test_a_number_is_spelt_shortly(value: float, text: str) -> None:
    assert number_text(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_spelt_number_reads_back(value: float) -> None:
    assert float(number_text(value)) == value


@given(st.text(st.characters()))
def test_a_quotation_is_one_short_printable_line(text: str) -> None:
    quoted = quote(text)
    assert quoted[0] == "“"
    assert quoted[-1] == "”"
    assert quoted.isprintable()
    assert len(quoted) == min(len(text), 41) + 2


def test_quotations_by_hand() -> None:
    assert quote("a" * 40) == "“" + "a" * 40 + "”"
    assert quote("a" * 41) == "“" + "a" * 40 + "…”"
    assert quote("a\nb\u202ec\ud800") == "“a�b�c�”"


README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def in_the_readme(choice: AnyChoice) -> str:
    """Return how the README's table begins its row."""
    match choice:
        case Number():
            values = f"{number_text(choice.low)}–{number_text(choice.high)}"
        case Option():
            values = ", ".join(f"`{name}`" for name in choice.options) + " |"
        case Flag():
            values = "`true`, `false` |"
        case _:
            values = "neurons of the hidden layers, such as `512-256`; `0` for none |"
    return f"| `{choice.key}` | {values}"


def test_the_readme_has_a_row_for_each_choice_in_their_order() -> None:
    places = [README.find(in_the_readme(choice)) for choice in CHOICES]
    assert -1 not in places, [
        choice.key for choice, at in zip(CHOICES, places, strict=True) if at < 0
    ]
    assert places == sorted(places)

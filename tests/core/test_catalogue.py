"""Every choice is whole: words, bounds and a default inside them; and every refusal is a sentence."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core import catalogue
from playground.core.catalogue import AnyChoice, Hidden, Number, Option, number_text, quote
from playground.core.errors import ExperimentError
from playground.core.url import PAGE_PARAMETERS

ALL = tuple(catalogue.every_choice())
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


def test_keys_are_the_contract_and_come_once() -> None:
    assert keys(catalogue.CHOICES) == [
        "dataset", "normalize", "hidden", "epochs", "batch", "lr", "optimizer", "stop_metric",
        "stop_value", "activation", "dropout", "l2", "train_size", "seed",
    ]  # fmt: skip
    assert keys(ALL) == [*keys(catalogue.CHOICES), "hidden_layers", "hidden_units"]
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
    assert refusal(catalogue.EPOCHS, -3) == (
        "Epochs: received “-3”, expected a whole number from 1 to 100."
    )
    assert refusal(catalogue.LEARNING_RATE, math.nan) == (
        "Learning rate: received “nan”, expected a number from 0.00001 to 10."
    )
    assert refusal(catalogue.DATASET, "cats") == (
        "Dataset: received “cats”, expected one of fashion, mnist."
    )
    assert refusal(catalogue.NORMALIZE, "no") == (
        "Normalise: received “no”, expected true or false."
    )
    assert refusal(catalogue.HIDDEN, (512, 0)) == (
        "Hidden layers: received “512-0”, expected 0 for none, or up to 4 whole numbers from 1 to "
        "1024 joined by '-', such as 512-256."
    )


@pytest.mark.parametrize(
    "value", [(0,), (1025,), (1, 1, 1, 1, 1), (1.5,), ("1",), "128", 128, None]
)
def test_hidden_layers_that_are_refused(value: object) -> None:
    assert refusal(catalogue.HIDDEN, value).startswith("Hidden layers: received “")


@pytest.mark.parametrize("value", [[], {}, 3, None])
def test_an_option_that_is_no_text_is_refused(value: object) -> None:
    assert refusal(catalogue.OPTIMIZER, value).startswith("Optimiser: received “")


def test_numpys_numbers_are_numbers() -> None:
    catalogue.EPOCHS.check(np.int64(5))
    catalogue.LEARNING_RATE.check(np.float32(0.5))
    catalogue.HIDDEN.check((np.int64(5),))
    assert "received “" in refusal(catalogue.EPOCHS, np.int64(101))


@given(st.integers(1, 100))
def test_whole_numbers_are_read(value: int) -> None:
    read = catalogue.EPOCHS.parse(str(value))
    assert read == value
    assert isinstance(read, int)


@pytest.mark.parametrize(
    ("text", "value"), [("1", 1.0), ("10.", 10.0), (".5", 0.5), ("1e-05", 1e-5), ("1E0", 1.0)]
)
def test_decimals_are_read(text: str, value: float) -> None:
    assert catalogue.LEARNING_RATE.parse(text) == value


BLANKS = ["", " ", " 5", "5 ", "5\n", "\t5", "5\u00a0"]
FOREIGN = ["٣", "５", "५", "²", "Ⅴ", "五"]
PYTHON = ["1_0", "0x5", "+5", "-0", "5j", "nan", "NaN", "inf", "Infinity", "None", "True", "5e"]


@pytest.mark.parametrize("text", [*BLANKS, *FOREIGN, *PYTHON, "1" * 41, "9" * 4_000, "9" * 10_000])
@pytest.mark.parametrize("choice", [*NUMBERS, catalogue.HIDDEN], ids=key_of)
def test_what_only_looks_like_a_number_is_refused(choice: Number | Hidden, text: str) -> None:
    with pytest.raises(ExperimentError, match=r"received “.{0,41}”, expected"):
        choice.parse(text)


@pytest.mark.parametrize("text", ["5.0", "1e1", "5.5"])
def test_a_whole_number_is_spelt_as_one(text: str) -> None:
    with pytest.raises(ExperimentError, match="expected a whole number"):
        catalogue.EPOCHS.parse(text)


@pytest.mark.parametrize(
    ("text", "units"), [("0", ()), ("1", (1,)), ("512-256", (512, 256)), ("1-2-3-4", (1, 2, 3, 4))]
)
def test_hidden_layers_are_read(text: str, units: tuple[int, ...]) -> None:
    assert catalogue.HIDDEN.parse(text) == units


@pytest.mark.parametrize(
    "text", ["-", "512-", "-512", "512--256", "0-5", "00", "512,256", "1-2-3-4-5", "1e9", "1025"]
)
def test_hidden_layers_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ExperimentError, match="Hidden layers: received"):
        catalogue.HIDDEN.parse(text)


@pytest.mark.parametrize("text", ["True", "1", "0", "yes", "", " true", "FALSE"])
def test_only_true_and_false_are_yes_and_no(text: str) -> None:
    assert catalogue.NORMALIZE.parse("true") is True
    assert catalogue.NORMALIZE.parse("false") is False
    with pytest.raises(ExperimentError, match="expected true or false"):
        catalogue.NORMALIZE.parse(text)


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

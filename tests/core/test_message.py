"""A sentence keeps its words apart from its values, wherever it travels."""

from __future__ import annotations

import copy
from collections.abc import MutableMapping
from string import Formatter
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.message import N_, Message, message
from tests.core import travelled

NESTED = message("{label}: at least {low}.", label=message("Epochs, {unit}", unit="each"), low=1)


def test_a_message_shows_its_values_and_those_within() -> None:
    assert str(NESTED) == "Epochs, each: at least 1."


def test_marking_a_text_for_translation_leaves_it_alone() -> None:
    assert N_("Epochs") == "Epochs"


@given(st.text(), st.integers() | st.floats(allow_nan=False) | st.text())
def test_a_value_is_shown_as_it_is_whatever_stands_in_it(first: str, second: float | str) -> None:
    assert str(message("{first}|{second}", first=first, second=second)) == f"{first}|{second}"


def test_equal_messages_are_one_in_a_set() -> None:
    twin = message("{label}: at least {low}.", low=1, label=message("Epochs, {unit}", unit="each"))
    assert {NESTED, twin} == {NESTED}
    assert message("{label}: at least {low}.", label="Epochs, each", low=1) != NESTED


@pytest.mark.parametrize("copied", [travelled(NESTED), copy.deepcopy(NESTED)])
def test_a_message_can_be_translated_after_a_journey(copied: Message) -> None:
    assert copied == NESTED
    assert [name for _, name, _, _ in Formatter().parse(copied.text) if name] == ["label", "low"]
    assert copied.values["label"] == message("Epochs, {unit}", unit="each")


def test_values_cannot_be_changed_from_outside() -> None:
    values: dict[str, str | int | float | Message] = {"low": 1}
    sentence = Message("at least {low}", values)
    values["low"] = 2
    assert str(sentence) == "at least 1"
    with pytest.raises(TypeError, match="does not support item assignment"):
        cast("MutableMapping[str, int]", sentence.values)["low"] = 3

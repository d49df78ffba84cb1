"""What is chosen by words is kept by name."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import playground.ui
from playground.core.choices import Option
from playground.core.experiment import every_choice
from playground.core.languages import LANGUAGES
from playground.core.stop_rule import STOP_METRIC
from playground.ui.choosing import option_words, settle

WORDED = {
    "selectbox",
    "radio",
    "segmented_control",
    "pills",
    "multiselect",
    "menu_button",
    "feedback",
}
"""Streamlit's widgets that send the words they show."""

SEGMENTS = """
import streamlit as st
from playground.core.experiment import Experiment
from playground.ui.choosing import option_words, show_segments

st.text(show_segments("Dataset", option_words(Experiment.DATASET), key="dataset"))
"""

OPTIONS = [choice for choice in every_choice() if isinstance(choice, Option)]


def test_no_other_module_draws_a_widget_that_sends_words() -> None:
    folder = Path(playground.ui.__file__).parent
    found = {
        (path.name, node.attr)
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in WORDED
    }
    assert found == {
        ("choosing.py", "selectbox"),
        ("choosing.py", "radio"),
        ("choosing.py", "segmented_control"),
        ("language_switch.py", "menu_button"),  # a language's own name is the same in all of them
    }


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("val_loss", "val_loss"),
        ("Test loss below", "val_loss"),
        ("测试损失低于", "val_loss"),
        (None, None),
        ("Perte de test", None),
        (3, None),
    ],
)
def test_words_of_any_language_name_the_choice(
    monkeypatch: pytest.MonkeyPatch, sent: object, kept: str | None
) -> None:
    state = {"stop_metric": sent}
    monkeypatch.setattr(st, "session_state", state)
    assert settle("stop_metric", option_words(STOP_METRIC)) == kept
    assert state.get("stop_metric") == kept


def test_of_segments_one_is_always_chosen() -> None:
    app = AppTest.from_string(SEGMENTS)
    app.session_state.dataset = None  # as a browser says that was not told of the choice in time
    app.run()
    assert app.text[0].value == "fashion"


@pytest.mark.parametrize("choice", OPTIONS, ids=[choice.key for choice in OPTIONS])
def test_no_words_mean_two_options(choice: Option) -> None:
    named: dict[str, set[str]] = {}
    for code in LANGUAGES:
        for name, text in option_words(choice)(code).items():
            named.setdefault(text, set()).add(name)
    assert [text for text, names in named.items() if len(names) > 1] == []

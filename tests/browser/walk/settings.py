"""The settings that a page's widgets spell, read from what they show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from playground.core.choices import Flag, Number, Option
from playground.core.experiment import CHOICES, AnyChoice, Experiment
from playground.core.languages import LANGUAGES
from playground.core.layers import Dense
from playground.core.stop_rule import STOP_METRIC, STOP_VALUE, VALIDATION_OPTIONS
from playground.ui.choosing import option_words
from playground.ui.draft import size_key
from tests.browser.walk.page_state import PageState, Value


def shown_settings(state: PageState) -> Experiment:
    """Return the experiment that the widgets spell; one that says nothing yet counts as at first.

    Raises:
        KeyError: a widget is missing.
        ValueError: one shows something that is none of its values.
    """
    values = state.values
    layers = int(_read(Experiment.HIDDEN.layers, values[Experiment.HIDDEN.layers.key]))
    units = (_read(Dense.size, values[size_key(layer)]) for layer in range(layers))
    left_out = {Experiment.HIDDEN.key}
    validates = _read(Experiment.CHOOSE_BY, values[Experiment.CHOOSE_BY.key]) == "validation"
    stop = replace(STOP_METRIC, options=VALIDATION_OPTIONS) if validates else STOP_METRIC
    if _read(stop, values[stop.key]) == stop.default:
        left_out.add(STOP_VALUE.key)
    chosen: dict[str, Any] = {
        choice.key: choice.default
        if choice.key in state.unsaid
        else _read(stop if choice is STOP_METRIC else choice, values[choice.key])
        for choice in CHOICES
        if choice.key not in left_out
    }
    return Experiment.of({**chosen, Experiment.HIDDEN.key: tuple(map(int, units))})


def _read(choice: AnyChoice, shown: Value) -> Any:  # noqa: ANN401 - a choice's value
    match choice:
        case Flag():
            return bool(shown)
        case Number():
            return int(shown) if choice.whole else float(shown)
        case Option() if isinstance(shown, int):
            return list(choice.options)[shown]
        case Option():
            words = option_words(choice)
            names = {text: name for code in LANGUAGES for name, text in words(code).items()}
            if shown not in names:
                raise ValueError(f"{choice.key} shows {shown!r}, one of {list(names)} was expected")
            return names[str(shown)]
        case _:
            raise ValueError(f"no widget shows {choice.key}")

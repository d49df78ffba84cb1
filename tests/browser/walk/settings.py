"""The settings that a page's widgets spell, read from what they show."""

from __future__ import annotations

from typing import Any, Final

from playground.core import catalogue
from playground.core.catalogue import AnyChoice, Flag, Number, Option
from playground.core.experiment import Experiment, StopRule
from playground.ui.draft import FIELD_KEYS, unit_key
from tests.browser.walk.languages import in_english
from tests.browser.walk.page_state import PageState, Value

_CHOICES: Final = {choice.key: choice for choice in catalogue.every_choice()}


def shown_settings(state: PageState) -> Experiment:
    """Return the experiment that the widgets spell; one that says nothing yet counts as at first.

    Raises:
        KeyError: a widget is missing.
        ValueError: one shows something that is none of its values.
    """
    values = state.values
    layers = int(_read(catalogue.HIDDEN_LAYERS, values[catalogue.HIDDEN_LAYERS.key]))
    units = (_read(catalogue.HIDDEN_UNITS, values[unit_key(layer)]) for layer in range(layers))
    metric = _read(catalogue.STOP_METRIC, values[catalogue.STOP_METRIC.key])
    stop = None
    if metric != "none":
        value = _read(catalogue.STOP_VALUE, values[catalogue.STOP_VALUE.key])
        stop = StopRule(metric, value)
    fields: dict[str, Any] = {
        field: _CHOICES[key].default if key in state.unsaid else _read(_CHOICES[key], values[key])
        for field, key in FIELD_KEYS.items()
    }
    return Experiment(**fields, hidden=tuple(map(int, units)), stop=stop)


def _read(choice: AnyChoice, shown: Value) -> Any:  # noqa: ANN401 - a choice's value
    match choice:
        case Flag():
            return bool(shown)
        case Number():
            return int(shown) if choice.whole else float(shown)
        case Option() if isinstance(shown, int):
            return list(choice.options)[shown]
        case Option():
            names = {label: name for name, label in choice.options.items()}
            label = in_english(str(shown))
            if label not in names:
                raise ValueError(f"{choice.key} shows {shown!r}, one of {list(names)} was expected")
            return names[label]
        case _:
            raise ValueError(f"no widget shows {choice.key}")

"""What a visitor can do, as data: drawn at random from what the page offers, and written as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any, Final

from tests.browser.walk.links import draw_link
from tests.browser.walk.page_state import Control, PageState

MOST_TABS: Final = 3
VISITORS: Final = 2
"""How many different people walk: the second one follows the first one's links."""

HURRIED: Final = 0.12
"""How often the next thing is done at once."""

KEYS: Final = "tpsxbnm"
"""The page's shortcuts."""

SLIDER_KEYS: Final = ("ArrowRight", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End")

TEXTS: Final = ("", "-5", "1e3", "3.7", "007")
"""What somebody types into a number's field beside numbers that it takes."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a visitor does.

    Args:
        name: what is done; `Walker` has a method for each.
        parameters: with what, plain data.
        hurried: the next thing is done at once, before the page has answered.
    """

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    hurried: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, what is not set left out."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Action:
        """Return the action that `to_dict` wrote."""
        return cls(**values)

    @property
    def key(self) -> str:
        """The key of the control that is operated; empty if none is."""
        return str(self.parameters.get("key", ""))

    def __str__(self) -> str:
        words = [f"{name}={value!r}" for name, value in self.parameters.items()]
        return " ".join([self.name, *words, *(["and at once:"] if self.hurried else [])])


FAVOURED: Final = {"train": 6, "lang_switch": 4, "commit": 3, "skip": 2, "lesson_train": 2}
"""Controls on which much depends, or behind which much lies, and how often they count."""

RARE: Final = {"help": 0.2}
"""Kinds of controls that there are many of and that do little."""

OPERATES: Final = {
    "button": "press", "help": "press", "link": "press", "expander": "press", "radio": "press", "check": "press",
    "slider": "slide", "number": "type", "text": "type", "select": "choose",
}  # fmt: skip
"""The action for each kind of control."""


def draw_action(random: Random, state: PageState, tabs: int, tab: int) -> Action:
    """Return something that can be done on a page.

    Args:
        random: where chance comes from.
        state: the page.
        tabs: how many tabs are open.
        tab: the one that is looked at.
    """
    names = {
        "control": 60, "shortcut": 8, "paste": 6, "back": 4, "forward": 2, "reload": 3, "wait": 6,
        "open_tab": 3 if tabs < MOST_TABS else 0, "go_to_tab": 6 if tabs > 1 else 0,
        "close_tab": 1 if tabs > 1 else 0, "restart": 0.5,
    }  # fmt: skip
    (name,) = random.choices(list(names), list(names.values()))
    if name == "control":
        hurried = random.random() < HURRIED
        return _operate(random, state, hurried=hurried) if state.controls else Action("wait")
    parameters: dict[str, Any] = {}
    match name:
        case "shortcut":
            parameters = {"key": random.choice(KEYS)}
        case "open_tab":
            parameters = {"visitor": random.randrange(VISITORS), **_here_or(random)}
        case "paste":
            parameters = draw_link(random)
        case "go_to_tab":
            parameters = {"tab": random.choice([it for it in range(tabs) if it != tab])}
        case "restart":
            parameters = {"how": random.choice(["kill", "stop"])}
    return Action(name, parameters, name == "shortcut" and random.random() < HURRIED)


def _here_or(random: Random) -> dict[str, Any]:
    return {} if random.random() < 0.6 else draw_link(random)


def _operate(random: Random, state: PageState, *, hurried: bool) -> Action:
    keys = list(dict.fromkeys((it.kind, it.key) for it in state.controls))
    weights = [FAVOURED.get(key, RARE.get(kind, 1)) for kind, key in keys]
    (chosen,) = random.choices(keys, weights)
    control = random.choice([it for it in state.controls if (it.kind, it.key) == chosen])
    name = OPERATES[control.kind]
    return Action(name, {**_place(control), **_details(random, control)}, hurried)


def _place(control: Control) -> dict[str, Any]:
    return {"kind": control.kind, "key": control.key, "nth": control.nth}


def _details(random: Random, control: Control) -> dict[str, Any]:
    match control.kind:
        case "slider":
            return {"keys": [random.choice(SLIDER_KEYS)] * random.choice([1, 1, 2, 5])}
        case "select":
            return {"option": random.randrange(8)}
        case "number" | "text":
            leave = random.choice(["Enter", "Tab", ""])
            return {"text": _draw_text(random, control), "leave": leave}
        case _:
            return {}


def _draw_text(random: Random, control: Control) -> str:
    try:
        low, high = float(control.low), float(control.high)
    except ValueError:
        return random.choice(TEXTS)
    if random.random() < 0.15:
        return random.choice([*TEXTS, f"{high + 1:.0f}"])
    return f"{random.choice([low, high, random.randint(int(low), int(high))]):.0f}"

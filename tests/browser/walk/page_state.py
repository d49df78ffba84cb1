"""A page as it stands: what can be operated on it, what it shows, what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import ElementHandle, Page

READ: Final = Path(__file__).with_suffix(".js").read_text(encoding="utf-8").partition("\n\n")[2]

Value: TypeAlias = str | int | bool


@dataclass(frozen=True, slots=True)
class Control:
    """Something that a visitor can operate.

    Args:
        kind: "button", "help", "link", "expander", "radio", "check", "slider", "number", "select" or "text".
        key: the Streamlit key of the widget, or of the smallest named box around it, without the run
            that it may end with.
        nth: its number among those of its kind and key, from 0.
        low: for a number, the least that it takes, as the page spells it.
        high: likewise the largest.
    """

    kind: str
    key: str
    nth: int
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageState:
    """What `page_state.js` read.

    Args:
        url: the address.
        entry: its number in the tab's history, from 0.
        activity: what keeps a page from resting: moments (ms) of `NOTE_CHANGES`, Streamlit's states.
        language: of the document, as in "zh-CN".
        controls: what can be operated now.
        values: what each widget shows, by key: of radios the number of the chosen one (-1 for none),
            of switches whether they are on, of all others the text.
        unsaid: the keys of the fields whose text the page was not told: of that with the cursor, maybe,
            and of those in which it is refused.
        expanded: which boxes are open, by key.
        buttons: which buttons there are, by key, and whether they are enabled.
        curves: run, state, points and traces of the live curves, if there are any; the traces are those of
            the runs beside it, too.
        picture: index, guess, shares (0–1) and percents of the picture's bars, if there is one.
        figures: test accuracy, test loss and training time as the page spells them, by key.
        classes: the names at the pictures on top that show what there is to learn.
        differences: the sentence on settings that differ from the run's, if it is there.
        following: whether the page says that the run is somebody else's.
        problems: what the page says of its link, a sentence each.
        kind: the path of the page that is drawn: "", "lessons" or "about"; None for none of them.
        lesson: the title of the lesson that is drawn; None for the list, and on other pages.
        exceptions: what Streamlit itself says of errors.
        words: everything that the page says, once each.
        wider: CSS pixels that the page is wider than its window.
    """

    url: str
    entry: int
    activity: Mapping[str, Any]
    language: str
    controls: tuple[Control, ...]
    values: Mapping[str, Value]
    unsaid: tuple[str, ...]
    expanded: Mapping[str, bool]
    buttons: Mapping[str, bool]
    curves: Mapping[str, Any] | None
    picture: Mapping[str, Any] | None
    figures: Mapping[str, str]
    classes: tuple[str, ...]
    differences: str | None
    following: bool
    problems: tuple[str, ...]
    kind: str | None
    lesson: str | None
    exceptions: tuple[str, ...]
    words: tuple[str, ...]
    wider: int

    @property
    def link(self) -> dict[str, str]:
        """The parameters of the address."""
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @property
    def run(self) -> str:
        """The run that the curves show; empty for the recorded one, and without curves."""
        curves = self.curves
        return "" if curves is None or curves["state"] == "recorded" else str(curves["run"])

    @property
    def beside(self) -> tuple[str, ...]:
        """The runs that are drawn beside it, in their order."""
        if self.curves is None:
            return ()
        runs = [trace["run"] for trace in self.curves["traces"]]
        return tuple(dict.fromkeys(run for run in runs if run != self.curves["run"]))

    @property
    def run_state(self) -> str:
        """The state of that run, as in "running"; empty without curves."""
        return "" if self.curves is None else str(self.curves["state"])


def read_page(page: Page) -> PageState:
    """Return the page as it stands at this moment."""
    read: dict[str, Any] = page.evaluate(READ)
    for name in ("unsaid", "classes", "problems", "exceptions", "words"):
        read[name] = tuple(read[name])
    read["controls"] = tuple(Control(**control) for control in read["controls"])
    return PageState(**read)


def find_control(page: Page, kind: str, key: str, nth: int) -> ElementHandle | None:
    """Return what can be operated by that name now, None if there is nothing."""
    wanted = {"kind": kind, "key": key, "nth": nth}
    return page.evaluate_handle(READ, wanted).as_element()

"""Many architectures one after the other with one worker, then sliders: memory, and the click's price.

A real server with one worker, a real Chromium. Each architecture is set, clicked when the page stands
still, and trained for an epoch of few pictures: once as the app is, where a worker that has grown is
replaced, and once, in turn, with replacing switched off. Then a visitor drags a slider for minutes,
which has networks compiled in advance. Every process's memory is looked at all the while.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import psutil
from playwright.sync_api import Page, sync_playwright

from benchmarks.clicks import click_train, wait_until_still
from benchmarks.progress import Progress
from benchmarks.served import Served, proportional_mb, role, serve_app
from benchmarks.table import Part, Target, cells, format_table, spread
from playground.engine.condition import LIMIT
from tests.browser.visits import Visits, open_browser

LARGEST: Final = Target(
    label="sixty architectures and sliders, the largest process", limit=1250, unit="MB", digits=0
)
PAGE: Final = Target(label="the same, the page's process", limit=300, unit="MB", digits=0)
PRICE: Final = Target(
    label="the same, click to first point by that without replacing", limit=1.25, unit=""
)

NEVER: Final = "1000000"
"""MB at which a worker is replaced: none comes to that."""

WATCH: Final = 1.0
"""Seconds between two looks at the memory of all processes."""

TITLES: Final = {"replaced": "as it is", "kept": "replacing switched off"}


def run(count: int, seconds: float) -> Part:
    """Train so many architectures each way, and drag a slider for so many seconds."""
    progress = Progress("architectures", 2 * count + seconds / 5)
    clicks: dict[str, list[float]] = {}
    most: dict[str, dict[str, float]] = {}
    for name, environment in (("replaced", {}), ("kept", {LIMIT: NEVER})):
        with (
            serve_app(1, environment) as app,
            sync_playwright() as playwright,
            open_browser(playwright) as browser,
            watched(app) as memory,
        ):
            app.wait_until_idle()
            page = Visits(browser, app.url)("/?epochs=1&seed=0&train_size=2000")
            click_train(page)
            clicks[name] = []
            for units in range(count):
                progress.step(TITLES[name])
                page.goto(f"{app.url}/?{settings(units)}")
                wait_until_still(page)
                clicks[name].append(click_train(page)[1])
            if name == "replaced":
                progress.step("a slider is dragged", seconds / 5)
                drag(page, seconds)
            most[name] = dict(memory)
    progress.end()
    return report(clicks, most, seconds)


def settings(number: int) -> str:
    """Return the link's parameters of an architecture that no other number has."""
    return f"epochs=1&train_size=2000&hidden={130 + number}-{64 + number % 7}"


def drag(page: Page, seconds: float) -> None:
    """Press arrow keys on the sliders of units again and again, as one who tries what they do."""
    end = time.monotonic() + seconds
    sliders = page.get_by_role("slider", name=re.compile("Units"))
    keys = ("ArrowRight",) * 9 + ("ArrowLeft",) * 7
    pressed = 0
    while time.monotonic() < end:
        sliders.nth(pressed // 5 % sliders.count()).press(keys[pressed % len(keys)])
        page.wait_for_timeout(300)  # a person's pace
        pressed += 1


@contextmanager
def watched(app: Served) -> Iterator[dict[str, float]]:
    """Yield the most memory, MB (PSS), that one process of each kind has taken so far."""
    most: dict[str, float] = {}
    over = threading.Event()

    def watch() -> None:
        while not over.wait(WATCH):
            for process in app.processes:
                try:
                    taken = proportional_mb(process)
                except psutil.Error:  # it has just gone
                    continue
                name = role(process)
                most[name] = max(most.get(name, 0.0), taken)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()


def report(
    clicks: Mapping[str, Sequence[float]],
    most: Mapping[str, Mapping[str, float]],
    seconds: float,
) -> Part:
    """Return the tables.

    Args:
        clicks: seconds from each click to the first point, with and without replacing.
        most: the most memory of a process of each kind, MB, both ways.
        seconds: for which a slider was dragged.
    """
    measured = {name: spread(list(taken)) for name, taken in clicks.items()}
    names = ("median", "p95", "least", "most")
    rows = [[TITLES[name], *cells(it, *names), f"{it['count']}"] for name, it in measured.items()]
    text = format_table("Click on Train to first point, seconds", (*names, "clicks"), rows)
    roles = [name for name in ("page", "engine", "worker") if name in most["replaced"]]
    rows = [[name, *(f"{most[way].get(name, 0):.0f}" for way in TITLES)] for name in roles]
    text += "\n\n" + format_table("The most memory of one (PSS), MB", list(TITLES.values()), rows)
    price = measured["replaced"]["median"] / measured["kept"]["median"]
    verdicts = (
        LARGEST.check(max(most["replaced"].values())),
        PAGE.check(most["replaced"].get("page")),
        PRICE.check(price),
    )
    text += "".join(f"\n{verdict.sentence}" for verdict in verdicts)
    figures = {
        "seconds": measured,
        "most_mb": {name: dict(taken) for name, taken in most.items()},
        "slider_seconds": seconds,
    }
    return Part(text, figures, verdicts)

"""On paper: white in every theme, whole curves, one part below the other, nothing to press."""

from __future__ import annotations

import itertools
from typing import Final

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.visits import Scheme, Visits, wait_until
from tests.browser.watching import skip_prediction, wait_until_idle

pytestmark = pytest.mark.browser

A4: Final[ViewportSize] = {"width": 703, "height": 1032}
"""A sheet without its margins, CSS pixels."""

PARTS = (".problem", ".st-key-controls", ".arithmetic", ".curves", ".st-key-result", ".picture")

DARK = """() => [...document.querySelectorAll("[data-testid=stApp], [data-testid=stMain], .picture, .curves, pre")]
    .map((node) => getComputedStyle(node).backgroundColor)
    .filter((color) => !["rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"].includes(color))"""

PALE = """() => [...document.querySelectorAll("p, li, label, h1, h2, h3, dd, summary, .picture-name")]
    .filter((node) => node.checkVisibility() && !node.closest(".pixels"))
    .filter((node) => Math.max(...getComputedStyle(node).color.match(/\\d+/g).slice(0, 3)) > 130)
    .map((node) => node.innerText)"""
"""Words that white paper would swallow."""

DRAWN = """() => {
    const chart = document.querySelector(".curves-plot");
    return { width: chart._fullLayout.width, color: chart.data[0].line.color };
}"""


def to_paper(page: Page) -> None:
    """Lay the page out as for a sheet of A4."""
    page.set_viewport_size(A4)
    page.emulate_media(media="print")
    wait_until(page, "document.querySelector('.main-svg').viewBox.baseVal.width === 720")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_sheet_shows_whole_curves_on_white(open_page: Visits, scheme: Scheme) -> None:
    page = open_page("/?stop_metric=loss&hidden=64-32", scheme=scheme)
    to_paper(page)
    boxes = [page.locator(part).bounding_box() for part in PARTS]
    assert None not in boxes
    ends = [(box["y"], box["y"] + box["height"]) for box in boxes if box]
    assert all(after[0] >= before[1] - 1 for before, after in itertools.pairwise(ends))
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= A4["width"] for box in boxes if box)
    for layer in page.locator(".curves .main-svg").all():
        box = layer.bounding_box()
        assert box is not None
        assert 0.9 * A4["width"] < box["width"] <= A4["width"]
    assert page.evaluate(DARK) == []
    assert page.evaluate(PALE) == []
    assert page.locator("button[kind]:visible, a:visible, .modebar:visible").count() == 0


def test_what_the_browser_prints_is_drawn_for_paper_and_the_screen_stays(open_page: Visits) -> None:
    page = open_page("/", scheme="dark")
    before = page.evaluate(DRAWN)
    page.evaluate(f"() => addEventListener('beforeprint', () => (window.printed = ({DRAWN})()))")
    page.pdf(format="A4")
    assert page.evaluate("window.printed") == {"width": 720, "color": "#1460c4"}
    assert page.evaluate(DRAWN) == before
    assert before["color"] != "#1460c4"


def test_a_lesson_fits_the_sheet(open_page: Visits) -> None:
    page = open_page("/lessons?lesson=ten-numbers", scheme="dark")
    skip_prediction(page)
    expect(page.locator(".scores-bar").first).to_be_visible()
    wait_until_idle(page)
    page.set_viewport_size(A4)
    page.emulate_media(media="print")
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    assert page.evaluate(DARK) == []
    assert page.evaluate(PALE) == []

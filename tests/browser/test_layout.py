"""One screen on a projector, one column on a phone, and nothing that scrolls sideways."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.visits import Visits
from tests.browser.watching import button, curves, press_train, wait_until_over

pytestmark = pytest.mark.browser


def place(locator: Locator) -> tuple[float, float, float, float]:
    """Return an element's left, top, right and bottom on the screen."""
    expect(locator).to_be_visible()
    box = locator.bounding_box()
    assert box is not None
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


def expect_one_screen(page: Page, width: int, height: int) -> None:
    """Expect that everything that matters is seen without scrolling."""
    parts = {
        "train": button(page, "train"),
        "curves": page.locator(".curves-stage"),
        "accuracy": page.locator(".st-key-result_test_accuracy"),
        "loss": page.locator(".st-key-result_test_loss"),
        "time": page.locator(".st-key-result_train_time"),
        "sentence": page.locator(".st-key-result_sentence"),
        "picture": page.locator(".picture-canvas"),
        "arithmetic": page.locator(".arithmetic"),
    }
    rows = page.locator(".picture-row")
    expect(rows).to_have_count(10)
    parts |= {f"bar {number}": rows.nth(number) for number in range(10)}
    outside = {}
    for name, part in parts.items():
        left, top, right, bottom = place(part)
        if left < 0 or top < 0 or right > width or bottom > height:
            outside[name] = (left, top, right, bottom)
    assert outside == {}


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_a_projector_shows_everything_at_once(open_page: Visits, locale: str) -> None:
    page = open_page("/?train_size=5000&epochs=2", locale=locale)
    expect_one_screen(page, 1280, 800)
    press_train(page)
    wait_until_over(page)
    expect_one_screen(page, 1280, 800)


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_a_phone_has_one_column_in_the_order_of_thought(open_page: Visits, locale: str) -> None:
    page = open_page("/", locale=locale, width=390, height=844)
    tops = [
        place(part)[1]
        for part in (
            page.locator(".problem"),
            page.locator(".st-key-controls"),
            button(page, "train"),
            curves(page),
            page.locator(".picture-bars"),
        )
    ]
    assert tops == sorted(tops)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("(node) => [node.scrollWidth, node.clientWidth]") == [390, 390]


def test_nothing_is_smaller_than_can_be_read(open_page: Visits) -> None:
    page = open_page("/")
    small = page.evaluate(
        """() => [...document.querySelectorAll(".problem p, .arithmetic li, .picture-name, .picture-percent, "
            + "[data-testid=stWidgetLabel] p, .curves-progress-text, .st-key-result_sentence p")]
            .filter((node) => parseFloat(getComputedStyle(node).fontSize) < 16)
            .map((node) => node.innerText)"""
    )
    assert small == []


def test_nothing_of_streamlits_own_is_left_over(open_page: Visits) -> None:
    page = open_page("/")
    for leftover in ("stAppDeployButton", "stMainMenu", "stSidebar", "stToolbar", "stDecoration"):
        expect(page.locator(f"[data-testid={leftover}]:visible")).to_have_count(0)
    expect(page.get_by_text("Made with")).to_have_count(0)

"""On a phone a finger that moves up or down scrolls the page, whatever it touches on its way."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.visits import Visits, wait_until
from tests.browser.watching import button, curves, link, wait_until_idle

pytestmark = pytest.mark.browser

PLACES = {
    "the chart": ".curves-plot .nsewdrag",
    "the numbers of an axis": ".curves-plot .ydrag, .curves-plot .nsdrag",
    "a slider's rail": ".st-key-epochs [role=group]",
    "a slider's thumb": ".st-key-hidden_units [role=group] div:has(> div > input)",
    "a slider of two": ".st-key-hidden_units_2 [role=group]",
    "a number field": ".st-key-image_index input",
}

SETTINGS = """() => ({
    fields: [...document.querySelectorAll("input")].map((field) => [field.value, field.checked]),
    axes: [...document.querySelectorAll(".js-plotly-plot")].map(
        (chart) => ["xaxis", "yaxis", "yaxis2"].map((axis) => chart._fullLayout[axis]?.range)
    ),
})"""
"""All that a finger could have changed."""

SCROLLED = "() => document.querySelector('[data-testid=stMain]').scrollTop"

POINT = """() => {
    const chart = document.querySelector(".curves-plot");
    const { xaxis, yaxis } = chart._fullLayout;
    const { left, top } = chart.getBoundingClientRect();
    const [, test] = chart.data;
    return [
        left + xaxis._offset + xaxis.l2p(test.x[2]), top + yaxis._offset + yaxis.l2p(test.y[2])
    ];
}"""
"""Where the third point of the test loss is on the screen."""


RESTS = """(node) => {
    node.scrollIntoView({ block: "center" });
    return new Promise((done) => {
        let before = null;
        let still = 0;
        const look = () => {
            const { top } = node.getBoundingClientRect();
            still = top === before ? still + 1 : 0;
            if (still === 10) return done();
            before = top;
            requestAnimationFrame(look);
        };
        look();
    });
}"""
"""Ends when a swipe's own motion has come to rest: ten frames long nothing has moved."""


def open_on_a_phone(open_page: Visits, path: str) -> Page:
    return open_page(path, width=390, height=844, touch=True)


def middle(place: Locator) -> tuple[float, float]:
    """Bring a place to the middle of the screen and return its own middle."""
    place.evaluate(RESTS)
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, x: float, y: float, *, right: float = 0, down: float = 0) -> None:
    """Move a finger from a point, as a screen tells of it."""
    screen = page.context.new_cdp_session(page)

    def tell(kind: str, *points: dict[str, Any]) -> None:
        screen.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    tell("touchStart", {"x": x, "y": y})
    for step in range(1, 11):
        tell("touchMove", {"x": x + right * step / 10, "y": y + down * step / 10})
    tell("touchEnd")
    screen.detach()


def expect_scrolling(page: Page, name: str, place: Locator) -> None:
    """Expect that a swipe over a place scrolls the page and does nothing else."""
    x, y = middle(place)
    before, top = page.evaluate(SETTINGS), page.evaluate(SCROLLED)
    down = 160 if top > 160 else -160  # the end of the page may be near: then up
    drag(page, x, y, right=6, down=down)
    wait_until(
        page,
        f"([top, way]) => way * (top - ({SCROLLED})()) > 80",
        arg=[top, down / 160],
    )
    assert page.evaluate(SETTINGS) == before, name


def test_a_swipe_scrolls_the_page_and_changes_nothing(open_page: Visits) -> None:
    page = open_on_a_phone(open_page, "/?hidden=64-32")
    expect(page.locator(".st-key-hidden_units_2 input")).to_be_attached()
    for name, selector in PLACES.items():
        expect_scrolling(page, name, page.locator(selector).first)
    wait_until_idle(page)
    assert link(page) == {"hidden": "64-32"}


def test_a_finger_still_moves_a_slider(open_page: Visits) -> None:
    page = open_on_a_phone(open_page, "/")
    slider, rail = (page.locator(f".st-key-epochs {part}") for part in ("input", "[role=group]"))
    expect(slider).to_have_value("5")
    x, y = middle(page.locator(".st-key-epochs [role=group] div:has(> div > input)"))
    drag(page, x, y, right=150, down=4)
    expect(page.locator(".st-key-differences")).to_contain_text("Epochs")
    wait_until_idle(page)
    reached = slider.input_value()
    assert int(reached) > 20
    assert link(page) == {"epochs": reached}
    middle(rail)
    rail.tap(position={"x": 20, "y": 20})
    expect(slider).not_to_have_value(reached)
    assert int(slider.input_value()) < int(reached)


def test_a_tap_says_what_a_point_of_the_curves_is(open_page: Visits) -> None:
    page = open_on_a_phone(open_page, "/")
    middle(curves(page))
    told = page.locator(".curves-plot .hoverlayer")
    page.touchscreen.tap(*page.evaluate(POINT))
    expect(told).to_contain_text("Epochs trained: 3")
    page.locator(".st-key-result_test_loss").tap()
    expect(told).to_be_empty()
    page.locator(".modebar-btn").first.tap()
    wait_until(page, "document.querySelector('.curves-plot')._fullLayout.xaxis.range[0] > 0")


def test_the_scores_of_a_lesson_let_the_page_scroll(open_page: Visits) -> None:
    page = open_on_a_phone(open_page, "/lessons?lesson=ten-numbers")
    button(page, "to_prediction").tap()
    button(page, "skip").tap()
    score = page.locator(".scores input").nth(4)
    expect(score).to_be_visible()
    expect_scrolling(page, "a score", score)
    before = score.input_value()
    drag(page, *middle(score), right=120)
    expect(score).not_to_have_value(before)

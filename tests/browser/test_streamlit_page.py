"""What style sheets and scripts know of Streamlit's page is on some page; where it is not, nothing breaks."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from playground.ui.streamlit_private.frontend import styled_elements
from tests.browser.visits import Visits
from tests.browser.watching import button, curves, go_to_step, press_train

pytestmark = pytest.mark.browser

UNMATCHED = """(names) => names.filter(
    (name) => !document.querySelector(`.${name}, [data-testid="${name}"]`)
)"""
"""Returns those of Streamlit's elements, by name, of which the page has none."""

HIDDEN = """() => {
    const set = Element.prototype.setAttribute;
    Element.prototype.setAttribute = function (name, value) {
        if (!/^data-test(id|-.*)$/.test(name)) set.call(this, name, value);
    };
}"""
"""Lets the page have none of the attributes by which Streamlit's elements are told apart."""


def test_every_element_that_a_style_sheet_names_is_on_some_page(open_page: Visits) -> None:
    left = sorted(styled_elements())
    # One with a warning and settings that are not those of the run shown, one with code.
    late = {"/?seed=-1&hidden=8": "stSlider", "/lessons?lesson=walkthrough": "stCode"}
    for path, element in late.items():
        page = open_page(path)
        expect(page.get_by_test_id(element).first).to_be_visible()  # fetched when it is drawn
        page.wait_for_load_state("networkidle")
        left = page.evaluate(UNMATCHED, left)
    page = open_page("/lessons?lesson=more-neurons")  # it asks for a prediction, then it trains
    go_to_step(page, "prediction")
    left = page.evaluate(UNMATCHED, left)
    button(page, "skip").click()
    button(page, "lesson_train").click()
    expect(page.get_by_test_id("stProgress")).to_be_visible()
    left = page.evaluate(UNMATCHED, left)
    button(page, "lesson_stop").click()
    assert left == []


def test_where_streamlits_page_has_other_attributes_the_app_still_works(
    open_page: Visits,
) -> None:
    page = open_page.visitor(locale="zh-CN").new_page()
    page.add_init_script(f"({HIDDEN})()")
    page.goto(f"{open_page.url}/?hidden=8&epochs=2&train_size=1000")
    expect(page.locator(".curves-plot svg").first).to_be_visible()
    expect(page.locator("[data-test-connection-state], [data-testid]")).to_have_count(0)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    press_train(page)
    expect(curves(page, "finished")).to_have_count(1)
    expect(page.locator(".st-key-stop button:visible:enabled")).to_have_count(0)
    assert page.locator("[aria-label='Increment'], [aria-label='Decrement']").count() == 0

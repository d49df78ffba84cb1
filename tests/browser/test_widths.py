"""At every width, on every page, in each language: nothing is cut, nothing scrolls sideways.

As every lesson is passed by, axe looks at it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from playground.lessons import find_lessons
from tests.browser.visits import Visits
from tests.browser.watching import button, grave_findings, wait_until_idle

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 640, 641, 700, 768, 820, 1000, 1024, 1280)

FAULTS = """() => {
    const main = document.querySelector("[data-testid=stMain]");
    const faults = [];
    for (const node of [document.documentElement, main]) {
        if (node.scrollWidth > node.clientWidth) faults.push(`sideways: ${node.scrollWidth}`);
    }
    const isShown = (node) => node.checkVisibility({ visibilityProperty: true })
        && node.getBoundingClientRect().width > 2 && !node.closest("[inert], [role=tooltip], .pixels")
        && !(node.type === "range" && node.closest(".stSlider"));  // the thumb stands for it
    const selector = "label, button, input, a, h1, h2, h3, p, figcaption, summary, li:not(.ribbon-box), "
        + ".stColumn, .stHorizontalBlock, .picture-name, .picture-percent, .main-svg";
    for (const node of [...main.querySelectorAll(selector)].filter(isShown)) {
        const { left, right } = node.getBoundingClientRect();
        const name = `${node.tagName} ${(node.innerText ?? node.value ?? "").slice(0, 40)}`;
        if (left < -1 || right > main.clientWidth + 1) faults.push(`outside: ${name}`);
        const isText = getComputedStyle(node).display !== "inline" && node.clientWidth > 0;
        if (isText && node.scrollWidth > node.clientWidth + 1) faults.push(`cut: ${name}`);
    }
    return faults;
}"""

SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

ALL_STEPS = ".st-key-lesson :has(> [class*='st-key-lesson_step_']) { display: block !important; }"
"""As on paper: what each step of a lesson says is looked at together."""

SMALL_FIELDS = """() => [...document.querySelectorAll("input:not([type=range]), select, textarea")]
    .filter((field) => !["checkbox", "radio"].includes(field.type))
    .map((field) => [field.getAttribute("aria-label"), getComputedStyle(field).fontSize])
    .filter(([, size]) => parseFloat(size) < 16)"""


def faults(page: Page) -> dict[str, list[str]]:
    """Return what is wrong at each width, and fields in which an iPhone would enlarge the page."""
    found: dict[str, list[str]] = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(SETTLED)
        if wrong := page.evaluate(FAULTS):
            found[f"{page.url} at {width}"] = wrong
    if small := page.evaluate(SMALL_FIELDS):
        found[f"{page.url}, fields"] = small
    return found


def in_both_languages(page: Page) -> Iterator[Page]:
    """Yield the page as it is, and in the other language."""
    yield page
    other = button(page, "lang_switch").inner_text()
    button(page, "lang_switch").click()
    expect(button(page, "lang_switch")).not_to_contain_text(other)
    wait_until_idle(page)
    yield page


def test_the_playground_fits(open_page: Visits) -> None:
    page = open_page("/?stop_metric=accuracy&hidden=1024-1024-1024&lr=0.00001&lang=xx")
    page.locator(".st-key-more summary").click()
    expect(page.get_by_label("Seed", exact=True)).to_be_visible()
    found: dict[str, list[str]] = {}
    for shown in in_both_languages(page):
        found |= faults(shown)
    assert found == {}


@pytest.mark.parametrize("path", ["/about", "/lessons"])
def test_the_pages_without_a_figure_fit(open_page: Visits, path: str) -> None:
    page = open_page(path)
    assert [faults(shown) for shown in in_both_languages(page)] == [{}, {}]


def test_every_lesson_fits_and_axe_finds_nothing_grave(open_page: Visits) -> None:
    page = open_page("/lessons?lesson=walkthrough")
    expect(page.locator(".st-key-walkthrough_done")).to_be_visible()
    wait_until_idle(page)
    page.add_style_tag(content=ALL_STEPS)
    found: dict[str, list[str]] = {}
    for shown in in_both_languages(page):
        found |= faults(shown)
        for lesson in find_lessons():
            button(page, "lesson_next").click()
            expect(page.locator(".lesson-title")).to_contain_text(
                re.compile(rf"\b{lesson.number}\b")
            )
            wait_until_idle(page)
            if button(page, "skip").count():
                button(page, "skip").click()
                expect(button(page, "skip")).to_have_count(0)
                wait_until_idle(page)
            found |= faults(page)
            if "lang=" not in page.url and (grave := grave_findings(page)):
                found[f"{page.url}, axe"] = grave
        button(page, "lesson_list_button").click()
        button(page, "open_walkthrough").click()
        expect(page.locator(".st-key-walkthrough_done")).to_be_visible()
        wait_until_idle(page)
    assert found == {}

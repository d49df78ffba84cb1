"""The keys of the buttons work wherever the focus is, but where somebody writes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from playground.core.choices import Flag, Option
from playground.core.experiment import Experiment, every_choice
from tests.browser.app_server import AppServer
from tests.browser.visits import Visits, wait_until
from tests.browser.watching import (
    ENDLESS,
    button,
    curves,
    go_to_step,
    link,
    wait_for_points,
    wait_until_idle,
    wait_until_over,
    wait_until_paused,
)

pytestmark = pytest.mark.browser

FIELDS = ("image_index", "seed")
KEYS = ("t", "p", "s", "x", "b", "n", "m")

SHOWS_160 = """() => document.querySelector(".st-key-hidden_units input[type=range]")
    ?.getAttribute("aria-valuetext")?.includes("160")"""


def picture(page: Page) -> int:
    """Return the number of the picture that is shown."""
    return int(page.locator(".picture").get_attribute("data-index") or 0)


def expect_picture(page: Page, number: int) -> None:
    expect(page.locator(".picture")).to_have_attribute("data-index", str(number))


def test_after_every_control_the_keys_work(open_page: Visits) -> None:
    page = open_page("/?stop_metric=loss&hidden=64-32")
    page.locator(".st-key-more summary").click()
    expect(page.get_by_label("Seed", exact=True)).to_be_visible()
    controls = {choice.key: choice for choice in every_choice()}
    keys = ["hidden_units_2", *(controls.keys() - {"hidden", *FIELDS}), "raw_numbers"]
    for number, key in enumerate(keys, 1):
        control = page.locator(f".st-key-{key}")
        match controls.get(key):
            case Option() if key != Experiment.DATASET.key:
                control.locator("input").click()
                page.keyboard.press("Enter")  # what is chosen is chosen again
                expect(page.get_by_role("listbox")).to_have_count(0)
            case Option():
                control.get_by_role("radio").first.click()
            case Flag() | None if key != "hidden_units_2":
                control.locator("label").first.click()
            case _:
                control.locator("[role=group]").click(position={"x": 60, "y": 20})
        assert page.evaluate("document.activeElement !== document.body"), key
        page.keyboard.press("n")
        expect_picture(page, number)
        wait_until_idle(page)


def test_every_key_works_while_a_slider_has_the_focus(open_page: Visits) -> None:
    page = open_page(ENDLESS)
    slider = page.locator(".st-key-epochs input")
    slider.press("ArrowLeft")
    expect(slider).to_have_value("99")
    for key, number in (("n", 1), ("n", 2), ("b", 1)):
        page.keyboard.press(key)
        expect_picture(page, number)
    page.keyboard.press("m")
    expect(page.locator(".picture")).not_to_have_attribute("data-index", "1")
    page.keyboard.press("t")
    wait_for_points(page, 2)
    wait_until_idle(page)
    page.keyboard.press("p")
    points = wait_until_paused(page)
    page.keyboard.press("s")
    wait_for_points(page, points + 1)
    wait_until_paused(page)
    page.keyboard.press("x")
    wait_until_over(page)
    expect(curves(page, "stopped")).to_have_count(1)
    expect(slider).to_be_focused()
    expect(slider).to_have_value("99")


def test_in_fields_and_with_modifiers_they_never_do(open_page: Visits) -> None:
    page = open_page("/")
    page.locator(".st-key-more summary").click()
    expect(page.get_by_label("Seed", exact=True)).to_be_visible()
    for name in FIELDS:
        field = page.locator(f".st-key-{name} input")
        field.focus()
        for key in KEYS:
            page.keyboard.press(key)
    page.locator("h1").click()  # leaves the field; what that draws anew would close a list
    page.wait_for_timeout(500)  # until it has been told
    wait_until_idle(page)
    page.locator(".st-key-optimizer input").click()
    expect(page.get_by_role("listbox")).to_be_visible(timeout=10_000)
    for key in KEYS:
        page.keyboard.press(key)
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    slider = page.locator(".st-key-epochs input")
    slider.focus()
    expect(slider).to_be_focused()
    for key in KEYS:
        page.keyboard.press(f"Alt+{key}")
    # The server hears of presses in their order: after this one it has heard of all.
    page.keyboard.press("n")
    expect_picture(page, 1)
    wait_until_idle(page)
    assert picture(page) == 1
    expect(curves(page, "recorded")).to_have_count(1)


def test_in_a_lesson_they_work_after_every_control(open_page: Visits) -> None:
    page = open_page("/lessons?lesson=without-flatten")
    go_to_step(page, "prediction")
    page.locator("[data-testid=stRadioOption]").first.click()
    wait_until_idle(page)
    button(page, "commit").click()
    expect(button(page, "commit")).to_have_count(0)
    page.locator(".st-key-builder_controls .stCheckbox label").click()
    expect(page.locator(".ribbon")).not_to_contain_text("Dense(64)")
    page.keyboard.press("t")
    answered = page.locator(".st-key-attempt_answer")
    expect(answered.or_(page.get_by_role("alert")).first).to_be_visible()  # a worker may be busy
    lists = page.locator(".st-key-builder_controls [role=combobox]")
    lists.last.click()
    page.keyboard.press("Enter")
    expect(page.get_by_role("listbox")).to_have_count(0)
    page.keyboard.press("n")
    expect(page.locator(".lesson-title")).to_contain_text("Lesson 4")
    wait_until_idle(page)
    go_to_step(page, "prediction")
    page.locator("[data-testid=stRadioOption]").first.click()
    page.keyboard.press("b")
    expect(page.locator(".lesson-title")).to_contain_text("Lesson 3")


@pytest.mark.parametrize(("key", "state"), [("t", "finished"), ("s", "paused")])
def test_a_key_after_controls_trains_what_they_say_however_late_the_server(
    open_page: Visits, server: AppServer, key: str, state: str
) -> None:
    page = open_page(f"/?epochs=1&train_size=2000&seed={ord(key)}")
    server.process.suspend()
    try:
        page.locator(".st-key-normalize label").first.click()  # drawn while the other two wait
        page.locator(".st-key-hidden_units input[type=range]").press("ArrowRight")
        wait_until(page, SHOWS_160)
        page.keyboard.press(key)
    finally:
        server.process.resume()
    expect(curves(page, state)).to_have_count(1)
    wait_until_idle(page)
    expect(page.locator(".st-key-differences")).to_have_count(0)
    assert link(page)["hidden"] == "160"

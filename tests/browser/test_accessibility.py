"""Everyone can use it: axe finds nothing grave, and every control is reached and moved by keys."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from playground.core.experiment import CHOICES, every_choice
from tests.browser.visits import Visits, wait_until
from tests.browser.watching import (
    button,
    curves,
    grave_findings,
    link,
    press_train,
    wait_for_points,
    wait_until_idle,
    wait_until_over,
)

pytestmark = pytest.mark.browser

FOCUSED = """() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return null;
    const keyed = element.closest("[class*='st-key-']");
    const name = keyed && [...keyed.classList].find((one) => one.startsWith("st-key-"));
    return {
        key: name ? name.slice("st-key-".length) : "",
        role: element.getAttribute("role") ?? element.getAttribute("type") ?? "",
        tag: element.tagName.toLowerCase(),
        label: element.getAttribute("aria-label") ?? element.innerText ?? "",
    };
}"""

CONTROLS = {choice.key for choice in every_choice()} - {"hidden"}
BUTTONS = {"train", "step", "lang_switch", "image_previous", "image_next", "image_random"}
BUTTONS |= {"image_mistake", "image_index", "raw_numbers"}


def tab_through(page: Page) -> list[dict[str, str]]:
    """Press Tab until the page has been gone through; return all that had the focus, in order."""
    page.locator("[data-testid=stSkipToContent]").focus()
    met: list[dict[str, str]] = []
    for _ in range(150):
        focused = page.evaluate(FOCUSED)
        if focused is None:
            return met
        met.append(focused)
        page.keyboard.press("Tab")
    raise AssertionError("Tab never comes to an end")


def test_axe_finds_nothing_grave(open_page: Visits) -> None:
    page = open_page("/?hidden=64-32&stop_metric=loss&train_size=5000&epochs=2")
    page.locator(".st-key-more summary").click()
    expect(page.get_by_label("Seed", exact=True)).to_be_visible()
    page.locator(".st-key-raw_numbers label").click()
    expect(page.locator(".pixels td")).to_have_count(784)
    assert grave_findings(page) == []
    press_train(page)
    wait_until_over(page)
    assert grave_findings(page) == []


def test_axe_finds_nothing_grave_while_a_run_goes_on(open_page: Visits) -> None:
    page = open_page("/?hidden=512&epochs=100")
    press_train(page)
    wait_for_points(page, 2)
    wait_until_idle(page)
    assert grave_findings(page) == []
    expect(curves(page, "running")).to_have_count(1)
    button(page, "stop").click()
    wait_until_over(page)


@pytest.mark.parametrize(
    "path", ["/about", "/lessons", "/lessons?lesson=walkthrough", "/?epochs=-3&lang=xx"]
)
def test_axe_finds_nothing_grave_elsewhere(open_page: Visits, path: str) -> None:
    assert grave_findings(open_page(path)) == []


def test_axe_finds_nothing_grave_on_a_phone(open_page: Visits) -> None:
    assert grave_findings(open_page("/", width=390, height=844)) == []


def test_tab_reaches_every_control(open_page: Visits) -> None:
    page = open_page("/?stop_metric=loss&hidden=64-32")
    page.locator(".st-key-more summary").press("Enter")
    expect(page.get_by_label("Seed", exact=True)).to_be_visible()
    met = tab_through(page)
    keys = {focused["key"] for focused in met}
    assert CONTROLS - keys == set()
    assert BUTTONS - keys == set()
    assert {"hidden_units_2", "more"} <= keys
    assert any(focused["tag"] == "a" and "About" in focused["label"] for focused in met)
    assert [
        focused for focused in met if focused["tag"] in ("input", "button") and not focused["label"]
    ] == []


def test_tab_reaches_the_buttons_of_a_run(open_page: Visits) -> None:
    page = open_page("/?hidden=512&epochs=100")
    button(page, "train").press("Enter")
    wait_for_points(page, 2)
    expect(button(page, "stop")).to_be_enabled()
    wait_until_idle(page)
    assert {"pause", "stop"} <= {focused["key"] for focused in tab_through(page)}
    button(page, "stop").press("Enter")
    wait_until_over(page)


def test_keys_alone_set_everything(open_page: Visits) -> None:
    page = open_page("/?stop_metric=loss")
    page.locator(".st-key-more summary").press("Enter")
    expect(page.get_by_label("Seed", exact=True)).to_be_visible()
    ways = {
        "dataset": ("[role=radio][aria-checked=true]", ["ArrowRight", "Space"]),
        "normalize": ("input", ["Space"]),
        "hidden_layers": ("input", ["ArrowRight"]),
        "hidden_units": ("input", ["ArrowRight"]),
        "epochs": ("input", ["ArrowRight"]),
        "stop_metric": ("input", ["ArrowDown", "ArrowDown", "Enter"]),
        "stop_value": ("input", ["ArrowLeft"]),
        "choose_by": ("input", ["ArrowDown", "ArrowDown", "Enter"]),
        "optimizer": ("input", ["ArrowDown", "ArrowDown", "Enter"]),
        "lr": ("input", ["ArrowRight"]),
        "batch": ("input", ["ArrowRight"]),
        "activation": ("input", ["ArrowDown", "ArrowDown", "Enter"]),
        "dropout": ("input", ["ArrowRight"]),
        "l2": ("input", ["ArrowRight"]),
        "train_size": ("input", ["ArrowLeft"]),
        "init": ("input", ["ArrowDown", "ArrowDown", "Enter"]),
        "seed": ("input", ["ArrowUp", "Enter"]),
    }
    assert set(ways) == CONTROLS
    for key, (element, presses) in ways.items():
        before = page.url
        page.locator(f".st-key-{key} {element}").first.focus()
        for press in presses:
            page.keyboard.press(press)
        wait_until(page, "(before) => location.href !== before", arg=before)
        wait_until_idle(page)
        assert page.evaluate(FOCUSED)["key"] == key, "the control lost the focus"
    set_ones = {choice.key for choice in CHOICES}
    assert set_ones - link(page).keys() == set()


def test_a_reader_that_does_not_see_is_told_how_epochs_end(open_page: Visits) -> None:
    page = open_page("/?train_size=5000&epochs=2&seed=71")  # no other test has trained it
    press_train(page)
    wait_until_over(page)
    said = page.locator(".curves-said[aria-live=polite]")
    expect(said).to_contain_text("Epoch 2 of 2: training loss 0.")
    track = page.locator(".curves-track[role=progressbar]")
    expect(track).to_have_attribute("aria-valuenow", "100")
    expect(page.locator(".curves-plot .main-svg[role=img]")).to_have_attribute(
        "aria-label", "Loss and accuracy against epochs, for training and test pictures"
    )

"""Who has chosen colours of their own sees every control and every bar: none is a mere background."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visits import Visits
from tests.browser.watching import button, go_to_step, skip_prediction

pytestmark = pytest.mark.browser

LOOK = """(node) => {
    const { backgroundColor, borderTopWidth, borderTopStyle, outlineWidth, outlineStyle } =
        getComputedStyle(node);
    const drawn = (width, style) => style !== "none" && parseFloat(width) > 0;
    return {
        background: backgroundColor,
        framed: drawn(borderTopWidth, borderTopStyle) || drawn(outlineWidth, outlineStyle),
    };
}"""

PROBE = """() => {
    const probe = document.createElement("div");
    probe.style.cssText = "background: Canvas; forced-color-adjust: none";
    document.body.append(probe);
    const canvas = getComputedStyle(probe).backgroundColor;
    probe.remove();
    return [canvas, "rgba(0, 0, 0, 0)"];
}"""
"""What cannot be told from the page: its own colour, and none."""

RAIL = "[role=group] > div > div:first-child"
THUMB = "[role=group] div:has(> div > input)"
SWITCH = "label > span:has(input) + div"

SWITCHES = ("normalize", "raw_numbers")
"""One that is on and one that is off."""


def unseen(page: Page, parts: list[str]) -> list[str]:
    """Return those of the selectors whose first element shows neither a colour nor a frame."""
    page.emulate_media(forced_colors="active")
    nothing = page.evaluate(PROBE)
    found = []
    for selector in parts:
        look = page.locator(selector).first.evaluate(LOOK)
        if look["background"] in nothing and not look["framed"]:
            found.append(selector)
    return found


def test_every_control_and_bar_of_the_playground_is_seen(open_page: Visits) -> None:
    page = open_page("/?stop_metric=loss")
    page.locator(".st-key-more summary").click()
    expect(page.get_by_label("Seed", exact=True)).to_be_visible()
    sliders = ["hidden_layers", "hidden_units", "epochs", "stop_value", "lr", "batch", "dropout"]
    parts = [f".st-key-{key} {part}" for key in sliders for part in (RAIL, THUMB)]
    parts += [f".st-key-{key} {SWITCH}" for key in SWITCHES]
    parts += [".curves-track", ".curves-bar", ".picture-track"]
    parts += [".picture-row[data-truth=true] .picture-bar"]
    parts += [
        ".st-key-train button",
        ".st-key-optimizer [role=group]",
        ".st-key-seed div:has(> input)",
    ]
    assert unseen(page, parts) == []
    differ = [(f".st-key-dataset [aria-checked={is_on}]" for is_on in ("true", "false"))]
    differ += [(f".st-key-{key} {SWITCH}" for key in SWITCHES)]
    differ += [(f".st-key-{key} {SWITCH}{part}" for part in ("", " > div")) for key in SWITCHES]
    for two in differ:
        first, second = (page.locator(selector).evaluate(LOOK) for selector in two)
        assert first["background"] != second["background"], two


def test_what_the_keys_act_on_is_seen(open_page: Visits) -> None:
    page = open_page("/")
    page.emulate_media(forced_colors="active")
    page.keyboard.press("Tab")  # from now on the focus is that of a keyboard
    for key, focused, part in (
        ("epochs", "input", THUMB),
        ("normalize", "input", SWITCH),
        ("train", "button:visible", "button:visible"),
    ):
        control = page.locator(f".st-key-{key}")
        control.locator(focused).focus()
        outline = control.locator(part).evaluate("(node) => getComputedStyle(node).outlineStyle")
        assert outline == "solid", key


def test_every_control_of_a_lesson_is_seen(open_page: Visits) -> None:
    page = open_page("/lessons?lesson=without-flatten")
    go_to_step(page, "prediction")
    option = page.locator("[data-testid=stRadioOption]")
    option.first.locator("p").click()
    expect(button(page, "commit")).to_be_enabled()
    ring = "[data-testid=stRadioOption] > span + div > div:first-child"
    chosen = "[data-testid=stRadioOption][data-selected] > span + div > div:first-child > div"
    assert unseen(page, [ring, chosen, f".st-key-builder_controls {SWITCH}"]) == []
    page = open_page("/lessons?lesson=ten-numbers")
    skip_prediction(page)
    bars = [".scores-track", ".scores-rows li[data-kind=guess] .scores-bar", ".scores-reset"]
    expect(page.locator(bars[0]).first).to_be_visible()
    assert unseen(page, bars) == []

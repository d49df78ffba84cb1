"""One picture at a time: the ways to another, its pixels, its numbers, and what is thought of it."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, Route, expect

from playground.core.recording import FOLDER, load_recording
from playground.data import load_split
from tests.browser.app_server import AppServer
from tests.browser.visits import Visits, wait_until, wait_until_drawn
from tests.browser.watching import (
    button,
    curves,
    link,
    press_train,
    wait_until_idle,
    wait_until_over,
)

pytestmark = pytest.mark.browser

CANVAS = """() => {
    const canvas = document.querySelector(".picture-canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const grey = [];
    for (let at = 0; at < data.length; at += 4) {
        if (data[at] !== data[at + 1] || data[at] !== data[at + 2] || data[at + 3] !== 255) return [];
        grey.push(data[at]);
    }
    return grey;
}"""


class Fashion:
    """The test pictures, and what the recorded network thinks of them."""

    def __init__(self) -> None:
        split = load_split("fashion", "test")
        self.images: NDArray[np.uint8] = split.images  # (10000, 28, 28)
        self.labels: NDArray[Any] = split.labels  # (10000,)
        self.probabilities = load_recording(FOLDER / "fashion.npz").probabilities  # (10000, 10)

    def next_mistake(self, after: int) -> int:
        """Return the number of the next picture that the recorded network gets wrong."""
        wrong = np.flatnonzero(self.probabilities.argmax(axis=1) != self.labels)
        return int(wrong[wrong > after][0])


@pytest.fixture(scope="module")
def fashion() -> Fashion:
    return Fashion()


def spelt(share: float) -> str:
    """Return a probability as the page has to spell it."""
    if share < 0.001:
        return "<0.1%"
    text = f"{100 * share:.1f}"
    return ">99.9%" if text == "100.0" and share < 1 else f"{text}%"


def expect_picture(page: Page, fashion: Fashion, index: int) -> None:
    """Expect that picture `index` is shown with what is known of it."""
    shares = fashion.probabilities[index]
    label, guess = int(fashion.labels[index]), int(shares.argmax())
    expect(page.locator(f'.picture[data-index="{index}"]')).to_have_count(1)
    expect(page.locator(".st-key-image_index input")).to_have_value(str(index))
    picture = page.locator(".picture")
    expect(picture).to_have_attribute("data-label", str(label))
    expect(picture).to_have_attribute("data-guess", str(guess))
    shown = page.locator(".picture-percent").all_inner_texts()
    for text, share in zip(shown, shares.tolist(), strict=True):
        # The browser rounds the same float32 as Python does, but for the last digit's half.
        close = {spelt(share), spelt(share + 1e-7), spelt(share - 1e-7)}
        assert text in close
    assert page.evaluate(CANVAS) == fashion.images[index].ravel().tolist()
    for kind, row in (("truth", label), ("guess", guess)):
        marked = page.locator(f'.picture-row[data-{kind}="true"]')
        expect(marked).to_have_count(1)
        assert page.locator(".picture-row").nth(row).get_attribute(f"data-{kind}") == "true"


def test_every_way_leads_to_the_right_picture(open_page: Visits, fashion: Fashion) -> None:
    page = open_page("/")
    expect_picture(page, fashion, 0)
    button(page, "image_next").click()
    expect_picture(page, fashion, 1)
    button(page, "image_previous").click()
    expect_picture(page, fashion, 0)
    button(page, "image_previous").click()
    expect_picture(page, fashion, 9_999)
    field = page.locator(".st-key-image_index input")
    field.fill("4242")
    field.press("Enter")
    expect_picture(page, fashion, 4242)
    button(page, "image_mistake").click()
    mistake = fashion.next_mistake(4242)
    expect_picture(page, fashion, mistake)
    button(page, "image_random").click()
    expect(page.locator(f'.picture[data-index="{mistake}"]')).to_have_count(0)
    expect_picture(page, fashion, int(page.locator(".picture").get_attribute("data-index") or -1))


def test_every_way_has_its_key(open_page: Visits, fashion: Fashion) -> None:
    page = open_page("/")
    page.keyboard.press("n")
    expect_picture(page, fashion, 1)
    page.keyboard.press("b")
    expect_picture(page, fashion, 0)
    page.keyboard.press("m")
    expect_picture(page, fashion, fashion.next_mistake(0))


def test_however_fast_they_come_every_press_counts(open_page: Visits, fashion: Fashion) -> None:
    page = open_page.visitor().new_page()
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))  # noqa: PLW0108 - wants a function
    page.goto(open_page.url)
    expect_picture(page, fashion, 0)

    def press(*keys: str) -> None:
        for key in keys:
            before = len(sent)
            button(page, key).dispatch_event("click")
            while len(sent) == before:  # a browser makes one request of two presses in one moment
                page.wait_for_timeout(1)

    press(*["image_next"] * 20)
    expect_picture(page, fashion, 20)
    press(*["lang_switch", "image_previous"] * 11)
    expect(page.locator('.picture[data-index="9"]')).to_have_count(1)
    # Which language it is depends on what the button said when it was pressed.
    wait_until(
        page,
        """() => {
            const chinese = document.querySelector(".st-key-train").innerText.includes("训练");
            return location.search.includes(chinese ? "lang=zh" : "lang=en");
        }""",
    )


def test_a_picture_asks_no_process_that_trains(
    open_page: Visits, server: AppServer, fashion: Fashion
) -> None:
    page = open_page("/")
    with server.engine_held():
        button(page, "image_next").click()
        expect_picture(page, fashion, 1)
        button(page, "image_mistake").click()
        expect_picture(page, fashion, fashion.next_mistake(1))
    assert "run" not in link(page)
    expect(curves(page, "recorded")).to_have_count(1)


FOLLOW = """() => new Promise((resolve) => {
    const app = document.querySelector("[data-testid=stApp]");
    const when = document.querySelector(".picture-when");
    const all = (name, read) => [...document.querySelectorAll(name)].map(read);
    const width = (node) => node.getBoundingClientRect().width;
    const followed = [];
    let scripts = 0;
    let answer = null;
    const { fetch } = window;
    window.fetch = async (...asked) => {
        const response = await fetch(...asked);
        if (String(asked[0]).includes("/answers/")) answer = await response.clone().json();
        return response;
    };
    new MutationObserver(() => {
        scripts += app.dataset.testScriptState === "running";
    }).observe(app, { attributes: true, attributeFilter: ["data-test-script-state"] });
    new MutationObserver(() => {
        if (answer === null) return; // it was asked for before
        const wholes = all(".picture-track", width);
        followed.push({
            answer,
            when: when.textContent,
            percents: all(".picture-percent", (node) => node.textContent),
            bars: all(".picture-bar", width).map((bar, row) => bar / wholes[row]),
        });
        if (followed.length === 4) resolve({ scripts, followed });
    }).observe(when, { characterData: true, childList: true, subtree: true });
})"""


def test_the_bars_follow_a_network_that_learns_and_nothing_is_drawn_anew(
    open_page: Visits,
) -> None:
    page = open_page("/?hidden=64&epochs=100&seed=11")
    press_train(page)
    expect(page.locator(".picture-when")).to_be_visible()
    wait_until_idle(page)
    page.emulate_media(reduced_motion="reduce")  # bars are at once as long as they will be
    seen = page.evaluate(FOLLOW)
    assert seen["scripts"] == 0
    for shown in seen["followed"]:
        shares = shown["answer"]["probabilities"]
        assert shown["when"] == f"After {shown['answer']['epochs']:.1f} epochs of training"
        assert shown["percents"] == [spelt(share) for share in shares]
        assert shown["bars"] == pytest.approx(shares, abs=0.01)
    assert len({tuple(shown["percents"]) for shown in seen["followed"]}) > 1
    verdict = page.locator(".picture-verdict")
    expect(verdict).to_have_attribute("aria-live", "off")  # it would be read out twice a second
    button(page, "image_mistake").click()  # of the network as it is now
    expect(page.locator('.picture[data-index="0"]')).to_have_count(0)
    label, guess = (
        page.locator(".picture").get_attribute(f"data-{it}") for it in ("label", "guess")
    )
    assert label != guess
    button(page, "stop").click()
    wait_until_over(page)
    expect(page.locator(".picture-when")).to_be_hidden()
    expect(verdict).to_have_attribute("aria-live", "polite")
    expect(page.locator(".picture-row")).to_have_count(10)


HEAR_SO_MANY_LOOKS = """() => {
    window.looksToHear = Infinity;
    const { WebSocket } = window;
    window.WebSocket = class extends WebSocket {
        set onmessage(hear) {
            if (!this.url.endsWith("/live")) {
                super.onmessage = hear;
                return;
            }
            super.onmessage = ({ data }) => {
                const isHeard = ([, { kind }]) => kind !== "snapshot" || window.looksToHear-- > 0;
                hear({ data: JSON.stringify(JSON.parse(data).filter(isHeard)) });
            };
        }
    };
}"""
"""Lets a page hear of as many looks as `looksToHear` says; the rest gets lost on the way."""


def test_an_answer_that_was_lost_is_asked_for_again(open_page: Visits) -> None:
    context = open_page.visitor()
    context.add_init_script(f"({HEAR_SO_MANY_LOOKS})()")
    page = context.new_page()
    page.goto(f"{open_page.url}/?hidden=96&epochs=100&seed=12")
    wait_until_drawn(page)
    when = page.locator(".picture-when")
    press_train(page)
    expect(when).to_be_visible()
    expect(curves(page, "running")).to_have_count(1)
    wait_until_idle(page)
    page.evaluate("window.looksToHear = 0")
    answer = {"guess": 3, "probabilities": [0.1] * 10, "undefined": False, "epochs": 77.7}
    asked: list[str] = []

    def lose_the_first(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=503) if len(asked) == 1 else route.fulfill(json=answer)

    # From here on one look is heard of, and what it saw does not get through.
    page.route("**/answers/*", lose_the_first)
    page.evaluate("window.looksToHear = 1")
    expect(when).to_have_text("After 77.7 epochs of training")
    button(page, "stop").click()
    wait_until_over(page)
    assert [error for error in open_page.errors if "503" not in error] == []
    open_page.errors.clear()


def test_an_answer_that_comes_after_the_page_was_left_breaks_nothing(open_page: Visits) -> None:
    page = open_page("/?hidden=96&epochs=100&seed=13")
    press_train(page)
    expect(page.locator(".picture-when")).to_be_visible()
    held: list[Route] = []
    page.route("**/answers/*", lambda route: held.append(route))  # noqa: PLW0108 - wants a function
    with page.expect_request("**/answers/*"):
        pass
    page.locator(".st-key-header a[href*=about]").click()
    expect(page).to_have_url(re.compile("/about"))  # going back before would lead to before the run
    expect(page.locator(".picture")).to_have_count(0)
    for route in held:
        route.continue_()
    page.unroute_all(behavior="wait")
    page.go_back()
    button(page, "stop").click()
    wait_until_over(page)


def test_leaving_the_number_by_pressing_a_button_does_both(open_page: Visits) -> None:
    page = open_page("/?hidden=64&epochs=1&train_size=1024&batch=1")
    field = page.locator(".st-key-image_index input")
    field.fill("16")
    button(page, "dismiss_problems").click()
    expect(page.locator(".st-key-link_problems")).to_have_count(0)
    field.fill("17")
    press_train(page)
    expect(page.locator('.picture[data-index="17"]')).to_have_count(1)
    wait_until_over(page)
    field.fill("18")
    button(page, "lang_switch").click()
    expect(button(page, "train")).to_contain_text("训练")
    expect(page.locator('.picture[data-index="18"]')).to_have_count(1)


def test_a_number_that_was_refused_gives_way_to_that_of_the_next_picture(open_page: Visits) -> None:
    page = open_page("/")
    field = page.locator(".st-key-image_index input")
    field.fill("20000")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    button(page, "image_next").click()
    expect(page.locator(".picture")).to_have_attribute("data-index", "1")
    expect(field).to_have_value("1")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    button(page, "image_next").click()
    expect(field).to_have_value("2")


def test_the_pixels_are_crisp(open_page: Visits) -> None:
    page = open_page("/")
    canvas = page.locator(".picture-canvas")
    assert canvas.evaluate("(node) => getComputedStyle(node).imageRendering") == "pixelated"
    box = canvas.bounding_box()
    assert box is not None
    assert box["width"] == box["height"]
    assert box["width"] % 28 == 0, "every pixel is as large as every other"


def test_the_sign_and_the_word_tell_what_the_colour_tells(
    open_page: Visits, fashion: Fashion
) -> None:
    page = open_page("/")
    button(page, "image_mistake").click()
    expect_picture(page, fashion, fashion.next_mistake(0))
    for kind, sign in (("truth", "✓"), ("guess", "▶")):
        row = page.locator(f'.picture-row[data-{kind}="true"]')
        expect(row.locator(f".picture-mark-{kind}")).to_be_visible()
        word = "label" if kind == "truth" else "guess"
        expect(row.locator(f".picture-mark-{kind}")).to_contain_text(sign)
        expect(row.locator(f".picture-mark-{kind}")).to_contain_text(word)
        expect(page.locator(f".picture-{kind} dt")).to_contain_text(word)


def test_the_numbers_come_on_demand(open_page: Visits, fashion: Fashion) -> None:
    page = open_page("/")
    expect(page.locator(".pixels")).to_have_count(0)
    page.locator(".st-key-raw_numbers label").click()
    expect(page.locator(".pixels td")).to_have_count(784)
    rows: list[list[str]] = page.evaluate(
        """() => [...document.querySelectorAll(".pixels tr")].map(
            (row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent)
        )"""
    )
    assert [[int(cell) for cell in row] for row in rows] == fashion.images[0].tolist()
    button(page, "image_next").click()
    expect_picture(page, fashion, 1)
    first_inked = int(np.flatnonzero(fashion.images[1])[0])
    ink = str(fashion.images[1].ravel()[first_inked])
    expect(page.locator(".pixels td").nth(first_inked)).to_have_text(ink)
    page.locator(".st-key-raw_numbers label").click()
    expect(page.locator(".pixels")).to_have_count(0)

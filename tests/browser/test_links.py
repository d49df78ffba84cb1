"""Links and settings: what is bad in a link is said, what is changed is in the link and in words."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.answers import Answers
from tests.browser.visits import Visits, wait_until
from tests.browser.watching import (
    button,
    curves,
    go_to_step,
    link,
    press_train,
    sentence,
    skip_prediction,
    wait_until_idle,
    wait_until_over,
)

pytestmark = pytest.mark.browser

BAD = {
    "hidden": "1e9",
    "epochs": "-3",
    "dataset": "<script>alert(1)</script>",
    "lr": "nan",
    "batch": "9" * 10_000,
    "frobnicate": "1",
    "lang": "xx",
}
HIDDEN_EXPECTED = (
    "0 for none, or up to 4 whole numbers from 1 to 1024 joined by '-', such as 512-256"
)


def problems(page: Page) -> list[str]:
    """Return what the page says of its link, a sentence each."""
    box = page.locator(".st-key-link_problems")
    expect(box).to_have_count(1)
    return box.locator("li").all_inner_texts()


def test_what_is_bad_in_a_link_is_said_and_never_obeyed(open_page: Visits) -> None:
    page = open_page(f"/?{urlencode(BAD)}")
    said = problems(page)
    assert (
        f"hidden in the link: received “1e9”, expected {HIDDEN_EXPECTED}. Used instead: 128."
        in said
    )
    assert (
        "epochs in the link: received “-3”, expected a whole number from 1 to 100. Used instead: 5."
        in said
    )
    assert (
        "dataset in the link: received “<script>alert(1)</script>”, expected one of fashion, mnist. "
        "Used instead: fashion." in said
    )
    assert (
        "lr in the link: received “nan”, expected a number from 0.00001 to 10. Used instead: 0.001."
        in said
    )
    assert (
        f"batch in the link: received “{'9' * 40}…”, expected a whole number from 16 to 1024. "
        "Used instead: 32." in said
    )
    assert any(line.startswith("The link has an unknown parameter “frobnicate”;") for line in said)
    assert "lang in the link: received “xx”, expected one of en, zh. Used instead: en." in said
    assert len(said) == len(BAD)
    assert (
        page.evaluate("[...document.scripts].filter((s) => s.text.includes('alert(1)')).length")
        == 0
    )
    assert link(page) == {}
    expect(page.get_by_role("slider", name="Epochs")).to_have_attribute("aria-valuetext", "5")

    button(page, "dismiss_problems").click()
    expect(page.locator(".st-key-link_problems")).to_have_count(0)
    expect(curves(page, "recorded")).to_have_count(1)


def test_what_is_good_in_a_bad_link_is_used(open_page: Visits) -> None:
    page = open_page("/?hidden=64-32&epochs=0&dataset=mnist")
    assert len(problems(page)) == 1
    assert link(page) == {"hidden": "64-32", "dataset": "mnist"}
    expect(page.locator(".picture-row").first).to_contain_text("0")


def test_a_flood_of_names_does_not_fill_the_page(open_page: Visits) -> None:
    page = open_page("/?" + "&".join(f"x{number}={number}" for number in range(900)))
    said = problems(page)
    assert 1 < len(said) < 20
    assert "more parameters of the link could not be used" in said[-1]
    page_with_long_name = open_page("/?" + "n" * 10_000 + "=1")
    (line,) = problems(page_with_long_name)
    assert line.startswith(f"The link has an unknown parameter “{'n' * 40}…”;")


def test_a_link_to_a_run_that_is_not_here_says_so(open_page: Visits) -> None:
    page = open_page("/?run=nonsense&hidden=256")
    (said,) = problems(page)
    assert said == (
        "The link names the run “nonsense”, which this server does not have (it keeps the "
        "latest ones). The settings in the link still hold: press Train."
    )
    assert link(page) == {"hidden": "256"}
    expect(curves(page, "recorded")).to_have_count(1)


def test_settings_that_differ_from_the_run_are_named(open_page: Visits) -> None:
    page = open_page("/")
    difference = page.locator(".st-key-differences")
    expect(difference).to_have_count(0)
    page.get_by_role("slider", name="Epochs").press("ArrowRight")
    expect(difference).to_have_text("These settings differ from the run shown: Epochs.")
    page.get_by_role("switch", name="Normalise").press("Space")
    expect(difference).to_have_text("These settings differ from the run shown: Normalise, Epochs.")
    wait_until(page, "location.search === '?normalize=false&epochs=6'")
    page.get_by_role("switch", name="Normalise").press("Space")
    page.get_by_role("slider", name="Epochs").press("ArrowLeft")
    expect(difference).to_have_count(0)
    assert link(page) == {}


def test_settings_changed_in_a_hurry_all_count(open_page: Visits) -> None:
    page = open_page("/")
    epochs = page.get_by_role("slider", name="Epochs")
    normalise = page.get_by_role("switch", name="Normalise")
    for _ in range(4):  # faster than the page can answer
        epochs.press("ArrowRight")
        normalise.press("Space")
        epochs.press("ArrowRight")
        normalise.press("Space")
    wait_until(page, "location.search === '?epochs=13'")
    wait_until_idle(page)
    expect(epochs).to_have_attribute("aria-valuetext", "13")
    expect(normalise).to_be_checked()
    assert link(page) == {"epochs": "13"}


def test_the_arithmetic_follows_the_settings(open_page: Visits) -> None:
    page = open_page("/")
    lines = page.locator(".arithmetic li")
    expect(lines).to_have_text(
        [
            "28 × 28 = 784 inputs",
            "hidden 1: 784 × 128 + 128 = 100,480 parameters",
            "output: 128 × 10 + 10 = 1,290 parameters",
            "together 101,770 parameters",
        ]
    )
    page.get_by_role("slider", name="Neurons").press("End")
    expect(lines.nth(1)).to_have_text("hidden 1: 784 × 1024 + 1024 = 803,840 parameters")
    page.get_by_role("slider", name="Hidden layers").press("ArrowRight")
    expect(lines.nth(2)).to_have_text("hidden 2: 1024 × 128 + 128 = 131,200 parameters")
    page.get_by_role("slider", name="Hidden layers").press("Home")
    expect(lines).to_have_text(["28 × 28 = 784 inputs", "output: 784 × 10 + 10 = 7,850 parameters"])
    wait_until(page, "location.search === '?hidden=0'")


def test_what_there_is_to_learn_is_that_of_the_dataset_just_chosen(open_page: Visits) -> None:
    page = open_page("/")
    first_class = page.locator(".problem figcaption").first
    for dataset, name in (("MNIST", "0"), ("Fashion-MNIST", "T-shirt/top"), ("MNIST", "0")):
        page.get_by_role("radio", name=dataset, exact=True).click()
        expect(first_class).to_have_text(name)
    wait_until(page, "location.search === '?dataset=mnist'")  # else Back is one step too many
    page.go_back()
    expect(first_class).to_have_text("T-shirt/top")


def test_the_browsers_back_goes_back_to_the_settings_before(open_page: Visits) -> None:
    page = open_page("/?hidden=64&epochs=2")
    page.goto(open_page.url + "/?hidden=32&epochs=3")
    expect(page.get_by_role("slider", name="Epochs")).to_have_attribute("aria-valuetext", "3")
    page.go_back()
    expect(page.get_by_role("slider", name="Epochs")).to_have_attribute("aria-valuetext", "2")
    wait_until_idle(page)
    assert link(page) == {"hidden": "64", "epochs": "2"}


def test_back_and_forward_go_through_the_settings_without_loading_anew(open_page: Visits) -> None:
    page = open_page("/?epochs=2")
    page.evaluate("() => { window.loadedOnce = true }")
    epochs = page.get_by_role("slider", name="Epochs")
    epochs.press("ArrowRight")
    wait_until(page, "location.search === '?epochs=3'")
    page.get_by_role("link", name="About").click()
    expect(page.locator(".st-key-about")).to_be_visible()
    page.go_back()
    expect(epochs).to_have_attribute("aria-valuetext", "3")
    page.go_back()
    expect(epochs).to_have_attribute("aria-valuetext", "2")
    page.go_forward()
    expect(epochs).to_have_attribute("aria-valuetext", "3")
    wait_until_idle(page)
    assert link(page) == {"epochs": "3"}
    assert page.evaluate("() => window.loadedOnce")


def test_going_back_at_once_after_a_change_leaves_the_address_of_the_page(
    open_page: Visits,
) -> None:
    page = open_page("/")
    switch = page.locator(".st-key-normalize input")
    for milliseconds in range(10, 60, 10):
        page.goto(f"{page.url.partition('?')[0]}?epochs=2")
        page.locator(".st-key-epochs input").press("ArrowRight")
        page.wait_for_url("**epochs=3")
        wait_until_idle(page)
        # The server's link for the change may come when the browser has gone back already.
        switch.evaluate(
            "(it, wait) => { it.click(); setTimeout(() => history.back(), wait); }", milliseconds
        )
        page.wait_for_timeout(milliseconds + 300)  # until it has gone back, and been answered
        wait_until_idle(page)
        spelt = link(page)
        assert spelt.get("epochs", "5") == page.locator(".st-key-epochs input").input_value()
        assert spelt.get("normalize", "true") == str(switch.is_checked()).lower()


def test_an_answer_that_comes_after_going_back_leads_nowhere_else(open_page: Visits) -> None:
    page = open_page("/about")
    answers = Answers(page)
    page.reload()
    page.get_by_role("link", name="Playground").click()
    expect(button(page, "train")).to_be_enabled()
    wait_until_idle(page)
    entries = page.evaluate("history.length")

    answers.keep_back()
    page.locator(".st-key-normalize label").click()
    while not answers.kept:
        page.wait_for_timeout(50)
    page.go_back()
    answers.let_through()
    expect(page.locator(".st-key-about")).to_be_visible()
    wait_until_idle(page)
    assert urlsplit(page.url).path == "/about"
    assert page.evaluate("history.length") == entries
    page.go_forward()
    expect(button(page, "train")).to_be_enabled()
    page.go_back()
    expect(page.locator(".st-key-about")).to_be_visible()


def test_the_way_to_another_page_is_one_step_for_back(open_page: Visits) -> None:
    page = open_page.visitor().new_page()
    answers: list[ForwardMsg] = []

    def note(answer: str | bytes) -> None:
        assert isinstance(answer, bytes)
        answers.append(ForwardMsg.FromString(answer))

    page.on("websocket", lambda socket: socket.on("framereceived", note))
    page.goto(f"{open_page.url}/?dataset=mnist&lang=zh")
    expect(button(page, "train")).to_be_enabled()
    wait_until_idle(page)
    for path, there in (("lessons", ".st-key-lesson_list"), ("about", ".st-key-about")):
        step = page.evaluate("navigation.currentEntry.index")
        answers.clear()
        page.locator(f".st-key-header a[href*='{path}']").click()
        expect(page.locator(there)).to_be_visible()
        wait_until_idle(page)
        assert page.evaluate("navigation.currentEntry.index") == step + 1
        # A link that is sent may reach the browser before it has written the page's path.
        assert not any(answer.HasField("page_info_changed") for answer in answers)
        page.go_back()
        expect(page.get_by_role("radio", name="MNIST", exact=True)).to_be_checked()
        assert link(page) == {"dataset": "mnist", "lang": "zh"}
        wait_until_idle(page)


def test_who_leaves_and_at_once_presses_something_loses_no_setting(open_page: Visits) -> None:
    page = open_page("/about")
    answers = Answers(page)
    page.goto(f"{open_page.url}/?epochs=7&hidden=64-32")
    expect(button(page, "train")).to_be_enabled()
    wait_until_idle(page)

    answers.keep_back()
    page.locator(".st-key-header a").first.click()
    while not answers.kept:  # the server is at the lessons, the browser not yet
        page.wait_for_timeout(50)
    asked = answers.asked
    button(page, "lang_switch").click()
    while answers.asked == asked:
        page.wait_for_timeout(10)
    answers.let_through()
    expect(button(page, "lang_switch")).to_have_text("English")
    wait_until_idle(page)
    if page.locator(".st-key-controls").count() == 0:
        page.locator(".st-key-header a").first.click()
    expect(page.locator(".st-key-controls")).to_be_visible()
    wait_until(page, "location.pathname === '/' && location.search.includes('lang=zh')")
    # The path may be written before what follows it.
    wait_until(page, "location.search.includes('hidden')")
    wait_until_idle(page)
    assert link(page) == {"epochs": "7", "hidden": "64-32", "lang": "zh"}


def test_a_link_to_the_playground_leads_there_in_a_new_tab_too(open_page: Visits) -> None:
    page = open_page("/lessons?lesson=one-more-layer&lang=zh")
    skip_prediction(page)
    go_to_step(page, "further")
    for way in (page.locator(".st-key-further a"), page.locator(".st-key-header a").first):
        with page.context.expect_page() as opened:
            way.click(modifiers=["ControlOrMeta"])
        expect(button(opened.value, "train")).to_be_enabled()
        expect(button(opened.value, "lang_switch")).to_have_text("English")
    expect(page.locator(".lesson-title")).to_be_visible()


def test_the_settings_are_there_again_after_another_page(open_page: Visits) -> None:
    page = open_page("/?epochs=7&hidden=64-32&normalize=false&batch=128")
    sliders = {"Epochs": "7", "Hidden layers": "2", "Neurons, layer 2": "32"}
    for other in ("About", "Lessons"):
        page.get_by_role("link", name=other).click()
        expect(page.get_by_role("slider", name="Epochs")).to_have_count(0)
        wait_until_idle(page)
        page.get_by_role("link", name="Playground").click()
        for name, value in sliders.items():
            slider = page.get_by_role("slider", name=name)
            expect(slider).to_have_attribute("aria-valuetext", value)
    page.get_by_role("slider", name="Epochs").press("ArrowRight")
    wait_until(page, "new URLSearchParams(location.search).get('epochs') === '8'")
    assert link(page) == {
        "hidden": "64-32",
        "normalize": "false",
        "batch": "128",
        "epochs": "8",
    }


def test_an_equal_link_is_not_written_anew(open_page: Visits) -> None:
    page = open_page("/?epochs=2&hidden=64")  # in another order than ours
    wait_until_idle(page)
    assert page.url.endswith("/?epochs=2&hidden=64")


def test_a_link_trains_what_it_says(open_page: Visits) -> None:
    page = open_page("/?dataset=mnist&hidden=64-32&epochs=2&batch=128&train_size=5000&seed=7")
    press_train(page)
    wait_until_over(page)
    assert sentence(page) == "Trained all 2 epochs."
    expect(page.locator(".st-key-differences")).to_have_count(0)

"""The page speaks one language at a time, wholly, and keeps everything when it is switched."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visits import Visits, wait_until, wait_until_drawn
from tests.browser.watching import (
    button,
    curves,
    go_to_step,
    link,
    press_train,
    wait_until_idle,
    wait_until_over,
)
from tests.ui.test_language import CJK, NAMES

pytestmark = pytest.mark.browser

SPOKEN = """() => {
    const spoken = new Set([document.title]);
    const silent = "script, style, noscript, template, [data-testid=stIconMaterial]";
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const words = texts.currentNode.textContent.trim();
        if (words && !texts.currentNode.parentElement.closest(silent)) spoken.add(words);
    }
    const names = ["aria-label", "aria-description", "aria-roledescription", "aria-valuetext",
        "aria-placeholder", "title", "placeholder", "alt", "data-title"];
    for (const element of document.body.querySelectorAll("*")) {
        if (element.closest(silent)) continue;
        for (const name of names) if (element.getAttribute(name)) spoken.add(element.getAttribute(name));
        if (element.matches("input[role=combobox]")) spoken.add(element.value);
    }
    return [...spoken];
}"""
"""Every word that the page shows, or tells those who do not see it."""

TECHNICAL = {"English", "fit", "streamlit", "keras", "tensorflow", "plotly", "numpy", "dask"}
"""What stands in Latin letters on a Chinese page beside the catalogue's names: the language switch,
a method of Keras's, and the packages that the page About names."""

KEYS = set("TPSXBNM")


def spoken(page: Page) -> list[str]:
    """Return all words of the page."""
    words: list[str] = page.evaluate(SPOKEN)
    return words


def without_names(text: str) -> str:
    """Return `text` without the names that no language translates."""
    for name in sorted({*NAMES, *TECHNICAL, "Playground"}, key=len, reverse=True):
        text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", "", text)
    return re.sub(r"(?<=快捷键 )[A-Z]$", "", text)


def latin_words(page: Page) -> list[str]:
    """Return what of the page's words is in Latin letters and no name."""
    texts = [text for text in spoken(page) if text not in KEYS]
    return sorted(text for text in texts if re.search("[A-Za-z]", without_names(text)))


def open_everything(page: Page) -> None:
    """Open what is closed on the playground's page."""
    page.locator(".st-key-more summary").click()
    expect(page.locator(".st-key-seed input")).to_be_visible()
    page.locator(".st-key-raw_numbers label").click()
    expect(page.locator(".pixels td")).to_have_count(784)
    for summary in page.locator("[data-testid=stExpander] details:not([open]) summary").all():
        summary.click()
    wait_until_idle(page)


@pytest.mark.parametrize("dataset", ["fashion", "mnist"])
def test_a_chinese_browser_finds_a_chinese_page(open_page: Visits, dataset: str) -> None:
    page = open_page(
        f"/?dataset={dataset}&hidden=64-32&stop_metric=val_accuracy&stop_value=0.9", locale="zh-CN"
    )
    expect(button(page, "train")).to_contain_text("训练")
    open_everything(page)
    assert latin_words(page) == []
    assert page.title() == "神经网络游乐场"


def test_a_run_is_told_in_chinese(open_page: Visits) -> None:
    page = open_page("/?train_size=5000&epochs=2&lang=zh")
    press_train(page)
    wait_until_over(page)
    open_everything(page)
    assert latin_words(page) == []


def test_a_broken_run_is_told_in_chinese(open_page: Visits) -> None:
    page = open_page("/?normalize=false&optimizer=sgd&lr=10&epochs=1", locale="zh-CN")
    press_train(page)
    wait_until_over(page)
    expect(curves(page, "diverged")).to_have_count(1)
    assert latin_words(page) == []


def test_the_other_page_is_chinese_too(open_page: Visits) -> None:
    page = open_page("/about", locale="zh-CN")
    assert latin_words(page) == []


def test_a_bad_link_is_told_in_chinese(open_page: Visits) -> None:
    page = open_page("/?epochs=-3&lr=0&x=1", locale="zh-CN")
    box = page.locator(".st-key-link_problems")
    expect(box).to_have_count(1)
    parameters = r"\b(epochs|lr|x|dataset|normalize|hidden|batch|optimizer|stop_metric|stop_value|"
    parameters += r"choose_by|activation|dropout|l2|train_size|init|seed|lang|runs?)\b"
    words = re.sub(parameters, "", without_names(box.inner_text()))
    assert not re.search("[A-Za-z]", words), words


@pytest.mark.parametrize("path", ["/?hidden=64-32&stop_metric=loss", "/about"])
def test_an_english_page_has_no_chinese_but_the_switch(open_page: Visits, path: str) -> None:
    page = open_page(path)
    if path != "/about":
        open_everything(page)
    assert [text for text in spoken(page) if CJK.search(text)] == ["简体中文"]


def test_the_document_says_which_language_it_is_in(open_page: Visits) -> None:
    assert open_page("/").evaluate("document.documentElement.lang").startswith("en")
    assert open_page("/", locale="zh-CN").evaluate("document.documentElement.lang").startswith("zh")


def test_switching_keeps_the_settings_and_the_run(open_page: Visits) -> None:
    page = open_page("/?hidden=64&train_size=5000&epochs=2")
    press_train(page)
    wait_until_over(page)
    run = link(page)["run"]
    page.evaluate("window.firstNode = document.querySelector('.curves-plot')")
    button(page, "lang_switch").click()
    expect(button(page, "train")).to_contain_text("训练")
    expect(page.locator(".curves-progress-text")).to_contain_text("2")
    wait_until_idle(page)
    same = {
        "hidden": "64",
        "train_size": "5000",
        "epochs": "2",
        "run": run,
        "runs": "recorded-fashion",
    }
    assert link(page) == {**same, "lang": "zh"}
    assert page.evaluate("document.querySelector('.curves-plot') === window.firstNode")
    expect(curves(page)).to_have_attribute("data-run", run)
    page.reload()
    wait_until_drawn(page)
    expect(button(page, "train")).to_contain_text("训练")
    assert link(page) == {**same, "lang": "zh"}
    button(page, "lang_switch").click()
    expect(button(page, "train")).to_contain_text("Train")
    wait_until_idle(page)
    assert link(page) == {**same, "lang": "en"}


def switch_language(page: Page, train: str) -> None:
    """Press the switch and wait until Train is called `train`."""
    button(page, "lang_switch").click()
    expect(button(page, "train")).to_contain_text(train)
    wait_until_idle(page)


def shown_in(page: Page, key: str) -> str:
    """Return what a menu shows as chosen."""
    return page.locator(f".st-key-{key} input[role=combobox]").input_value()


def test_whatever_is_done_after_a_switch_is_done(open_page: Visits) -> None:
    page = open_page("/?train_size=1000&epochs=1&stop_metric=val_loss&optimizer=momentum")
    settings = link(page)
    switch_language(page, "训练")
    assert shown_in(page, "stop_metric") == "测试损失低于"
    press_train(page)
    wait_until_over(page)
    first = link(page)["run"]
    assert link(page) == {**settings, "lang": "zh", "run": first, "runs": "recorded-fashion"}

    page.locator(".st-key-normalize label").click()
    expect(page.locator(".st-key-normalize input")).not_to_be_checked()
    wait_until_idle(page)
    switch_language(page, "Train")
    assert shown_in(page, "stop_metric") == "Test loss below"
    page.locator(".st-key-more summary").click()
    assert shown_in(page, "optimizer") == "SGD with momentum"
    switch_language(page, "训练")
    assert shown_in(page, "optimizer") == "带动量的 SGD"
    press_train(page)
    wait_until_over(page)
    assert link(page) == {
        **settings,
        "lang": "zh",
        "normalize": "false",
        "run": link(page)["run"],
        "runs": f"recorded-fashion,{first}",
    }


def test_a_menu_answers_in_the_words_of_before(open_page: Visits) -> None:
    """What is chosen in the moment of a switch is sent in words that the server has left behind."""
    page = open_page("/?train_size=1000")
    page.locator(".st-key-stop_metric input[role=combobox]").click()
    option = page.get_by_role("option", name="Training loss below")
    expect(option).to_be_visible()
    page.evaluate(
        """() => {
            document.querySelector(".st-key-lang_switch button").click();
            document.querySelectorAll("[role=option]")[1].click();
        }"""
    )
    expect(button(page, "train")).to_contain_text("训练")
    wait_until(page, "location.search.includes('stop_metric=loss')")
    wait_until_idle(page)
    assert shown_in(page, "stop_metric") == "训练损失低于"


def test_in_a_lesson_a_switch_keeps_what_is_chosen(open_page: Visits) -> None:
    page = open_page("/lessons?lesson=five-outputs")
    go_to_step(page, "prediction")
    chosen = page.locator(".st-key-prediction [role=radiogroup] input:checked")
    page.locator(".st-key-prediction [role=radiogroup] label").first.click()
    expect(chosen).to_have_count(1)
    builder = page.locator(".st-key-builder_controls")
    menus = builder.locator("input[role=combobox]")
    menus.last.click()
    page.get_by_role("option", name="one-hot").click()
    wait_until_idle(page)
    for language, words, labels in (("zh", "已去掉", "独热编码"), ("en", "removed", "one-hot")):
        menus.nth(1).click()
        page.get_by_role("option").last.click()
        wait_until_idle(page)
        button(page, "lang_switch").click()
        wait_until(page, f"document.documentElement.lang.startsWith('{language}')")
        wait_until_idle(page)
        expect(chosen).to_have_count(1)
        expect(menus.last).to_have_value(labels)
        expect(menus.nth(1)).to_have_value(words)
        assert button(page, "commit").is_enabled()
    button(page, "lang_switch").click()
    wait_until(page, "document.documentElement.lang.startsWith('zh')")
    button(page, "commit").click()
    expect(page.locator(".st-key-prediction")).to_contain_text("你的预测")


def test_the_language_goes_along_to_the_other_page_and_back(open_page: Visits) -> None:
    page = open_page("/?hidden=64")
    button(page, "lang_switch").click()
    expect(button(page, "train")).to_contain_text("训练")
    page.get_by_role("link", name="关于").click()
    expect(page.locator(".st-key-about")).to_be_visible()
    wait_until(page, "location.search.includes('lang=zh')")
    page.get_by_role("link", name="游乐场", exact=True).click()
    expect(button(page, "train")).to_contain_text("训练")
    wait_until(page, "location.search.includes('hidden=64')")


def test_back_goes_back_over_a_switch_too(open_page: Visits) -> None:
    page = open_page("/?hidden=64")
    switch_language(page, "训练")
    page.go_back()
    expect(button(page, "train")).to_contain_text("Train")
    wait_until_idle(page)
    assert link(page) == {"hidden": "64"}
    page.go_forward()
    expect(button(page, "train")).to_contain_text("训练")
    wait_until_idle(page)
    assert link(page) == {"hidden": "64", "lang": "zh"}

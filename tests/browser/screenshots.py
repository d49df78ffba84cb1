"""The pictures of the README, taken of a real server and of runs that really trained.

`python -m tests.browser.screenshots` writes them anew into docs/screenshots.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.app_server import PATIENCE, ROOT, serve
from tests.browser.visits import Visits, open_browser, wait_until
from tests.browser.watching import (
    button,
    go_to_step,
    press_train,
    wait_until_idle,
    wait_until_over,
)

FOLDER = ROOT / "docs" / "screenshots"


def main() -> None:
    """Take every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=1000 * PATIENCE)
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder)) as server,
        sync_playwright() as playwright,
        open_browser(playwright) as browser,
    ):
        visits = Visits(browser, server.url)
        take_on_a_projector(visits)
        take_in_chinese_and_dark(visits)
        take_on_a_phone(visits)
        take_a_lesson(visits)
        visits.end()


def take_on_a_projector(visits: Visits) -> None:
    """Take a run half-way: the curves grow, the bars say what the network thinks by now."""
    page = visits("/?hidden=256-128&epochs=12")
    press_train(page)
    wait_until(page, "document.querySelector('.curves-plot').data[1].x.length >= 8")
    button(page, "pause").click()
    expect(button(page, "pause")).to_contain_text("Continue")
    show_a_mistake(page)
    button(page, "pause").click()  # go on: the picture is of a run that trains
    page.wait_for_selector('.curves[data-state="running"]')
    expect(button(page, "pause")).to_contain_text("Pause")
    keep(page, "playground-en-light")
    button(page, "stop").click()
    wait_until_over(page)


def take_in_chinese_and_dark(visits: Visits) -> None:
    """Take a run that its threshold ended."""
    page = visits(
        "/?hidden=512&epochs=10&stop_metric=loss&stop_value=0.25", locale="zh-CN", scheme="dark"
    )
    press_train(page)
    wait_until_over(page)
    show_a_mistake(page)
    keep(page, "playground-zh-dark")


def take_on_a_phone(visits: Visits) -> None:
    """Take the whole column of a finished run."""
    page = visits("/?dataset=mnist&epochs=5", width=390, height=844)
    press_train(page)
    wait_until_over(page)
    # The page scrolls inside of the window: make the window as high as the page.
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": 390, "height": height})
    keep(page, "playground-phone")


def take_a_lesson(visits: Visits) -> None:
    """Take the lesson of too many epochs, once its network has been trained."""
    page = visits("/lessons?lesson=too-many-epochs", height=1200)
    go_to_step(page, "prediction")
    page.locator("[data-testid=stRadioOption]").first.click()
    button(page, "commit").click()
    button(page, "lesson_train").click()
    expect(page.locator(".st-key-outcome")).to_be_visible()
    page.wait_for_selector(".st-key-forgotten .chart[data-drawn]")
    keep(page, "lesson-en-light")


def show_a_mistake(page: Page) -> None:
    """Show a picture that the network gets wrong."""
    before = page.locator(".picture").get_attribute("data-index")
    button(page, "image_mistake").click()
    expect(page.locator(".picture")).not_to_have_attribute("data-index", before or "")


def keep(page: Page, name: str) -> None:
    """Write what the window shows."""
    wait_until_idle(page)
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement?.blur()")
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()

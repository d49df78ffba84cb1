"""Runs are shared and kept: replayed, trained on, and there again after the server was killed."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.browser.app_server import AppServer
from tests.browser.conftest import Launch
from tests.browser.visits import Visits, wait_until, wait_until_drawn
from tests.browser.watching import (
    ENDLESS,
    begins_with,
    button,
    curves,
    figure,
    link,
    points,
    press_train,
    sentence,
    traces,
    wait_for_points,
    wait_until_idle,
    wait_until_over,
    wait_until_paused,
)
from tests.store.postgres import find_binaries, running_server

pytestmark = pytest.mark.browser

SHORT = "/?epochs=2&train_size=2000&seed=77"

NOTE_RUNS = """() => {
    const app = document.querySelector("[data-testid=stApp]");
    new MutationObserver(() => {
        window.ran ||= app.getAttribute("data-test-script-state") === "running";
    }).observe(app, { attributes: true, attributeFilter: ["data-test-script-state"] });
}"""
"""Sets `window.ran` once a script of the page runs."""


def test_what_was_trained_is_replayed_with_its_date_and_can_be_trained_again_and_on(
    open_page: Visits,
) -> None:
    first = open_page(SHORT)
    press_train(first)
    wait_until_over(first)
    other = open_page(SHORT)
    press_train(other)
    wait_until_over(other)
    assert link(other)["run"] == link(first)["run"]
    assert traces(other) == traces(first)
    ways = other.locator(".st-key-ways_on")
    expect(ways).to_contain_text("Replayed: trained on ")
    expect(first.locator(".st-key-train_again")).to_have_count(0)

    replayed = link(other)["run"]
    button(other, "train_again").click()
    expect(curves(other)).not_to_have_attribute("data-run", replayed)
    wait_until_over(other)
    again = link(other)["run"]
    assert traces(other)[0]["y"] == traces(first)[0]["y"]

    button(other, "train_on").click()
    expect(curves(other)).not_to_have_attribute("data-run", again)
    wait_until_over(other)
    assert sentence(other) == "Trained all 7 epochs."
    assert link(other)["epochs"] == "7"
    assert begins_with(traces(other), traces(first))


def kill(server: AppServer, page: Page) -> None:
    """Kill the server, and wait until a page has missed its stream more often than it may while there is one."""
    attempts: list[str] = []

    def is_enough(socket: WebSocket) -> bool:
        attempts.extend([socket.url] * socket.url.endswith("/live"))
        return len(attempts) > 3

    with page.expect_event("websocket", is_enough):
        server.kill()


def see_another_picture(page: Page) -> None:
    """Ask the server for something, and get it."""
    wait_until_idle(page)
    picture = page.locator(".picture")
    before = picture.get_attribute("data-index") or ""
    button(page, "image_next").click()
    expect(picture).not_to_have_attribute("data-index", before)


def test_a_server_that_is_killed_and_comes_back_costs_neither_a_run_nor_the_stream_nor_the_table(
    launch: Launch, visit: Callable[[str], Visits]
) -> None:
    server = launch()
    visitors = visit(server.url)
    finished, paused, other = visitors(SHORT), visitors(ENDLESS), visitors("/")
    press_train(finished)
    wait_until_over(finished)
    accuracy, done = figure(finished, "test_accuracy"), traces(finished)
    press_train(paused)
    wait_for_points(paused, 3)
    button(paused, "pause").click()
    held, before = wait_until_paused(paused), traces(paused)
    links = [tab.url.removeprefix(server.url) for tab in (finished, paused)]
    for tab in (finished, paused):
        visitors.leave(tab)
    page, chinese = visitors(f"{ENDLESS}&seed=1"), visitors("/", locale="zh-CN")
    press_train(page)
    wait_for_points(page, 2)
    other.locator(".st-key-history label").click()
    table, save = other.locator(".st-key-history_table table"), other.locator(".download")
    expect(table.locator("th").first).to_have_text("Epoch")
    expect(save).to_be_visible()

    kill(server, page)
    said = chinese.get_by_role("dialog")
    expect(said).to_contain_text("连接已断开")
    expect(said).to_contain_text("服务器没有响应")
    assert not re.search("[A-Za-z]", said.inner_text())

    chinese.evaluate(NOTE_RUNS)
    drawn = points(page)
    launch(port=server.port)
    wait_for_points(page, drawn + 2)
    expect(said).to_have_count(0)
    wait_until(chinese, "window.ran")
    see_another_picture(chinese)
    wait_until_idle(other)
    with other.expect_download() as saved:
        save.click()
    lines = Path(saved.value.path()).read_text(encoding="utf-8").splitlines()
    assert lines[0] == "epoch,loss,accuracy,val_loss,val_accuracy,seconds"
    assert len(lines) == 6
    again = visitors(links[0])
    assert (figure(again, "test_accuracy"), traces(again)) == (accuracy, done)
    again = visitors(links[1])
    expect(curves(again, "paused")).to_have_count(1)
    assert (points(again), traces(again)) == (held, before)
    meant = ("/_stcore/", "server is not responding", "/live")
    assert [error for error in visitors.errors if not any(part in error for part in meant)] == []
    visitors.errors.clear()


def test_while_the_database_is_locked_the_page_says_so_and_training_goes_on(
    server: AppServer, open_page: Visits
) -> None:
    page = open_page(f"{ENDLESS}&seed=78")
    database = server.data / "playground.sqlite3"
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        press_train(page)
        warning = page.get_by_text("Runs cannot be written down or read")
        expect(warning).to_be_visible()
        wait_for_points(page, points(page) + 3)
        other.execute("ROLLBACK")
        expect(warning).to_have_count(0)
    button(page, "stop").click()
    wait_until_over(page)
    wait_until_idle(page)


def test_while_the_database_is_away_the_link_keeps_its_run_and_shows_it_again(
    launch: Launch, visit: Callable[[str], Visits]
) -> None:
    binaries = find_binaries()
    assert binaries, "install PostgreSQL: tests/store/setup.sh"
    with running_server(binaries) as database:
        kept = {"PLAYGROUND_WORKERS": "1", "PLAYGROUND_DATABASE_URL": database.address()}
        server = launch(environment=kept)
        visitors = visit(server.url)
        page = visitors(SHORT)
        press_train(page)
        wait_until_over(page)
        trained, run = traces(page), link(page)["run"]
        place = page.url.removeprefix(server.url)
        visitors.leave(page)
        server.stop()  # which ends once all is written down; another one has nothing in memory

        server = launch(environment=kept)
        visitors = visit(server.url)
        visitors("/")
        database.stop()
        page = visitors(place)
        expect(page.get_by_text("Runs cannot be written down or read")).to_be_visible()
        assert link(page)["run"] == run
        page.locator(".st-key-epochs input[type=range]").press("ArrowRight")  # the page works
        wait_until(page, "location.search.includes('epochs=3')")
        page.reload()
        wait_until_drawn(page)
        assert link(page)["run"] == run
        database.start()
        page.reload()
        wait_until_drawn(page)
        expect(curves(page)).to_have_attribute("data-run", run)
        assert traces(page) == trained
        assert link(page)["run"] == run

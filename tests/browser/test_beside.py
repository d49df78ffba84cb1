"""Runs beside the one that is shown: they stay, come, go and grow on one chart, and its link draws the same."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visits import Visits, wait_until, wait_until_drawn
from tests.browser.watching import (
    ENDLESS,
    begins_with,
    button,
    curves,
    drag_a_zoom,
    figure,
    link,
    press_train,
    traces,
    traces_beside,
    wait_for_points,
    wait_until_idle,
    wait_until_over,
    zoom,
)

pytestmark = pytest.mark.browser

SMALL = "/?hidden=32&epochs=2&train_size=5000"

IS_FIRST_NODE = "document.querySelector('.curves-plot') === window.firstNode"


def remember_node(page: Page) -> None:
    page.evaluate("window.firstNode = document.querySelector('.curves-plot')")


def rows(page: Page) -> list[str]:
    """Return the names in the table of the runs on the chart."""
    found = page.locator("[class*='st-key-runs_row_']").evaluate_all(
        "(rows) => rows.map((row) => row.querySelector('.run-cells span')?.innerText ?? '')"
    )
    return [name for name in found if " · " in name]


def choose_units(page: Page, key: str) -> None:
    """Move the slider of the units by a key."""
    page.locator(".st-key-hidden_units input[type=range]").press(key)
    wait_until_idle(page)


def test_the_last_run_stays_named_by_what_differs(open_page: Visits) -> None:
    page = open_page(SMALL)
    remember_node(page)
    press_train(page)
    wait_until_over(page)
    first, accuracy, before = link(page)["run"], figure(page, "test_accuracy"), traces(page)
    button(page, "take_off_2").click()  # the recorded one
    page.set_viewport_size({"width": 280, "height": 653})
    name = page.locator(".st-key-put_back_1 button:visible")
    expect(name).to_contain_text("Training pictures: 60000")
    assert name.evaluate(
        """(button) => [button, ...button.querySelectorAll("*")]
            .every((it) => it.clientWidth === 0 || it.scrollWidth <= it.clientWidth)"""
    ), "its name is cut"
    page.set_viewport_size({"width": 1280, "height": 800})
    assert link(page).get("runs") is None
    choose_units(page, "End")
    press_train(page)
    wait_until_over(page)
    assert link(page)["runs"] == first
    assert rows(page) == ["1 · 1024 neurons", "2 · 32 neurons"]
    row = page.locator(".st-key-runs_row_2")
    expect(row).to_contain_text(accuracy)
    # The earlier curve lies there as it was, in the node that has always been there.
    beside = traces_beside(page)
    assert {trace["meta"]["run"] for trace in beside} == {first}
    for trace in beside:
        series, metric = trace["meta"]["series"], trace["meta"]["metric"]
        of = "test" if series == "end" else series
        (same,) = (it for it in before if it["meta"] == {**trace["meta"], "series": of})
        points = slice(-1, None) if series == "end" else slice(None)
        assert (trace["x"], trace["y"]) == (same["x"][points], same["y"][points]), metric
    assert page.evaluate(IS_FIRST_NODE)

    shown = (traces(page), beside, rows(page))
    page.reload()
    wait_until_drawn(page)
    assert (traces(page), traces_beside(page), rows(page)) == shown
    other = open_page(page.url.removeprefix(open_page.url))
    assert (traces(other), traces_beside(other), rows(other)) == shown


def test_what_is_taken_off_leaves_the_zoom_alone_and_can_be_put_back(open_page: Visits) -> None:
    page = open_page("/?runs=recorded-mnist")
    remember_node(page)
    kept, beside = drag_a_zoom(page), traces_beside(page)
    assert beside
    button(page, "take_off_2").click()
    expect(button(page, "put_back_1")).to_contain_text("MNIST")
    wait_until_idle(page)
    assert (traces_beside(page), "runs" in link(page)) == ([], False)
    button(page, "put_back_1").click()
    expect(button(page, "put_back_1")).to_have_count(0)
    wait_until_idle(page)
    assert (traces_beside(page), link(page)["runs"]) == (beside, "recorded-mnist")
    assert zoom(page) == pytest.approx(kept, abs=1e-9)
    assert page.evaluate(IS_FIRST_NODE)


def test_eight_live_runs_grow_on_one_chart_over_one_connection(open_page: Visits) -> None:
    first = open_page(ENDLESS)
    press_train(first)
    wait_for_points(first, 2)
    runs = [link(first)["run"]]
    for seed in range(1, 8):
        visitor = open_page(f"/?hidden=64&epochs=4&train_size=20000&seed={seed}")
        press_train(visitor)
        runs.append(link(visitor)["run"])
        open_page.leave(visitor)
    watcher = open_page.visitor().new_page()
    sockets: list[str] = []
    watcher.on("websocket", lambda socket: sockets.append(socket.url))
    watcher.goto(f"{open_page.url}/?run={runs[0]}&runs={','.join(runs[1:])}")
    wait_until_drawn(watcher)
    remember_node(watcher)
    kept = drag_a_zoom(watcher)
    assert len(rows(watcher)) == 8
    lengths = [len(it["x"]) for it in traces_beside(watcher) if it["meta"]["series"] == "test"]
    assert len([length for length in lengths if length < 4]) >= 3 * 2, "they were trained too soon"
    button(first, "stop").click()
    expect(curves(watcher, "stopped")).to_have_count(1)
    wait_until(
        watcher,
        """(runs) => document.querySelector(".curves-plot").data.every(
            ({ meta, x }) => !runs.includes(meta.run) || meta.series !== "test" || x.length === 4
        )""",
        arg=runs[1:],
    )
    expect(watcher.locator("[class*='st-key-runs_row_']").filter(has_text="%")).to_have_count(8)
    wait_until_idle(watcher)
    assert [trace["x"] for trace in traces_beside(watcher) if trace["meta"]["series"] == "end"] == [
        [4]
    ] * 14
    assert zoom(watcher) == pytest.approx(kept, abs=1e-9)
    assert watcher.evaluate(IS_FIRST_NODE)
    assert [url.rpartition("/")[2] for url in sockets].count("live") == 1
    fresh = open_page(watcher.url.removeprefix(open_page.url))
    assert (traces(fresh), traces_beside(fresh)) == (traces(watcher), traces_beside(watcher))
    assert rows(fresh) == rows(watcher)


def test_a_run_beside_is_followed_when_the_shown_one_is_over(open_page: Visits) -> None:
    owner = open_page(ENDLESS)
    press_train(owner)
    wait_for_points(owner, 2)
    run = link(owner)["run"]
    page = open_page(f"/?runs={run}")
    expect(curves(page, "recorded")).to_have_count(1)
    before = traces_beside(page)
    wait_until(
        page,
        """(least) => document.querySelector(".curves-plot").data.some(
            ({ meta, x }) => meta.series === "training" && x.length >= least && meta.run.length === 8
        )""",
        arg=len(before[0]["x"]) + 3,
    )
    assert begins_with(
        [trace for trace in traces_beside(page) if trace["meta"]["series"] != "end"],
        [trace for trace in before if trace["meta"]["series"] != "end"],
    )
    button(owner, "stop").click()
    expect(page.locator(".st-key-runs_row_2")).to_contain_text(" s")

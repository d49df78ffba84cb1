"""A run goes on whatever its watchers do, obeys its buttons and keys, and needs no stream."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import WebSocket, expect

from tests.browser.visits import Visits, wait_until, wait_until_drawn
from tests.browser.watching import (
    ENDLESS,
    begins_with,
    button,
    curves,
    link,
    points,
    press_train,
    sentence,
    traces,
    wait_for_points,
    wait_until_over,
    wait_until_paused,
)

pytestmark = pytest.mark.browser


def test_a_run_survives_a_reload_and_is_shared_by_its_link(open_page: Visits) -> None:
    page = open_page(ENDLESS)
    press_train(page)
    wait_for_points(page, 5)
    run = link(page)["run"]
    before = traces(page)
    page.reload()
    wait_until_drawn(page)
    assert link(page)["run"] == run
    assert curves(page).get_attribute("data-state") == "running"
    assert points(page) >= len(before[0]["x"])
    assert begins_with(traces(page), before)

    other = open_page(page.url.removeprefix(open_page.url))
    assert curves(other).get_attribute("data-run") == run
    met = traces(other)
    assert begins_with(met, before)
    for tab in (page, other):
        wait_for_points(tab, len(met[0]["x"]) + 3)
    # Whoever follows the link sees the run and leaves its owner the buttons.
    expect(other.locator(".st-key-following")).to_be_visible()
    expect(page.locator(".st-key-following")).to_have_count(0)
    for key in ("pause", "stop"):
        expect(button(other, key)).to_be_disabled()
    button(page, "stop").click()
    for tab in (page, other):
        wait_until_over(tab)
        expect(curves(tab, "stopped")).to_have_count(1)
    assert sentence(page) == sentence(other)
    final = traces(page)
    assert final == traces(other)
    assert begins_with(final, before)
    assert len(final[0]["x"]) == len(set(final[0]["x"])) == points(page) == points(other)


def test_pause_step_continue_and_stop_by_buttons(open_page: Visits) -> None:
    page = open_page(ENDLESS)
    expect(button(page, "pause")).to_be_disabled()
    expect(button(page, "stop")).to_be_disabled()
    press_train(page)
    wait_for_points(page, 2)
    expect(button(page, "train")).to_be_disabled()
    button(page, "pause").click()
    held = wait_until_paused(page)
    kept = traces(page)
    # Had the run gone on meanwhile, a step would add more than one point.
    for step in (1, 2):
        button(page, "step").click()
        wait_until(
            page,
            "(least) => Number(document.querySelector('.curves').dataset.points) >= least",
            arg=held + step,
        )
        assert wait_until_paused(page) == held + step
    assert begins_with(traces(page), kept)
    button(page, "pause").click()
    wait_for_points(page, held + 5)
    expect(curves(page, "running")).to_have_count(1)
    expect(button(page, "pause")).to_contain_text("Pause")
    button(page, "stop").click()
    wait_until_over(page)
    assert re.fullmatch(
        r"Stopped by hand (in epoch \d+ of 100, after \d+ of 1,?875 batches|after epoch \d+ of 100)\.",
        sentence(page),
    ), sentence(page)
    assert begins_with(traces(page), kept)
    expect(button(page, "train")).to_be_enabled()
    expect(button(page, "stop")).to_be_disabled()


def test_the_learning_rate_of_a_run_can_be_changed_while_it_trains(open_page: Visits) -> None:
    page = open_page(ENDLESS)
    expect(page.locator(".st-key-live_rate")).to_have_count(0)
    press_train(page)
    wait_for_points(page, 2)
    page.evaluate("window.firstNode = document.querySelector('.curves-plot')")
    page.get_by_role("slider", name="Learning rate of this run, now").press("ArrowRight")
    line = page.locator(".curves-plot .annotation-text")
    expect(line).to_have_text("learning rate 0.002")
    assert page.evaluate("document.querySelector('.curves-plot') === window.firstNode")
    wait_for_points(page, points(page) + 2)
    button(page, "stop").click()
    wait_until_over(page)
    expect(page.locator(".st-key-live_rate")).to_have_count(0)
    expect(line).to_have_count(1)


def test_a_step_without_a_run_begins_one_of_a_single_point(open_page: Visits) -> None:
    page = open_page("/?train_size=2000")
    button(page, "step").click()
    assert wait_until_paused(page) == 1
    button(page, "stop").click()
    wait_until_over(page)
    expect(curves(page, "stopped")).to_have_count(1)


def test_nothing_vanishes_while_a_run_changes_its_state_again_and_again(open_page: Visits) -> None:
    page = open_page(ENDLESS)
    page.evaluate(
        """() => {
            const names = [".curves", ".curves-plot", ".picture", ".st-key-train"];
            const find = () => names.map((name) => document.querySelector(name));
            const first = find();
            window.replaced = new Set();
            const compare = () => find().forEach((node, i) => {
                if (node !== first[i]) window.replaced.add(names[i]);
            });
            new MutationObserver(compare).observe(document.body, { subtree: true, childList: true });
        }"""
    )
    press_train(page)
    wait_for_points(page, 2)
    button(page, "pause").click()
    held = wait_until_paused(page)
    # Both at once: the picture's own run follows at the heels of the whole page's.
    for step in range(1, 9):
        page.evaluate(
            """() => ["step", "image_next"].forEach(
                (key) => document.querySelector(`.st-key-${key} button`).click()
            )"""
        )
        wait_for_points(page, held + step)
        wait_until_paused(page)
    button(page, "stop").click()
    wait_until_over(page)
    assert page.evaluate("[...window.replaced]") == []


def test_every_button_of_a_run_has_its_key(open_page: Visits) -> None:
    page = open_page(ENDLESS)
    page.keyboard.press("t")
    wait_for_points(page, 2)
    expect(button(page, "pause")).to_be_enabled()
    page.keyboard.press("p")
    held = wait_until_paused(page)
    page.keyboard.press("s")
    wait_until(
        page,
        "(least) => Number(document.querySelector('.curves').dataset.points) >= least",
        arg=held + 1,
    )
    assert wait_until_paused(page) == held + 1
    page.keyboard.press("p")
    wait_for_points(page, held + 3)
    expect(button(page, "stop")).to_be_enabled()
    page.keyboard.press("x")
    wait_until_over(page)
    expect(curves(page, "stopped")).to_have_count(1)


def test_a_run_that_waits_for_its_turn_has_a_chart_without_points(open_page: Visits) -> None:
    first, page = open_page(ENDLESS), open_page("/?epochs=2&seed=11&runs=recorded-mnist")
    press_train(first)
    wait_for_points(first, 2)
    press_train(page)
    run = link(page)["run"]
    wait_until(
        page,
        """(run) => document.querySelector(".curves-plot").data.filter(({ meta }) => meta.run === run).length > 0""",
        arg=run,
    )
    assert {len(trace["x"]) for trace in traces(page)} == {0}
    expect(curves(page, "queued")).to_have_count(1)
    button(first, "stop").click()
    wait_until_over(page)
    assert points(page) > 0


def test_more_tabs_than_a_browser_has_connections_are_all_live_over_one_each(
    open_page: Visits,
) -> None:
    context = open_page.visitor()
    first = context.new_page()
    first.goto(f"{open_page.url}/?epochs=100&hidden=512")
    expect(button(first, "train")).to_be_enabled()
    press_train(first)
    wait_for_points(first, 2)
    tabs, sockets = [first], [0] * 6
    for number in range(6):
        tab = context.new_page()

        def note(socket: WebSocket, number: int = number) -> None:
            sockets[number] += socket.url.endswith("/live")

        tab.on("websocket", note)
        tab.goto(first.url)
        tabs.append(tab)
    for tab in tabs:
        expect(curves(tab, "running")).to_have_count(1)
        wait_for_points(tab, points(tab) + 2)
    assert sockets == [1] * 6
    button(tabs[-1], "stop").click()
    for tab in tabs:
        wait_until_over(tab)


def test_without_its_stream_a_run_is_drawn_all_the_same(open_page: Visits) -> None:
    page = open_page("/?epochs=3", blocked="/live")
    page.evaluate("window.firstNode = document.querySelector('.curves-plot')")
    press_train(page)
    wait_until_over(page)
    expect(curves(page, "finished")).to_have_count(1)
    assert sentence(page) == "Trained all 3 epochs."
    assert points(page) >= 30
    assert {len(trace["x"]) for trace in traces(page) if trace["meta"]["series"] == "test"} == {3}
    assert page.evaluate("document.querySelector('.curves-plot') === window.firstNode")


def test_a_stream_that_can_be_had_after_all_ends_the_drawing_again_and_again(
    open_page: Visits,
) -> None:
    page = open_page("/?epochs=100&hidden=512", blocked="/live")
    press_train(page)
    expect(page.locator(".curves[data-fed=true]")).to_have_count(1)
    page.route_web_socket(re.compile("/live$"), lambda way: way.connect_to_server())
    page.evaluate("window.playgroundStream.say()")  # as it does by itself after half a minute
    expect(page.locator(".curves[data-fed=false]")).to_have_count(1)
    expect(curves(page, "running")).to_have_count(1)
    wait_for_points(page, points(page) + 2)
    button(page, "stop").click()
    wait_until_over(page)

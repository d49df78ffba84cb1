"""A visitor presses Train: the notebook's network live to its end, early stops, divergence."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visits import Visits, wait_until, wait_until_drawn
from tests.browser.watching import (
    button,
    curves,
    drag_a_zoom,
    figure,
    link,
    press_train,
    sentence,
    traces,
    wait_for_points,
    wait_until_over,
    zoom,
)

pytestmark = pytest.mark.browser

RECORD = """() => {
    const root = document.querySelector(".curves");
    const plot = root.querySelector(".curves-plot");
    window.firstNode = plot;
    window.seen = [];
    new MutationObserver(() => {
        const { data, layout } = plot;
        const { state } = root.dataset;
        window.seen.push({ run: layout.uirevision, state, xs: Array.from(data[0].x) });
    }).observe(root, { attributes: true, attributeFilter: ["data-points", "data-state"] });
}"""
"""Notes in the page, at each change of the curves' points or state, what is drawn at that moment."""


def test_a_stranger_finds_a_recorded_run_and_ten_bars(open_page: Visits) -> None:
    page = open_page("/")
    expect(curves(page, "recorded")).to_have_count(1)
    expect(page.locator(".curves-progress-text")).to_contain_text(
        "Recorded training run · 5 of 5 epochs"
    )
    assert re.fullmatch(
        r"Recorded on \d{4}-\d\d-\d\d: the default network, really trained\. "
        r"Press Train for a run of your own\.",
        sentence(page),
    )
    assert 0.86 <= float(figure(page, "test_accuracy").removesuffix("%")) / 100 <= 1
    expect(page.locator(".picture-row")).to_have_count(10)
    shares = [words.strip("<>%") for words in page.locator(".picture-percent").all_inner_texts()]
    assert math.isclose(sum(map(float, shares)), 100, abs_tol=1.1)
    assert link(page) == {}


def test_the_notebooks_network_is_trained_live(open_page: Visits) -> None:
    page = open_page("/")
    page.evaluate(RECORD)
    press_train(page)
    wait_for_points(page, 2)
    kept = drag_a_zoom(page)
    assert curves(page).get_attribute("data-state") == "running", "zoomed too late to prove much"
    wait_until_over(page)

    assert curves(page).get_attribute("data-state") == "finished"
    assert sentence(page) == "Trained all 5 epochs."
    assert float(figure(page, "test_accuracy").removesuffix("%")) / 100 >= 0.86
    assert float(figure(page, "test_loss")) < 0.45
    assert float(figure(page, "train_time").removesuffix(" s")) > 0
    assert link(page) == {"run": curves(page).get_attribute("data-run")}

    assert page.evaluate("document.querySelector('.curves-plot') === window.firstNode")
    assert page.evaluate("window.firstNode.isConnected")
    assert zoom(page) == pytest.approx(kept, abs=1e-9)

    run = link(page)["run"]
    seen = [moment for moment in page.evaluate("window.seen") if moment["run"] == run]
    while_running = [moment for moment in seen if moment["state"] == "running"]
    drawn = while_running[-1]["xs"]
    for epoch in range(5):
        assert sum(epoch < x <= epoch + 1 for x in drawn) >= 10, f"epoch {epoch + 1}: {drawn}"
    # They came one after the other, in every epoch, and not in one heap at the end.
    counts = [len(moment["xs"]) for moment in while_running]
    assert all(now >= before for before, now in pairwise(counts))
    last_of = [moment["xs"][-1] for moment in while_running if moment["xs"]]
    for epoch in range(5):
        assert any(epoch < x <= epoch + 1 for x in last_of), f"epoch {epoch + 1} came at once"
    final = traces(page)
    assert [round(x, 6) for x in final[0]["x"]] == sorted({round(x, 6) for x in final[0]["x"]})
    assert {len(trace["x"]) for trace in final if trace["meta"]["series"] == "test"} == {5}
    # What the stream has told is what Python draws.
    page.reload()
    wait_until_drawn(page)
    assert traces(page) == final


def test_training_stops_early_and_says_why(open_page: Visits) -> None:
    page = open_page("/?hidden=512&stop_metric=loss&stop_value=0.4")
    press_train(page)
    wait_until_over(page)
    said = re.fullmatch(
        r"Stopped after epoch (\d) of 5: training loss (0\.\d{3}) fell below 0\.4\.", sentence(page)
    )
    assert said is not None, sentence(page)
    epoch, value = int(said[1]), float(said[2])
    assert epoch < 5
    assert 0.3 < value < 0.4
    (means,) = (
        trace
        for trace in traces(page)
        if (trace["meta"]["metric"], trace["meta"]["series"]) == ("loss", "training_epoch")
    )
    assert len(means["y"]) == epoch
    assert means["y"][-1] == pytest.approx(value, abs=5e-4)
    assert all(mean >= 0.4 for mean in means["y"][:-1])


@pytest.mark.parametrize("hidden", ["128", "512-256"])
def test_a_diverged_run_says_where_and_why_and_can_be_repaired(
    open_page: Visits, hidden: str
) -> None:
    page = open_page(f"/?normalize=false&optimizer=sgd&lr=10&hidden={hidden}&epochs=1")
    press_train(page)
    wait_until_over(page)
    assert curves(page).get_attribute("data-state") == "diverged"
    assert re.fullmatch(
        r"Stopped at batch [1-9]\d* of epoch 1: "
        r"the loss (shot up to \d\.\d × 10[⁰¹²³⁴⁵⁶⁷⁸⁹]+|is not a number any more \(NaN\))\. "
        r"The likely cause: with a learning rate of 10 and pixels up to 255, each step overshoots "
        r"further than the one before\.",
        sentence(page).splitlines()[0],
    ), sentence(page)

    expect(button(page, "repair")).to_have_text("Use normalised pixels, learning rate 0.01")
    button(page, "repair").click()
    wait_until(page, "!location.search.includes('normalize=')")
    expect(page.get_by_role("switch", name="Normalise")).to_be_checked()
    assert link(page)["lr"] == "0.01"
    assert link(page)["optimizer"] == "sgd"
    press_train(page)
    wait_until_over(page)
    assert curves(page).get_attribute("data-state") == "finished"
    assert sentence(page) == "Trained one epoch."
    assert float(figure(page, "test_accuracy").removesuffix("%")) / 100 > 0.6
    expect(button(page, "repair")).to_have_count(0)


def test_a_network_that_died_is_said_to_have_died_and_can_be_repaired(open_page: Visits) -> None:
    page = open_page("/?lr=10&epochs=1&train_size=10000&dropout=0.1")
    press_train(page)
    wait_until_over(page)
    assert sentence(page) == "Trained one epoch."
    remark = page.locator(".st-key-result_remark")
    expect(remark).to_contain_text(
        re.compile(
            r"The network has died: for \d+(\.\d+)?% of the test pictures every neuron of hidden layer 1 "
            r"is silent \(its ReLU gives 0\), so that all of them get the same answer\. The likely "
            r"cause: with a learning rate of 10, the steps were far too large\."
        )
    )
    expect(button(page, "repair")).to_have_text("Use learning rate 0.001")
    button(page, "repair").click()
    wait_until(page, "!location.search.includes('lr=')")
    press_train(page)
    wait_until_over(page)
    assert float(figure(page, "test_accuracy").removesuffix("%")) / 100 > 0.6
    expect(button(page, "repair")).to_have_count(0)
    # What is left to wonder at: dropout holds training back, and the test has none.
    expect(remark).to_contain_text("dropout switches neurons off while the network learns")


def test_pictures_are_held_out_and_the_page_says_which_ones_it_watches(open_page: Visits) -> None:
    page = open_page("/?stop_metric=val_loss&stop_value=1&hidden=8&epochs=3")
    metric = page.locator(".st-key-stop_metric input")
    expect(metric).to_have_value("Test loss below")
    page.locator(".st-key-more summary").click()
    page.locator(".st-key-choose_by input").click()
    page.get_by_role("option", name="Validation pictures").click()
    expect(metric).to_have_value("Validation loss below")
    expect(page.locator(".st-key-train_size")).to_contain_text("50000")
    wait_until(page, "location.search.includes('choose_by=validation')")
    press_train(page)
    wait_until_over(page)
    assert re.fullmatch(
        r"Stopped after epoch \d of 3: validation loss 0\.\d{3} fell below 1\.", sentence(page)
    ), sentence(page)
    legend = page.locator(".curves .legendtext")
    assert legend.all_text_contents() == ["Training", "Validation", "Training, epoch mean"]
    # The test pictures come at the end, and are other pictures.
    watched = next(it["y"][-1] for it in traces(page) if it["meta"] == of(page, "accuracy", "test"))
    tested = float(figure(page, "test_accuracy").removesuffix("%")) / 100
    assert 0.5 < tested != pytest.approx(watched, abs=1e-6)
    expect(curves(page)).to_contain_text("stop when validation loss < 1")


def of(page: Page, metric: str, series: str) -> dict[str, str]:
    run = curves(page).get_attribute("data-run") or ""
    return {"run": run, "metric": metric, "series": series}

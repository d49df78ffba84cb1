"""How tests look at a page: its curves, its run, its words. Nothing here waits for a time."""

from __future__ import annotations

from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.visits import wait_until

Traces: TypeAlias = list[dict[str, Any]]

TRACES = """(beside) => {
    const { run } = document.querySelector(".curves").dataset;
    return document.querySelector(".curves-plot").data
        .filter(({ meta }) => (meta.run !== run) === beside)
        .map((trace) => ({ meta: trace.meta, x: Array.from(trace.x), y: Array.from(trace.y) }));
}"""

ZOOM = """() => {
    const { xaxis, yaxis } = document.querySelector(".curves-plot")._fullLayout;
    return [...xaxis.range, ...yaxis.range];
}"""


GRAVE = {"serious", "critical"}

ENDLESS = "/?hidden=512&epochs=100"
"""A run that is never over before its test is."""


def curves(page: Page, state: str = "") -> Locator:
    """Return the live curves, in one state if one is named."""
    return page.locator(f'.curves[data-state="{state}"]' if state else ".curves")


def traces(page: Page) -> Traces:
    """Return the points that the page has drawn of the run that it shows."""
    drawn: Traces = page.evaluate(TRACES, False)
    return drawn


def traces_beside(page: Page) -> Traces:
    """Return the points that the page has drawn of the runs beside the one that it shows."""
    drawn: Traces = page.evaluate(TRACES, True)
    return drawn


def points(page: Page) -> int:
    """Return how many points the training curve has."""
    return int(curves(page).get_attribute("data-points") or 0)


def wait_for_points(page: Page, at_least: int) -> None:
    """Wait until the training curve of a visitor's own run has so many points."""
    wait_until(
        page,
        """(least) => {
            const { state, points } = document.querySelector(".curves").dataset;
            return state !== "recorded" && Number(points) >= least;
        }""",
        arg=at_least,
    )


def zoom(page: Page) -> list[float]:
    """Return the ends of the shown epochs and of the shown losses."""
    ends: list[float] = page.evaluate(ZOOM)
    return ends


def drag_a_zoom(page: Page) -> list[float]:
    """Zoom the upper panel as a reader does, with the mouse, and return the ends set."""
    before = zoom(page)
    box = page.locator(".curves-plot .nsewdrag[data-subplot=xy]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.10 * box["width"], box["y"] + 0.15 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.40 * box["width"], box["y"] + 0.50 * box["height"])
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.85 * box["height"])
    page.mouse.up()
    wait_until(
        page,
        """(before) => {
            const { xaxis } = document.querySelector(".curves-plot")._fullLayout;
            return xaxis.range[0] > before[0] && xaxis.range[1] < before[1];
        }""",
        arg=before,
    )
    return zoom(page)


def button(page: Page, key: str) -> Locator:
    """Return the button with a key; Streamlit draws one with a help twice, for mouse and for touch."""
    return page.locator(f".st-key-{key} button:visible")


def go_to_step(page: Page, step: str) -> None:
    """Open a step of a lesson and wait until it is there."""
    button(page, f"to_{step}").click()
    expect(page.locator(f".st-key-lesson_step_{step}")).to_be_visible()


def skip_prediction(page: Page) -> None:
    """Go on in a lesson without a prediction."""
    go_to_step(page, "prediction")
    button(page, "skip").click()
    expect(button(page, "skip")).to_have_count(0)


def press_train(page: Page) -> None:
    """Press Train and wait until the run is the one that is shown."""
    before = curves(page).get_attribute("data-run")
    button(page, "train").click()
    expect(curves(page)).not_to_have_attribute("data-run", before or "")


def wait_until_over(page: Page) -> None:
    """Wait until the run that is shown has ended and the page says how."""
    wait_until(
        page,
        """() => {
            const over = new Set(["finished", "stopped", "diverged", "failed"]);
            const sentence = document.querySelector(".st-key-result_sentence");
            return over.has(document.querySelector(".curves").dataset.state)
                && sentence !== null && sentence.innerText.trim() !== "";
        }""",
    )
    wait_until_idle(page)


def wait_until_idle(page: Page) -> None:
    """Wait until no script of the page runs."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def sentence(page: Page) -> str:
    """Return what the page says of the run's end."""
    return page.locator(".st-key-result_sentence").inner_text().strip()


def figure(page: Page, name: str) -> str:
    """Return one of the results: "test_accuracy", "test_loss" or "train_time"."""
    return page.locator(f".st-key-result_{name} [data-testid=stMetricValue]").inner_text().strip()


def link(page: Page) -> dict[str, str]:
    """Return the parameters of the page's link."""
    found = parse_qs(urlsplit(page.url).query, keep_blank_values=True)
    return {name: values[0] for name, values in found.items()}


def begins_with(whole: Traces, part: Traces) -> bool:
    """Whether each curve of `whole` begins with the points of `part`, be they of two runs."""
    return all(
        {**known["meta"], "run": None} == {**now["meta"], "run": None}
        and now["x"][: len(known["x"])] == known["x"]
        and now["y"][: len(known["y"])] == known["y"]
        for known, now in zip(part, whole, strict=True)
    )


def wait_until_paused(page: Page) -> int:
    """Wait until the run is paused and drawn as it stands; return how many points it has."""
    expect(button(page, "pause")).to_contain_text("Continue")
    expect(button(page, "pause")).to_be_enabled()
    expect(curves(page, "paused")).to_have_count(1)
    wait_until_idle(page)
    return points(page)


def grave_findings(page: Page) -> list[str]:
    """Return what axe finds serious or critical in either theme, a line each."""
    page.mouse.move(0, 0)  # a tooltip that fades in or out has neither colour
    expect(page.get_by_role("tooltip")).to_have_count(0)
    findings = []
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        wait_until(
            page,
            "(scheme) => getComputedStyle(document.querySelector('[data-testid=stApp]'))"
            ".colorScheme === scheme",
            arg=scheme,
        )
        violations = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        findings += [
            f"{scheme}: {violation['id']}: {node['html'][:200]}"
            for violation in violations
            if violation["impact"] in GRAVE
            for node in violation["nodes"]
        ]
    return findings

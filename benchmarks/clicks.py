"""From the click on Train to the first point of the curve, through the whole app.

A real server with one worker, a real Chromium. The page itself keeps the time: from its own click
event until the curves' element says that it has drawn a point of the new run. Everything between is
in it: the click's way to the server, the page's rerun, the queue, the worker, the stream, Plotly.
A new architecture is set and then clicked once the page stands still, as a person would: the worker
has begun to compile it by then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from playwright.sync_api import Page, sync_playwright

from benchmarks.progress import Progress
from benchmarks.served import serve_app
from benchmarks.table import Part, Target, cells, format_table, spread
from tests.browser.visits import Visits, open_browser

TARGETS: Final = {
    "known": Target(
        label="click to first point, an architecture the worker knows", limit=0.4, digits=3
    ),
    "new": Target(label="click to first point, a new architecture", limit=1.5, digits=3),
    "replay": Target(
        label="click to the curve of an experiment trained before", limit=0.3, digits=3
    ),
}
"""For the medians."""

LABELS: Final = {
    "known": "known architecture, another seed",
    "new": "new architecture, just set",
    "replay": "trained before, replayed",
}

ANSWER: Final = "of that, until the page shows the run"

# The element notes the run and the points that it has drawn as attributes. The points that stand
# there when the run changes are still those of the run before.
STOPWATCH: Final = """
() => {
    const watch = { begin: null, run: null, changed: false, answered: null, milliseconds: null };
    window.benchmark = watch;
    const curves = () => document.querySelector(".curves");
    document.addEventListener("click", (event) => {
        if (!event.target.closest(".st-key-train button")) return;
        watch.run = curves().dataset.run;
        watch.begin = performance.now();
    }, true);
    new MutationObserver((records) => {
        if (watch.begin === null || watch.milliseconds !== null) return;
        for (const { attributeName, target } of records) {
            if (!target.matches(".curves")) continue;
            if (attributeName === "data-run") {
                watch.changed = target.dataset.run !== watch.run;
                if (watch.changed) watch.answered ??= performance.now() - watch.begin;
            } else if (watch.changed && Number(target.dataset.points) >= 1) {
                watch.milliseconds = performance.now() - watch.begin;
                return;
            }
        }
    }).observe(document.body, {
        subtree: true, attributes: true, attributeFilter: ["data-run", "data-points"],
    });
}
"""

OVER: Final = '.curves[data-state="finished"]'


def run(count: int) -> Part:
    """Measure so many clicks of each kind."""
    links = {
        "known": [f"epochs=1&seed={seed}" for seed in range(1, count + 1)],
        "new": [f"epochs=1&hidden={units}" for units in range(129, 129 + count)],
    }
    links["replay"] = links["known"]
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in links}
    progress = Progress("clicks", 3 * count)
    with serve_app(1) as app, sync_playwright() as playwright, open_browser(playwright) as browser:
        app.wait_until_idle()
        page = Visits(browser, app.url)("/?epochs=1&seed=0")
        click_train(page)  # the first one loads what all later ones have
        for name, addresses in links.items():
            for address in addresses:
                progress.step(LABELS[name])
                page.goto(f"{app.url}/?{address}")
                wait_until_still(page)
                seconds[name].append(click_train(page))
    progress.end()
    return report(seconds)


def wait_until_still(page: Page) -> None:
    """Wait until the page is drawn and has nothing more to fetch."""
    page.wait_for_selector(
        "[data-testid=stApp][data-test-connection-state=CONNECTED]"
        "[data-test-script-state=notRunning] .st-key-train button:enabled"
    )
    page.wait_for_selector(".curves-plot .main-svg")
    page.wait_for_load_state("networkidle")


def click_train(page: Page) -> tuple[float, float]:
    """Click Train and return the seconds until the page shows the run, and to the first point.

    The run is over then.
    """
    page.evaluate(STOPWATCH)
    page.click(".st-key-train button")
    page.wait_for_function("() => window.benchmark.milliseconds")
    watch = page.evaluate("() => window.benchmark")
    page.wait_for_selector(OVER)
    return watch["answered"] / 1000, watch["milliseconds"] / 1000


def report(seconds: Mapping[str, Sequence[tuple[float, float]]]) -> Part:
    """Return the table of the clicks.

    Args:
        seconds: for each click, until the page shows the run, and to the first point.
    """
    measured = {name: spread([it for _, it in pairs]) for name, pairs in seconds.items()}
    answers = {name: spread([it for it, _ in pairs]) for name, pairs in seconds.items()}
    names = ("median", "p95", "least", "most")
    rows = []
    for name, it in measured.items():
        rows.append([LABELS[name], *cells(it, *names), f"{it['count']}"])
        rows.append([f"  {ANSWER}", *cells(answers[name], *names), ""])
    text = format_table("Click on Train to first point, seconds", (*names, "clicks"), rows)
    verdicts = tuple(target.check(measured[name]["median"]) for name, target in TARGETS.items())
    text += "".join(f"\n{verdict.sentence}" for verdict in verdicts)
    return Part(text, {"seconds": measured, "answer_seconds": answers}, verdicts)

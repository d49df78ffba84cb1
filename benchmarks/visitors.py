"""Forty visitors at once: one training for the same experiment, fair turns for different ones.

Each is a real connection to a real server with as many workers as the machine carries. All press
Train; while the runs wait and train, each page redraws itself when its run's state changes, and each
visitor moves a control every few seconds. The visitors themselves take a part of the machine.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.connection import new_cookie
from benchmarks.progress import Progress
from benchmarks.served import Served, proportional_mb, serve_app
from benchmarks.table import Part, Target, format_table, spread
from benchmarks.visitor import Visitor

RERUNS: Final = Target(
    label="page reruns while visitors train, p95", limit=300, unit="ms", digits=0
)
MEMORY: Final = Target(label="page's process, memory with visitors", limit=400, unit="MB", digits=0)
ONCE: Final = Target(label="trainings of the same experiment", limit=1, unit="", digits=0)
ALL: Final = Target(label="share of different runs that finish", limit=1, unit="", is_floor=True)
FAIR: Final = Target(label="first runs that waited for a third", limit=0, unit="", digits=0)

TOUCH_EVERY: Final = 5.0
"""Seconds from one move of a visitor to the next."""

SAME: Final = "epochs={epochs}&seed=1"
DIFFERENT: Final = "epochs=3&train_size=10000&seed={seed}"

OPENING, PRESSING = "opens the page, all at once", "presses Train, all at once"
CHANGING, TOUCHING = "page redraws as its run changes", "moves a control while it trains"

_random: Final = random.Random(0)


@dataclass
class Watch:
    """What was measured of a crowd of visitors."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    """Of reruns, by what they were for."""
    page_mb: float = 0.0
    """Memory of the page's process, at most."""

    def note(self, what: str, seconds: float) -> None:
        """Keep the time of a rerun."""
        self.seconds.setdefault(what, []).append(seconds)


def run(visitors: int, epochs: int = 30, older: Path | None = None) -> Part:
    """Let so many visitors train the same, and then different experiments; report how it went.

    Args:
        visitors: from 4; a quarter of them ask for three runs each.
        epochs: of the experiment that all want.
        older: the folder of the version that is measured; None for this one.
    """
    same, different = Watch(), Watch()
    progress = Progress("visitors", 2)
    progress.step(f"{visitors} visitors ask for the same experiment")
    with serve_app(older=older) as app:
        app.wait_until_idle()
        alone = proportional_mb(app.server.process)
        links = [SAME.format(epochs=epochs)] * visitors
        asyncio.run(train_all(app, links, range(visitors), 0, same))
        trainings = len(app.wait_until_kept(1))
    progress.step(f"{visitors} visitors ask for different experiments")
    with serve_app(older=older) as app:
        app.wait_until_idle()
        # A quarter of them ask for three runs each, in three tabs, before the others ask for one.
        greedy = visitors // 4
        people = [*(3 * list(range(greedy))), *range(greedy, visitors)]
        links = [DIFFERENT.format(seed=seed) for seed in range(len(people))]
        asyncio.run(train_all(app, links, people, 3 * greedy, different))
        rows = app.wait_until_kept(len(people))
    progress.end()
    finished = sum(row["state"] == "finished" for row in rows)
    outcome = {
        "visitors": visitors,
        "trainings_of_the_same": trainings,
        "different": len(people),
        "different_finished": finished,
        "unfair": len(unfair(rows)),
        "page_mb_alone": alone,
        "page_mb": max(same.page_mb, different.page_mb),
    }
    return report(same.seconds, different.seconds, outcome)


async def train_all(
    app: Served, links: Sequence[str], people: Sequence[int], first: int, watch: Watch
) -> None:
    """Have a visitor for each of `links` and `people` train what the link says.

    Args:
        app: the server.
        links: one a visitor.
        people: one a visitor; the same number is another tab of the same visitor.
        first: how many press Train before the others do.
        watch: takes what is measured.
    """
    cookies = {person: await new_cookie(app.url, is_older=app.is_older) for person in set(people)}
    async with AsyncExitStack() as stack:
        tabs = [
            await stack.enter_async_context(
                Visitor(app.url, link, cookies[person], is_older=app.is_older)
            )
            for link, person in zip(links, people, strict=True)
        ]
        await asyncio.gather(*(_timed(watch, OPENING, tab) for tab in tabs))
        sampling = asyncio.create_task(_sample(app, watch))
        async with asyncio.TaskGroup() as group:
            for some in (tabs[:first], tabs[first:]):
                pressed = [asyncio.Event() for _ in some]
                for tab, event in zip(some, pressed, strict=True):
                    group.create_task(_train(tab, watch, event))
                await asyncio.gather(*(event.wait() for event in pressed))
        sampling.cancel()


async def _train(tab: Visitor, watch: Watch, pressed: asyncio.Event) -> None:
    """Press Train, say so, and stay until the run is over."""
    await _timed(watch, PRESSING, tab, "train")
    pressed.set()
    touching = asyncio.create_task(_touch(tab, watch))
    try:
        async for _ in tab.watch():
            await _timed(watch, CHANGING, tab)
    finally:
        touching.cancel()


async def _touch(tab: Visitor, watch: Watch) -> None:
    """Have the whole page drawn again every now and then, as a control does that is moved."""
    await asyncio.sleep(_random.uniform(0, TOUCH_EVERY))
    while True:
        await _timed(watch, TOUCHING, tab)
        await asyncio.sleep(TOUCH_EVERY)


async def _timed(watch: Watch, what: str, tab: Visitor, pressed: str = "") -> None:
    watch.note(what, await tab.rerun(pressed))


async def _sample(app: Served, watch: Watch) -> None:
    """Keep the most memory that the page's process took."""
    while True:
        watch.page_mb = max(watch.page_mb, proportional_mb(app.server.process))
        await asyncio.sleep(2)


def unfair(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the pairs (first, third) of runs in which someone's first waited for a third.

    The first run of one person was there already when the third one of another started, and yet
    started later.

    Args:
        rows: in the order in which they were asked for; `id`, `owner`, `created` and `started`
            (None if it never did), times that can be compared.
    """
    count: dict[str, int] = {}
    firsts, thirds = [], []
    for row in rows:
        count[row["owner"]] = count.get(row["owner"], 0) + 1
        if count[row["owner"]] == 1:
            firsts.append(row)
        elif count[row["owner"]] == 3:
            thirds.append(row)
    return [
        (first["id"], third["id"])
        for third in thirds
        for first in firsts
        if third["started"] is not None
        and first["created"] < third["started"]
        and (first["started"] is None or first["started"] > third["started"])
    ]


def report(
    same: Mapping[str, Sequence[float]],
    different: Mapping[str, Sequence[float]],
    outcome: Mapping[str, Any],
) -> Part:
    """Return the tables of the reruns and what came of the trainings."""
    texts, figures = [], {}
    crowds = {"the same experiment": same, "different experiments": different}
    for name, seconds in crowds.items():
        measured = {what: spread([1000 * it for it in seconds[what]]) for what in seconds}
        rows = [
            [what, *(f"{it[key]:.0f}" for key in ("median", "p95", "most", "count"))]
            for what, it in measured.items()
        ]
        title = f"{outcome['visitors']} visitors, {name}: a rerun, ms"
        texts.append(format_table(title, ("median", "p95", "most", "reruns"), rows))
        figures[name] = measured
    pooled = [
        1000 * rerun
        for seconds in crowds.values()
        for what in (CHANGING, TOUCHING)
        for rerun in seconds.get(what, ())
    ]
    verdicts = (
        ONCE.check(outcome["trainings_of_the_same"]),
        ALL.check(outcome["different_finished"] / outcome["different"]),
        FAIR.check(outcome["unfair"]),
        RERUNS.check(spread(pooled)["p95"] if pooled else None),
        MEMORY.check(outcome["page_mb"]),
    )
    sentences = [verdict.sentence for verdict in verdicts]
    sentences.append(
        f"The page's process takes {outcome['page_mb_alone']:.0f} MB before anyone has come."
    )
    text = "\n\n".join(texts) + "\n" + "\n".join(sentences)
    return Part(text, {**outcome, "reruns_ms": figures}, verdicts)

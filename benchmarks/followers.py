"""Forty tabs that follow runs: what they cost the page's process, and whether a slow store holds others up.

Each tab is the connection by which a page hears of its run. Their pages are not drawn and no picture's
answers are asked for: what those cost is measured with the visitors. One worker trains, so that the
page's process has a core for itself where there are two.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.connection import new_cookie
from benchmarks.live import hear, is_over
from benchmarks.progress import Progress
from benchmarks.served import Served, cpu_seconds, serve_app
from benchmarks.slow_store.sitecustomize import VARIABLE
from benchmarks.table import Part, Target, format_table, spread
from benchmarks.visitor import Visitor

ONE: Final = "epochs={epochs}&seed=1"
DIFFERENT: Final = "epochs={epochs}&seed={seed}"
KEPT: Final = "epochs=1&train_size=2000&seed={seed}"

MOST_EPOCHS: Final = 100

RUNS_KEPT: Final = 8
"""Of an earlier server: they are in the store and not in memory."""

DELAY: Final = 5.0
"""Seconds after which a slow store answers."""

BESIDE_SLOW: Final = Target(
    label=f"another visitor's rerun while the store answers after {DELAY:g} s, p95",
    limit=300,
    unit="ms",
    digits=0,
)

SECONDS: Final = 30.0
"""For which the other visitor's reruns are measured, each time."""

TOUCH_EVERY: Final = 0.25
"""Seconds from the end of one to the next."""


@dataclass
class Crowd:
    """Tabs that follow runs.

    Args:
        size: how many.
    """

    size: int
    messages: int = 0
    listening: set[int] = field(default_factory=set)
    over: set[int] = field(default_factory=set)
    all_listen: asyncio.Event = field(default_factory=asyncio.Event)
    all_over: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self, app: Served, tab: int, run: str, cookie: str) -> None:
        """Have one of the tabs follow a run, for as long as the server tells of it."""
        told = hear(app.url, run, cookie, is_older=app.is_older)
        async with aclosing(told):
            async for message in told:
                self.messages += 1
                self.listening.add(tab)
                if is_over(message):
                    self.over.add(tab)
                if len(self.listening) == self.size:
                    self.all_listen.set()
                if len(self.over) == self.size:
                    self.all_over.set()


def run(followers: int, epochs: int = 3, older: Path | None = None) -> Part:
    """Measure so many followers of one run, of as many runs, and of runs in a slow store.

    Args:
        followers: how many, from 1.
        epochs: of each of many runs; the one that all follow has twenty times as many, 100 at most.
        older: the folder of the version that is measured; None for this one.
    """
    progress = Progress("followers", 3)
    crowds = {}
    for name, links in {
        "one run": [ONE.format(epochs=min(MOST_EPOCHS, 20 * epochs))],
        "a run each": [DIFFERENT.format(epochs=epochs, seed=seed) for seed in range(followers)],
    }.items():
        progress.step(f"{followers} followers of {name}")
        with serve_app(1, older=older) as app:
            app.wait_until_idle()
            crowds[name] = asyncio.run(follow_to_the_end(app, links, followers))
    progress.step(f"a store that answers after {DELAY:g} s")
    reruns = rerun_beside_slow_store(followers, older)
    progress.end()
    return report(followers, crowds, reruns)


async def follow_to_the_end(app: Served, links: Sequence[str], followers: int) -> dict[str, float]:
    """Have runs trained and followed to their end.

    Args:
        app: the server.
        links: of the runs; they are followed in turn.
        followers: how many.

    Returns:
        `seconds` from when all listened to when all runs were over, the page's process's `processor`
        seconds, and the `messages` that all heard together.
    """
    cookies = [
        await new_cookie(app.url, is_older=app.is_older) for _ in range(max(followers, len(links)))
    ]
    async with asyncio.TaskGroup() as group:
        begun = [
            group.create_task(_begin(app, link, cookie))
            for link, cookie in zip(links, cookies, strict=False)
        ]
    runs = [task.result() for task in begun]
    async with followed(app, runs, cookies[:followers]) as crowd:
        await crowd.all_listen.wait()
        before, begin, messages = (
            cpu_seconds(app.server.process),
            time.perf_counter(),
            crowd.messages,
        )
        await crowd.all_over.wait()
        return {
            "seconds": time.perf_counter() - begin,
            "processor": cpu_seconds(app.server.process) - before,
            "messages": crowd.messages - messages,
        }


async def _begin(app: Served, link: str, cookie: str) -> str:
    """Have somebody press Train and leave; return the run."""
    async with Visitor(app.url, link, cookie, is_older=app.is_older) as tab:
        await tab.rerun()
        await tab.rerun("train")
        return tab.run


@asynccontextmanager
async def followed(
    app: Served, runs: Sequence[str], cookies: Sequence[str]
) -> AsyncIterator[Crowd]:
    """Yield a tab for each of `cookies`; they follow `runs` in turn, and leave in the end."""
    crowd = Crowd(len(cookies))
    async with asyncio.TaskGroup() as group:
        tabs = [
            group.create_task(crowd.follow(app, number, runs[number % len(runs)], cookie))
            for number, cookie in enumerate(cookies)
        ]
        yield crowd
        for tab in tabs:
            tab.cancel()


# --- a slow store ----------------------------------------------------------------------------------


def rerun_beside_slow_store(followers: int, older: Path | None) -> dict[str, list[float]]:
    """Return the seconds of another visitor's reruns before and while the store is slow.

    Meanwhile so many tabs follow runs that an earlier server has left, somebody opens the pages of
    these runs, and a run trains.
    """
    with tempfile.TemporaryDirectory(prefix="playground-bench-") as name:
        folder = Path(name)
        with serve_app(1, older=older, kept=folder) as app:
            app.wait_until_idle()
            links = [KEPT.format(seed=seed) for seed in range(RUNS_KEPT)]
            asyncio.run(follow_to_the_end(app, links, RUNS_KEPT))
            runs = [row["id"] for row in app.wait_until_kept(RUNS_KEPT)]
        delay = folder / "delay"
        settings = {"PYTHONPATH": str(Path(__file__).parent / "slow_store"), VARIABLE: str(delay)}
        with serve_app(1, settings, older=older, kept=folder) as app:
            app.wait_until_idle()
            return asyncio.run(_rerun_beside(app, runs, followers, delay))


async def _rerun_beside(
    app: Served, runs: Sequence[str], followers: int, delay: Path
) -> dict[str, list[float]]:
    cookies = [await new_cookie(app.url, is_older=app.is_older) for _ in range(followers)]
    await _begin(app, ONE.format(epochs=MOST_EPOCHS), cookies[0])
    async with Visitor(app.url, "seed=7", is_older=app.is_older) as tab:
        await tab.rerun()
        alone = await _rerun_again_and_again(tab)
        with slow(delay):
            async with followed(app, runs, cookies):
                reading = asyncio.create_task(_open_pages(app, runs))
                slowly = await _rerun_again_and_again(tab)
                reading.cancel()
    return {"alone": alone, "slow": slowly}


async def _rerun_again_and_again(tab: Visitor) -> list[float]:
    """Return the seconds of a visitor's reruns; the last one may end late."""
    end = time.monotonic() + SECONDS
    seconds = []
    while time.monotonic() < end:
        seconds.append(await tab.rerun())
        await asyncio.sleep(TOUCH_EVERY)
    return seconds


async def _open_pages(app: Served, runs: Sequence[str]) -> None:
    """Open the pages of runs, one after the other, as somebody who goes through old links."""
    for it in runs:
        async with Visitor(app.url, f"run={it}", is_older=app.is_older) as tab:
            await tab.rerun()


@contextmanager
def slow(delay: Path) -> Iterator[None]:
    """Let the store answer late until this is left."""
    delay.write_text(str(DELAY), encoding="utf-8")
    try:
        yield
    finally:
        delay.unlink()


# --- the report ------------------------------------------------------------------------------------


def report(
    followers: int,
    crowds: Mapping[str, Mapping[str, float]],
    reruns: Mapping[str, Sequence[float]],
) -> Part:
    """Return the tables of what followers cost, and of the reruns.

    Args:
        followers: how many.
        crowds: what `follow_to_the_end` returned, by what was followed.
        reruns: seconds, as `rerun_beside_slow_store` returns them.
    """
    figures: dict[str, Any] = {
        name: {
            **it,
            "processor_share": it["processor"] / it["seconds"],
            "messages_per_second": it["messages"] / it["seconds"],
        }
        for name, it in crowds.items()
    }
    rows = [
        [
            name,
            f"{it['seconds']:.1f}",
            f"{it['processor']:.2f}",
            f"{1000 * it['processor_share']:.1f}",
            f"{it['messages_per_second']:.0f}",
        ]
        for name, it in figures.items()
    ]
    columns = ("seconds", "processor, s", "processor, ms a second", "messages a second")
    text = format_table(f"The page's process, {followers} followers of", columns, rows)
    times = {name: spread([1000 * it for it in seconds]) for name, seconds in reruns.items()}
    names = {"alone": "while the store is as it is", "slow": "while the store answers late"}
    rows = [
        [names[name], *(f"{it[key]:.0f}" for key in ("median", "p95", "most", "count"))]
        for name, it in times.items()
    ]
    text += "\n\n" + format_table(
        "Another visitor's rerun, ms", ("median", "p95", "most", "reruns"), rows
    )
    verdicts = (BESIDE_SLOW.check(times["slow"]["p95"]),)
    text += f"\n{verdicts[0].sentence}"
    return Part(text, {"followers": figures, "reruns_ms": times}, verdicts)

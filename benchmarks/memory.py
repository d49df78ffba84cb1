"""What the app takes while nobody is there: the memory of every process, and its processor time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from benchmarks.progress import Progress
from benchmarks.served import Served, proportional_mb, role, serve_app
from benchmarks.table import Part, Target, format_table
from benchmarks.visitor import Visitor

TOGETHER: Final = Target(
    label="idle with one warm worker, memory of all processes", limit=1100, unit="MB", digits=0
)
IDLE: Final = Target(label="idle, share of a core", limit=2, unit="%", digits=1)

SECONDS: Final = 20.0
"""For which the processor time is counted."""


def run(seconds: float = SECONDS) -> Part:
    """Measure a server with one warm worker, before and after its first visitor's run."""
    progress = Progress("memory", 3)
    progress.step("a server starts and comes to rest")
    with serve_app(1) as app:
        app.wait_until_idle()
        warm = memory(app)
        progress.step(f"its processor time is counted for {seconds:g} s")
        cores = app.cores(seconds)
        progress.step("its first visitor's run")
        asyncio.run(train_once(app.url))
        app.wait_until_idle()
        used = memory(app)
    progress.end()
    return report(warm, used, 100 * cores, seconds)


def memory(app: Served) -> dict[str, float]:
    """Return the memory of each process, MB (PSS), by what it is for."""
    taken: dict[str, float] = {}
    for process in app.processes:
        name = role(process)
        taken[name] = taken.get(name, 0.0) + proportional_mb(process)
    return taken


async def train_once(url: str) -> None:
    """Train five epochs of the network that everybody trains first."""
    async with Visitor(url, "seed=1") as visitor:
        await visitor.rerun()
        await visitor.rerun("train")
        async for _ in visitor.watch():
            pass
        await visitor.rerun()


def report(
    warm: Mapping[str, float], used: Mapping[str, float], percent: float, seconds: float
) -> Part:
    """Return the table of the memory, MB, and the processor time."""
    names = [name for name in ("page", "engine", "worker", "other") if name in {**warm, **used}]
    rows = [[name, f"{warm.get(name, 0):.0f}", f"{used.get(name, 0):.0f}"] for name in names]
    together = sum(warm.values()), sum(used.values())
    rows.append(["together", *(f"{value:.0f}" for value in together)])
    text = format_table("Idle, memory (PSS), MB", ("warm", "after a run"), rows)
    verdicts = (TOGETHER.check(together[0]), IDLE.check(percent))
    text += "".join(f"\n{verdict.sentence}" for verdict in verdicts)
    text += f" (over {seconds:g} s)"
    figures = {"warm_mb": dict(warm), "after_a_run_mb": dict(used), "idle_percent": percent}
    return Part(text, figures, verdicts)

"""Two long runs on two workers, and others who come: how soon they see a point, and what it costs the long.

The long ones are as large and as slow as the settings allow. Afterwards one is trained again as far as
it came, with nobody to give way to, and has to tell the same to the last bit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from time import perf_counter
from typing import Any, Final

from benchmarks.progress import Progress
from benchmarks.table import Part, Target, cells, format_table, spread
from benchmarks.workers import SILENCE, service_with, until_over
from playground.core.events import ChunkEnd, Event
from playground.core.experiment import Experiment
from playground.core.run import RunView
from playground.jobs import TrainingService
from playground.jobs.slices import SLICE

FIRST_POINT: Final = Target(
    label="a newcomer's first point while two long runs train, at most",
    limit=30,
    unit="s",
    digits=1,
)
SAME: Final = Target(
    label="events of a long run that gave way that differ from an undisturbed one's", limit=0, unit="", digits=0
)  # fmt: skip

LONG: Final = Experiment(hidden=(1024,) * 4, batch_size=16, epochs=100)


def run(newcomers: int) -> Part:
    """Let so many people come, one after the other, and measure.

    Args:
        newcomers: how many, from 1.
    """
    with service_with(2) as service:
        return report(asyncio.run(_measure(service, newcomers)))


async def _measure(service: TrainingService, newcomers: int) -> dict[str, Any]:
    progress = Progress("giving_way", newcomers + 2)
    progress.step("two long runs begin, and have had their slices")
    long_runs = [service.begin(LONG.with_(seed=seed), f"long {seed}") for seed in (1, 2)]
    for it in long_runs:
        await _until(service, it, lambda view: view.seconds > SLICE)
    seconds, breaks = [], []
    for number in range(newcomers):
        progress.step(f"newcomer {number + 1} of {newcomers} presses Train")
        begin = perf_counter()
        newcomer = service.begin(Experiment(epochs=2, seed=10 + number), f"newcomer {number}")
        await _until(service, newcomer, lambda view: bool(view.chunks))
        seconds.append(perf_counter() - begin)
        (one,) = [it for it in long_runs if service.view(it).gave_way]
        before = service.view(one).last_seq
        left = perf_counter()
        await until_over(service, newcomer)
        over = perf_counter()
        await _until(service, one, lambda view, before=before: view.last_seq > before)
        breaks.append((over - left, perf_counter() - over))
        for it in long_runs:  # each has a slice before the next one comes
            had = service.view(it).seconds
            await _until(service, it, lambda view, had=had: view.seconds > had + SLICE)
    progress.step("one long run is trained again, alone")
    told = service.view(long_runs[0]).events
    chunks = [event for event in told if isinstance(event, ChunkEnd)]
    for number, it in enumerate(long_runs, 1):
        service.stop(it, f"long {number}")
        await until_over(service, it)
    alone = service.begin(LONG.with_(seed=1), "alone", chunks=len(chunks))
    view = await _until(service, alone, lambda view: not view.state.is_active)
    progress.end()
    return {
        "first_point": seconds,
        "goes_on_after": [after for _trained, after in breaks],
        "chunk": [
            after.seconds - before.seconds
            for before, after in pairwise(chunks)
            if before.epoch == after.epoch
        ],
        "compared": len(told),
        "different": different(told, view.events),
    }


async def _until(service: TrainingService, run: str, condition: Any) -> RunView:  # noqa: ANN401
    async for view in service.follow(run, SILENCE):
        if condition(view):
            return view
    raise RuntimeError(f"the run {run} ended before that")


def different(told: Sequence[Event], alone: Sequence[Event]) -> int:
    """Return how many events differ, whatever a clock said, or are missing."""
    pairs = zip(told, alone, strict=False)
    unlike = sum(replace(one, seconds=0.0) != replace(other, seconds=0.0) for one, other in pairs)
    return unlike + max(0, len(told) - len(alone))


def report(measured: Mapping[str, Any]) -> Part:
    """Return the table of the waits, and the targets."""
    rows = [
        [name, *cells(spread(measured[key]), "median", "least", "most")]
        for name, key in (
            ("a newcomer's first point, after Train", "first_point"),
            ("a long run's next point, after the newcomer's end", "goes_on_after"),
            ("a chunk of a long run", "chunk"),
        )
    ]
    verdicts = (
        FIRST_POINT.check(max(measured["first_point"])),
        SAME.check(measured["different"]),
    )
    title = "Two runs of 1024 × 4, batch 16, on two workers; seconds"
    text = format_table(title, ("median", "least", "most"), rows)
    text += "\n" + "\n".join(verdict.sentence for verdict in verdicts)
    text += f"\n{measured['compared']} events were compared."
    figures = {**measured, "chunk": spread(measured["chunk"])}
    return Part(text, figures, verdicts)

"""Train the runs that the lessons' texts speak of, and fail where a text is not true any more.

The second half of `make reproduce`. A claim is checked with three seeds at least.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.reproduce import ONE_THREAD
from benchmarks.table import format_table
from playground.core.experiment import Experiment
from playground.core.run import RunState, RunView
from playground.core.verdict import compare, last_value
from playground.lessons import Claim, Lesson, find_lessons

SEEDS: Final = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """A claim and what its runs ended with, seed by seed.

    Args:
        lesson: the lesson's slug.
        claim: what it states.
        values: of the run that it is about.
        others: of the run that it is compared with; empty if it is not.
    """

    lesson: str
    claim: Claim
    values: tuple[float, ...]
    others: tuple[float, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the text is true."""
        if self.claim.direction is not None:
            return compare(self.values, self.others) == self.claim.direction
        mean = sum(self.values) / len(self.values)
        low, high = self.claim.low, self.claim.high
        return (low is None or mean >= low) and (high is None or mean <= high)

    @property
    def expected(self) -> str:
        """The claim in short."""
        if self.claim.direction is not None:
            return f"{self.claim.direction} than {self.claim.than}"
        return f"{self.claim.low} to {self.claim.high}"


def main() -> None:
    """Train, check, print.

    Raises:
        SystemExit: a text is not true.
    """
    os.environ.update(ONE_THREAD)
    from playground.engine.training import Trainer

    trainer = Trainer()
    known: dict[Experiment, RunView] = {}

    def train(experiment: Experiment) -> RunView:
        if experiment not in known:
            events: list[object] = []
            result = trainer.train(experiment, events.append)
            known[experiment] = RunView(
                id=experiment.key,
                experiment=experiment,
                state=RunState.FINISHED if result.ending is None else result.ending.state,
                events=tuple(events),  # type: ignore[arg-type]  # what `train` tells are events
                ending=result.ending,
            )
        return known[experiment]

    evidence = [weigh(lesson, claim, train) for lesson in find_lessons() for claim in lesson.claims]
    print(table(evidence))
    failed = [one for one in evidence if not one.holds]
    if failed:
        raise SystemExit(f"{len(failed)} of {len(evidence)} statements of the lessons do not hold.")


def weigh(lesson: Lesson, claim: Claim, train: Callable[[Experiment], RunView]) -> Evidence:
    """Return the evidence for a claim, from runs that `train` trains."""
    runs = {run.name: run for run in lesson.runs}

    def values(name: str) -> tuple[float, ...]:
        run = runs[name]
        seeds = run.seeds if len(run.seeds) >= SEEDS else tuple(range(SEEDS))
        views = [train(run.experiment.with_(seed=seed)) for seed in seeds]
        found = [last_value(view, claim.metric) for view in views]
        return tuple(math.nan if value is None else value for value in found)

    others = values(claim.than) if claim.than else ()
    return Evidence(lesson.slug, claim, values(claim.run), others)


def table(evidence: Sequence[Evidence]) -> str:
    """Return the claims as a table."""
    rows = [
        [
            f"{one.lesson}: {one.claim.id}",
            f"{one.claim.metric} of {one.claim.run}",
            one.expected,
            _range(one.values),
            _range(one.others) if one.others else "",
            "yes" if one.holds else "NO",
        ]
        for one in evidence
    ]
    columns = ("what", "expected", "seeds", "compared with", "holds")
    return format_table("What the lessons state", columns, rows)


def _range(values: Sequence[float]) -> str:
    return f"{min(values):.4g} to {max(values):.4g}"


if __name__ == "__main__":
    main()

"""Train the runs that the lessons' texts speak of, and fail where a text is not true any more.

The second half of `make reproduce`; writes `docs/claims.md`. A claim is checked with three seeds at least.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.progress import Progress, work
from playground.core.experiment import Experiment
from playground.core.run import RunState, RunView
from playground.core.verdict import compare, last_value
from playground.lessons import Claim, Lesson, find_lessons
from reproduction import ONE_THREAD
from reproduction.page import markdown_table, today, trained_on, versions_here, write_page

SEEDS: Final = 3

HEAD: Final = ("Lesson", "Statement", "Value", "Expected", "Seeds", "Compared with", "Holds")


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
        if self.claim.direction == "overlap":
            return f"overlaps with {self.claim.than}"
        if self.claim.direction is not None:
            return f"{self.claim.direction} than {self.claim.than}"
        low, high = self.claim.low, self.claim.high
        if low is None:
            return f"at most {high:g}"
        return f"at least {low:g}" if high is None else f"{low:g} to {high:g}"


def main() -> None:
    """Train, check, print, write.

    Raises:
        SystemExit: a text is not true.
    """
    os.environ.update(ONE_THREAD)
    from playground.engine.training import Trainer

    trainer = Trainer()
    known: dict[Experiment, RunView] = {}
    claims = [(lesson, claim) for lesson in find_lessons() for claim in lesson.claims]
    wanted = {run for lesson, claim in claims for run in needed_runs(lesson, claim)}
    progress = Progress("claims", sum(map(work, wanted)))

    def train(experiment: Experiment) -> RunView:
        if experiment not in known:
            progress.step(f"run {len(known) + 1} of {len(wanted)}", work(experiment))
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

    evidence = [weigh(lesson, claim, train) for lesson, claim in claims]
    progress.end()
    page = document(evidence, date=today(), versions=versions_here())
    print(page, end="")
    write_page("claims.md", page)
    failed = [one for one in evidence if not one.holds]
    if failed:
        raise SystemExit(f"{len(failed)} of {len(evidence)} statements of the lessons do not hold.")


def weigh(lesson: Lesson, claim: Claim, train: Callable[[Experiment], RunView]) -> Evidence:
    """Return the evidence for a claim, from runs that `train` trains."""

    def values(name: str) -> tuple[float, ...]:
        views = [train(experiment) for experiment in seeded(lesson, name)]
        found = [last_value(view, claim.metric) for view in views]
        return tuple(math.nan if value is None else value for value in found)

    others = values(claim.than) if claim.than else ()
    return Evidence(lesson.slug, claim, values(claim.run), others)


def needed_runs(lesson: Lesson, claim: Claim) -> Iterator[Experiment]:
    """Yield what has to be trained to weigh a claim."""
    yield from seeded(lesson, claim.run)
    if claim.than:
        yield from seeded(lesson, claim.than)


def seeded(lesson: Lesson, name: str) -> list[Experiment]:
    """Return the experiments of a lesson's run, one a seed."""
    run = next(run for run in lesson.runs if run.name == name)
    seeds = run.seeds if len(run.seeds) >= SEEDS else tuple(range(SEEDS))
    return [run.experiment.with_(seed=seed) for seed in seeds]


def document(evidence: Sequence[Evidence], *, date: str, versions: Mapping[str, str]) -> str:
    """Return the evidence as Markdown.

    Args:
        evidence: of all claims.
        date: ISO date of the training.
        versions: what trained them, by name.
    """
    rows = [
        [
            one.lesson,
            one.claim.id,
            f"{one.claim.metric} of {one.claim.run}",
            one.expected,
            _list(one.values),
            _list(one.others),
            "yes" if one.holds else "**no**",
        ]
        for one in evidence
    ]
    parts = (
        "# What the lessons state, and what was measured",
        (
            "Every figure and every direction in a lesson’s text carries a mark. Here is what the mark "
            "stands for, and what its runs ended with, a value for each seed. A figure is true if the "
            "mean lies in its range; “higher” and “lower” are true if all seeds of one network lie "
            "beyond all seeds of the other, “overlaps” if they do not."
        ),
        (
            f"{trained_on(date, versions)} To repeat it: `make reproduce`, which writes this page "
            "anew and fails if a statement is not true any more."
        ),
        markdown_table(HEAD, rows),
    )
    return "\n\n".join(parts) + "\n"


def _list(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.4g}" for value in values)


if __name__ == "__main__":
    main()

"""The notebooks' figures and ours side by side, as Markdown that reads well on a screen too.

Pure text from what is handed in: trains nothing, asks no clock, writes no file.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reproduction.editions import Figures, NotebookError, NotebookRun
from reproduction.page import markdown_table, trained_on

UNEXPLAINED: Final = "Not explained: chance beyond these seeds, or a change in Keras since."


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One of the figures of a run.

    Args:
        name: the field of `Figures`.
        label: its words.
        digits: after the point, as the notebooks print it.
        tolerance: how far our range is widened at both ends.
        relative: whether `tolerance` is a share of our mean.
    """

    name: str
    label: str
    digits: int = 4
    tolerance: float
    relative: bool = False


COLUMNS: Final = (
    Column(name="loss", label="training loss", tolerance=0.1, relative=True),
    Column(name="accuracy", label="training accuracy", tolerance=0.005),
    Column(name="val_loss", label="test loss", tolerance=0.1, relative=True),
    Column(name="val_accuracy", label="test accuracy", tolerance=0.005),
    Column(name="epochs", label="epochs", digits=0, tolerance=0),
)
TOLERANCE: Final = (
    "A figure agrees if it lies in the range of ours, widened at both ends by 10 % of our mean for "
    "a loss and by 0.005 for an accuracy."
)

HEAD: Final = (
    "Run",
    "What it trains",
    "Figure",
    "Notebook",
    "Mean",
    "Range",
    "Difference",
    "Agrees",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One figure: the notebook's, None if it is not printed, and ours, one for each seed."""

    column: Column
    printed: float | None
    ours: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean of ours."""
        return statistics.fmean(self.ours)

    @property
    def agrees(self) -> bool | None:
        """Whether the notebook's figure lies in our range, widened; None if there is none."""
        if self.printed is None:
            return None
        margin = self.column.tolerance * (self.mean if self.column.relative else 1)
        return min(self.ours) - margin <= self.printed <= max(self.ours) + margin

    def cells(self) -> list[str]:
        """Return the table's cells from the figure's name on."""
        digits = self.column.digits
        ours = [self.column.label, f"{min(self.ours):.{digits}f}–{max(self.ours):.{digits}f}"]
        mean = f"{self.mean:.{digits or 1}f}"
        if self.printed is None:
            return [ours[0], "—", mean, ours[1], "", ""]
        difference = f"{self.mean - self.printed:+.{digits or 1}f}"
        agrees = "yes" if self.agrees else "**no**"
        return [ours[0], f"{self.printed:.{digits}f}", mean, ours[1], difference, agrees]


def compare(run: NotebookRun, ours: Sequence[Figures]) -> list[Comparison]:
    """Return the comparisons of what `run` prints and, for a run that stops, of where it stopped."""
    comparisons = []
    for column in COLUMNS:
        printed = getattr(run.printed, column.name)
        stopped = run.experiment.stop is not None and column.name in ("loss", "epochs")
        if printed is not None or stopped:
            values = tuple(float(getattr(figures, column.name)) for figures in ours)
            comparisons.append(Comparison(column=column, printed=printed, ours=values))
    return comparisons


def document(
    measured: Sequence[tuple[NotebookRun, Sequence[Figures]]],
    refused: Sequence[tuple[NotebookError, str]],
    *,
    seeds: int,
    date: str,
    versions: Mapping[str, str],
) -> str:
    """Return the whole comparison as Markdown.

    Args:
        measured: runs, each with our figures, one for each seed.
        refused: runs that fail, each with what Keras says today, empty if nothing.
        seeds: how many; they count from 0.
        date: ISO date of the training.
        versions: what trained them, by name.
    """
    compared = [(run, compare(run, ours)) for run, ours in measured]
    parts = list(_introduction(seeds, date, versions))
    if compared:
        parts += _runs(compared)
    if refused:
        parts += _errors(refused)
    return "\n\n".join(parts) + "\n"


def _introduction(seeds: int, date: str, versions: Mapping[str, str]) -> Iterator[str]:
    names = ", ".join(map(str, range(seeds)))
    yield "# The notebooks’ runs, repeated"
    yield (
        "Edition A of the notebook printed its figures with TensorFlow 1.13.1, edition B with "
        "TensorFlow 2.2.0, each of them once. Here the same networks are trained again, as the "
        f"playground trains, on one thread and with {_counted(seeds, 'seed')} ({names})."
    )
    yield trained_on(date, versions)
    yield (
        "To repeat it: `make reproduce`, some ten minutes, which writes this page anew. "
        '`python -m reproduction.notebooks --seeds 5` takes more seeds, `--only A-ex2 "A-ex7 raw"` '
        "prints some runs and writes nothing."
    )


def _runs(compared: Sequence[tuple[NotebookRun, list[Comparison]]]) -> Iterator[str]:
    verdicts = [it.agrees for _, comparisons in compared for it in comparisons]
    printed = len(verdicts) - verdicts.count(None)
    yield "## Figures"
    yield f"{TOLERANCE} {verdicts.count(True)} of {printed} do."
    for run, _ in compared:
        if run.clipped:
            yield (
                f"{run.id} is no run of the notebook: it is edition {run.edition}’s again, from the "
                "same first weights, with the loss computed as TensorFlow 1.13 computed it."
            )
    rows = []
    for run, comparisons in compared:
        names = [run.id, run.description]
        for comparison in comparisons:
            rows.append([*names, *comparison.cells()])
            names = ["", ""]
    yield markdown_table(HEAD, rows)
    notes = []
    for run, comparisons in compared:
        apart = [it.column.label for it in comparisons if it.agrees is False]
        if apart:
            notes.append(f"- **{run.id}**, {' and '.join(apart)}: {run.remark or UNEXPLAINED}")
    if notes:
        yield "What does not agree:"
        yield "\n".join(notes)


def _errors(refused: Sequence[tuple[NotebookError, str]]) -> Iterator[str]:
    yield "## Errors"
    yield "Fitted to one batch, without compiling anything. The words are those of the libraries."
    lines = []
    for error, today in refused:
        same = "the same cause" if error.cause in today else "**not the same cause**"
        lines += [
            f"- **{error.id}**, {error.description}: {same}.",
            f"  - Edition {error.edition}: {error.printed}",
            f"  - Today: {today or 'no error'}",
            *([f"  - {error.remark}"] if error.remark else []),
        ]
    yield "\n".join(lines)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

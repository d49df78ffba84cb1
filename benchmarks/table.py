"""Tables of measurements, and whether a target is held: numbers in, words out.

Measures nothing, prints nothing and asks no clock.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

GAP = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a figure has to come to.

    Args:
        label: what is measured.
        limit: the figure that is just good enough.
        unit: "s", "MB", or "" for a ratio; it follows both figures.
        is_floor: whether the figure has to be at least `limit`, and not at most.
        digits: after the point.
    """

    label: str
    limit: float
    unit: str = "s"
    is_floor: bool = False
    digits: int = 2

    def check(self, value: float | None) -> Verdict:
        """Return whether `value` holds it; None was not measured and does not."""
        if value is None or math.isnan(value):
            return Verdict(target=self, value=None, held=False)
        held = value >= self.limit if self.is_floor else value <= self.limit
        return Verdict(target=self, value=value, held=held)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A target and the figure that was measured, None if there is none."""

    target: Target
    value: float | None
    held: bool

    @property
    def sentence(self) -> str:
        """What came, what is wanted, and whether that is held."""
        target = self.target
        unit = f" {target.unit}" if target.unit else ""
        bound = "at least" if target.is_floor else "at most"
        wanted = f"{bound} {target.limit:g}{unit} wanted"
        if self.value is None:
            return f"{target.label}: not measured; {wanted}"
        came = f"{self.value:.{target.digits}f}{unit}"
        return f"{target.label}: {came}; {wanted}: {'held' if self.held else 'NOT HELD'}"

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        values = asdict(self.target)
        return {**values, "value": self.value, "held": self.held}


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of the benchmark came to.

    Args:
        text: the tables, for people.
        figures: plain values, for `latest.json`.
        verdicts: the part's targets.
    """

    text: str
    figures: Mapping[str, Any]
    verdicts: tuple[Verdict, ...] = ()


def format_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table: the first column to the left, all others to the right.

    Args:
        title: stands above the first column.
        columns: the heads of the other columns.
        rows: each a name and its cells; a row with one cell less than that is a note: its last
            cell runs on to the right.
    """
    whole = [[title, *columns], *(row for row in rows if len(row) == len(columns) + 1)]
    names = [title, *(row[0] for row in rows)]
    first = max(map(len, names))
    widths = [max(len(row[index]) for row in whole) for index in range(1, len(columns) + 1)]
    lines = []
    for row in [[title, *columns], *rows]:
        name, *cells = row
        if len(cells) == len(columns):
            cells = [cell.rjust(width) for cell, width in zip(cells, widths, strict=True)]
        lines.append(GAP.join([name.ljust(first), *cells]).rstrip())
    lines.insert(1, "-" * max(map(len, lines)))
    return "\n".join(lines)


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return the median, the 95th percentile and the ends of `values`, which are not empty."""
    return {
        "median": statistics.median(values),
        "p95": percentile(values, 95),
        "least": min(values),
        "most": max(values),
        "count": len(values),
    }


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest of `values` that at least `percent` % of them do not exceed."""
    if not values:
        raise ValueError("a percentile of nothing")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


def cells(measured: Mapping[str, float], *names: str, digits: int = 3) -> list[str]:
    """Return the cells of a row: `measured` by name."""
    return [f"{measured[name]:.{digits}f}" for name in names]


def format_summary(verdicts: Sequence[Verdict]) -> str:
    """Return every target on a line of its own, those that are not held last."""
    ordered = sorted(verdicts, key=lambda verdict: not verdict.held)
    return "\n".join(f"{'+' if it.held else '!'} {it.sentence}" for it in ordered)

"""Whose turn came too late, and the report of a crowd."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.visitors import CHANGING, OPENING, TOUCHING, report, unfair


def row(run: str, owner: str, created: str, started: str | None) -> dict[str, Any]:
    return {"id": run, "owner": owner, "created": created, "started": started}


GREEDY = [row("a1", "a", "01", "01"), row("a2", "a", "02", "05"), row("a3", "a", "03", "07")]


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (row("b1", "b", "04", "06"), []),
        (row("b1", "b", "04", "08"), [("b1", "a3")]),  # the third went first
        (row("b1", "b", "04", None), [("b1", "a3")]),  # and this one never
        (row("b1", "b", "08", "09"), []),  # came when the third had begun
    ],
)
def test_a_first_run_goes_before_a_third(
    first: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    rows = sorted([*GREEDY, first], key=lambda it: it["created"])
    assert unfair(rows) == expected


def test_a_third_that_never_started_overtook_nobody() -> None:
    rows = [*GREEDY[:2], row("a3", "a", "03", None), row("b1", "b", "04", "08")]
    assert unfair(rows) == []


OUTCOME = {
    "visitors": 4,
    "trainings_of_the_same": 1,
    "different": 6,
    "different_finished": 5,
    "unfair": 0,
    "page_mb_alone": 114.0,
    "page_mb": 218.0,
}


def test_the_report() -> None:
    same = {OPENING: [2.0], TOUCHING: [0.1] * 19}
    part = report(same, {CHANGING: [0.4]}, OUTCOME)
    assert (
        part.text
        == """\
4 visitors, the same experiment: a rerun, ms  median   p95  most  reruns
------------------------------------------------------------------------
opens the page, all at once                     2000  2000  2000       1
moves a control while it trains                  100   100   100      19

4 visitors, different experiments: a rerun, ms  median  p95  most  reruns
-------------------------------------------------------------------------
page redraws as its run changes                    400  400   400       1
trainings of the same experiment: 1; at most 1 wanted: held
share of different runs that finish: 0.83; at least 1 wanted: NOT HELD
first runs that waited for a third: 0; at most 0 wanted: held
page reruns while visitors train, p95: 100 ms; at most 300 ms wanted: held
page's process, memory with visitors: 218 MB; at most 400 MB wanted: held
The page's process takes 114 MB before anyone has come."""
    )

"""Tables, medians, percentiles and verdicts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.table import Target, format_summary, format_table, percentile, spread

QUICK = Target(label="click to first point", limit=0.4)
FAST = Target(label="times as fast", limit=6, unit="", is_floor=True)


def test_a_table() -> None:
    rows = [["ours", "0.281", "1.00"], ["PyTorch", "not installed"], ["theirs", "12.200", "43.42"]]
    assert (
        format_table("One epoch, seconds", ("median", "of ours"), rows)
        == """\
One epoch, seconds  median  of ours
-----------------------------------
ours                 0.281     1.00
PyTorch             not installed
theirs              12.200    43.42"""
    )


@pytest.mark.parametrize(
    ("target", "value", "sentence"),
    [
        (QUICK, 0.4, "click to first point: 0.40 s; at most 0.4 s wanted: held"),
        (QUICK, 0.41, "click to first point: 0.41 s; at most 0.4 s wanted: NOT HELD"),
        (FAST, 6.0, "times as fast: 6.00; at least 6 wanted: held"),
        (FAST, 5.9, "times as fast: 5.90; at least 6 wanted: NOT HELD"),
        (QUICK, None, "click to first point: not measured; at most 0.4 s wanted"),
        (FAST, math.nan, "times as fast: not measured; at least 6 wanted"),
    ],
)
def test_a_verdict_says_what_came_and_what_is_wanted(
    target: Target, value: float | None, sentence: str
) -> None:
    assert target.check(value).sentence == sentence


def test_a_verdict_as_plain_values() -> None:
    assert QUICK.check(0.3).to_dict() == {
        "label": "click to first point",
        "limit": 0.4,
        "unit": "s",
        "is_floor": False,
        "digits": 2,
        "value": 0.3,
        "held": True,
    }


def test_what_is_not_held_stands_last() -> None:
    assert format_summary([QUICK.check(0.5), FAST.check(7.0)]).splitlines() == [
        "+ times as fast: 7.00; at least 6 wanted: held",
        "! click to first point: 0.50 s; at most 0.4 s wanted: NOT HELD",
    ]


@pytest.mark.parametrize(("percent", "expected"), [(0, 1), (25, 1), (26, 2), (95, 4), (100, 4)])
def test_a_percentile_is_one_of_the_values(percent: float, expected: float) -> None:
    assert percentile([3, 1, 4, 2], percent) == expected


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(ValueError, match=r"^a percentile of nothing$"):
        percentile([], 50)


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_a_spread_is_in_order(values: list[float]) -> None:
    measured = spread(values)
    assert measured["least"] <= measured["median"] <= measured["most"]
    assert measured["least"] <= measured["p95"] <= measured["most"]
    assert measured["count"] == len(values)

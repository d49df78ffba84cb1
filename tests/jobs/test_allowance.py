"""How much is compiled in advance while sliders are moved."""

from __future__ import annotations

from playground.jobs.allowance import (
    ALL_BURST,
    ALL_SECONDS,
    EACH_BURST,
    EACH_SECONDS,
    KEPT,
    Allowances,
)


class Clock:
    """A clock that a test sets."""

    seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def test_ten_minutes_of_sliders_cost_a_bounded_number_of_compilations() -> None:
    clock = Clock()
    allowances = Allowances(clock)
    had = 0
    for _ in range(6_000):
        clock.seconds += 0.1
        had += allowances.take("one")
    assert had <= EACH_BURST + 600 / EACH_SECONDS + 1


def test_many_visitors_together_are_bounded_too() -> None:
    clock = Clock()
    allowances = Allowances(clock)
    had = 0
    for step in range(6_000):
        clock.seconds += 0.1
        had += allowances.take(f"visitor {step % 100}")
    assert had <= ALL_BURST + 600 / ALL_SECONDS + 1


def test_one_who_moves_sliders_leaves_the_others_theirs() -> None:
    clock = Clock()
    allowances = Allowances(clock)
    assert sum(allowances.take("restless") for _ in range(100)) == EACH_BURST
    assert allowances.take("other")


def test_who_stands_still_for_a_moment_has_the_next() -> None:
    clock = Clock()
    allowances = Allowances(clock)
    while allowances.take("one"):
        pass
    clock.seconds += EACH_SECONDS
    assert [allowances.take("one") for _ in range(2)] == [True, False]


def test_visitors_are_not_remembered_for_ever() -> None:
    clock = Clock()
    allowances = Allowances(clock)
    for number in range(2 * KEPT):
        clock.seconds += ALL_SECONDS
        assert allowances.take(str(number))
    assert len(allowances._each) == KEPT

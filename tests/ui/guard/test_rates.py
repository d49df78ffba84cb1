"""A bucket lets through what it holds, and then as fast as it fills."""

from __future__ import annotations

from playground.ui.guard.rates import Bucket, Rate


class Clock:
    """A time that stands until it is moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_what_comes_at_once_and_what_comes_later() -> None:
    clock = Clock()
    bucket = Bucket(Rate(each_second=2, at_once=3), clock)
    assert [bucket.take() for _ in range(5)] == [0, 0, 0, 0.5, 1.0]
    clock.now += 1.0
    assert bucket.level == 0
    clock.now += 100
    assert (bucket.level, bucket.is_full) == (3, True)


def test_who_is_refused_uses_nothing() -> None:
    clock = Clock()
    bucket = Bucket(Rate(each_second=1, at_once=1), clock)
    assert [bucket.try_to_take() for _ in range(3)] == [True, False, False]
    clock.now += 1.0
    assert bucket.try_to_take()

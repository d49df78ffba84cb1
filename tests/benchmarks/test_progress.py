"""What a long command says while it runs, on a terminal and in a log, with a clock that a test sets."""

from __future__ import annotations

import io

import pytest

from benchmarks.progress import Progress, duration


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_each_step_is_said_with_what_is_done_and_what_is_left() -> None:
    out, clock = io.StringIO(), Clock()
    progress = Progress("runs", 4, out, clock)
    for seconds, what in ((10, "first"), (30, "second"), (20, "third")):
        progress.step(what)
        clock.now += seconds
    progress.step("fourth")
    progress.end()
    assert out.getvalue().splitlines() == [
        "runs, 0 %: first (0 s so far)",
        "runs, 25 %: second (10 s so far, about 30 s left)",
        "runs, 50 %: third (40 s so far, about 40 s left)",
        "runs, 75 %: fourth (60 s so far, about 20 s left)",
    ]


def test_a_step_counts_as_much_as_it_is_large() -> None:
    out, clock = io.StringIO(), Clock()
    progress = Progress("epochs", 110, out, clock)
    progress.step("ten", 10)
    clock.now += 6
    progress.step("a hundred", 100)
    assert out.getvalue().splitlines()[-1] == "epochs, 9 %: a hundred (6 s so far, about 60 s left)"


def test_a_log_is_not_flooded() -> None:
    out, clock = io.StringIO(), Clock()
    progress = Progress("faults", 200, out, clock)
    for number in range(200):
        progress.step(f"fault {number}")
        clock.now += 1
    assert len(out.getvalue().splitlines()) == 40


def test_on_a_terminal_one_line_takes_the_place_of_another() -> None:
    out, clock = Terminal(), Clock()
    progress = Progress("runs", 2, out, clock)
    progress.step("first")
    progress.step("second")
    progress.end()
    first, second, last = out.getvalue().split("\r\x1b[K")[1:]
    assert (first, second, last) == (
        "runs, 0 %: first (0 s so far)",
        "runs, 50 %: second (0 s so far)",
        "",
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (99, "99 s"), (100, "2 min"), (5400, "90 min"), (7200, "2.0 h")],
)
def test_a_duration_is_said_as_people_do(seconds: float, words: str) -> None:
    assert duration(seconds) == words

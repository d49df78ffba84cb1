"""The fair queue by hand-made cases and by what must never happen, and the forecast of a wait."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.experiment import Experiment
from playground.core.run import RunView
from playground.jobs.forecast import Forecast
from playground.jobs.queue import FairQueue


class Desk:
    """A queue as the service uses it: one worker, people by name, runs numbered per person."""

    def __init__(self) -> None:
        self.queue = FairQueue()
        self.turns: dict[str, dict[str, int]] = defaultdict(dict)
        self.numbers: Counter[str] = Counter()
        self.training: str | None = None
        self.started: list[str] = []

    def ask(self, person: str) -> str:
        """Queue a person's next run, and train it if the worker is free."""
        self.numbers[person] += 1
        run = f"{person}{self.numbers[person]}"
        turn = self.queue.turn_after(max(self.turns[person].values(), default=0))
        self.turns[person][run] = turn
        self.queue.add(run, turn)
        self.dispatch()
        return run

    def dispatch(self) -> None:
        """Give the free worker a run."""
        run = self.queue.first()
        if self.training is None and run is not None:
            self.queue.take(run)
            self.training = run
            self.started.append(run)

    def end(self) -> None:
        """End the run that trains."""
        if self.training is not None:
            del self.turns[self.training[0]][self.training]
            self.training = None
            self.dispatch()


def test_within_a_turn_first_come_is_first_served() -> None:
    desk = Desk()
    for person in "ABC":
        desk.ask(person)
    assert desk.queue.in_order() == ["B1", "C1"]
    assert [desk.queue.ahead_of(run) for run in ("B1", "C1")] == [0, 1]
    assert len(desk.queue) == 2
    assert "B1" in desk.queue
    desk.queue.remove("B1")
    assert desk.queue.ahead_of("C1") == 0
    with pytest.raises(KeyError):
        desk.queue.ahead_of("B1")


def test_ten_runs_of_one_person_hold_up_nobody_with_one() -> None:
    desk = Desk()
    for _ in range(10):
        desk.ask("A")
    desk.ask("B")
    desk.ask("C")
    for _ in range(11):
        desk.end()
    assert desk.started[:4] == ["A1", "B1", "C1", "A2"]


def test_a_run_that_had_a_worker_comes_first_again() -> None:
    desk = Desk()
    desk.ask("A")
    desk.ask("B")
    desk.queue.add_in_front("A1", 1)
    assert desk.queue.in_order() == ["A1", "B1"]


@given(st.lists(st.sampled_from(["A", "B", "C", "D", "end"]), max_size=60))
def test_nobodys_first_run_starts_after_anybodys_third_that_was_asked_for_later(
    happenings: list[str],
) -> None:
    desk = Desk()
    asked: list[str] = []
    for happening in happenings:
        if happening == "end":
            desk.end()
        else:
            asked.append(desk.ask(happening))
    for _ in asked:
        desk.end()
    assert sorted(desk.started) == sorted(asked)
    for first, other in itertools.permutations("ABCD", 2):
        mine, third = f"{first}1", f"{other}3"
        if mine in asked and third in asked and asked.index(mine) < asked.index(third):
            assert desk.started.index(mine) < desk.started.index(third)


def test_the_forecast_learns_how_fast_the_machine_is() -> None:
    forecast, experiment = Forecast(), Experiment()
    guess = forecast.seconds(experiment, 5)
    assert forecast.seconds(experiment, 10) == pytest.approx(2 * guess)
    assert forecast.seconds(experiment.with_(hidden=(512,)), 5) > 2 * guess
    view = _trained(experiment, epochs=5, seconds=3 * guess)
    for _ in range(30):
        forecast.learn(view)
    assert forecast.seconds(experiment, 5) == pytest.approx(3 * guess, rel=0.01)
    forecast.learn(_trained(experiment, epochs=0, seconds=0.0))
    assert forecast.seconds(experiment, 5) == pytest.approx(3 * guess, rel=0.01)


def _trained(experiment: Experiment, epochs: int, seconds: float) -> RunView:
    from playground.core.events import EpochEnd
    from playground.core.run import RunState

    end = EpochEnd(
        seq=1, epoch=epochs, loss=0.3, accuracy=0.9, val_loss=0.4, val_accuracy=0.9, seconds=seconds
    )
    return RunView(id="a", experiment=experiment, state=RunState.FINISHED, events=(end,))

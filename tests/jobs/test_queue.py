"""The fair queue by hand-made cases and by what must never happen, and the forecast of a wait."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.experiment import Experiment
from playground.core.run import RunView
from playground.jobs import TrainingService
from playground.jobs.forecast import Forecast
from playground.jobs.queue import FairQueue


class Desk:
    """A queue as the service uses it: a few workers, people by a letter, runs numbered per person.

    Args:
        workers: how many.
        addresses: where people are who are not at the address "".
    """

    def __init__(self, workers: int = 1, addresses: dict[str, str] | None = None) -> None:
        self.queue = FairQueue()
        self.workers = workers
        self.addresses = addresses or {}
        self.numbers: Counter[str] = Counter()
        self.training: list[str] = []
        self.started: list[str] = []

    def ask(self, person: str) -> str:
        """Queue a person's next run, and train it if a worker is free."""
        self.numbers[person] += 1
        run = f"{person}{self.numbers[person]}"
        self.queue.add(run, person, self.addresses.get(person, ""))
        self.dispatch()
        return run

    def dispatch(self) -> None:
        """Give the free workers runs."""
        while len(self.training) < self.workers and (run := self.queue.first()) is not None:
            self.queue.start(run)
            self.training.append(run)
            self.started.append(run)

    def end(self) -> None:
        """End the run that has trained longest."""
        if self.training:
            self.queue.leave(self.training.pop(0))
            self.dispatch()

    def slice_over(self) -> None:
        """Let the run that has trained longest without a break give way, if it has to."""
        if self.training and self.queue.before(self.training[0]):
            self.queue.give_way(self.training.pop(0))
            self.dispatch()
        elif self.training:
            self.training.append(self.training.pop(0))


def test_within_a_round_first_come_is_first_served() -> None:
    desk = Desk()
    for person in "ABC":
        desk.ask(person)
    assert desk.queue.in_order() == ["B1", "C1"]
    assert [desk.queue.ahead_of(run) for run in ("B1", "C1")] == [0, 1]
    assert len(desk.queue) == 2
    assert "B1" in desk.queue
    assert "A1" not in desk.queue
    desk.queue.leave("B1")
    desk.queue.leave("B1")
    assert desk.queue.ahead_of("C1") == 0
    with pytest.raises(ValueError, match="B1"):
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


def test_many_names_at_one_address_hold_up_nobody_elsewhere() -> None:
    shed = "abcdefghij"
    desk = Desk(addresses={**dict.fromkeys(shed, "hostile"), "X": "home", "Y": "home"})
    for name in shed:
        desk.ask(name)
    for person in "XYX":
        desk.ask(person)
    for _ in range(13):
        desk.end()
    assert desk.started[:7] == ["a1", "X1", "b1", "Y1", "c1", "X2", "d1"]
    assert sorted(desk.started) == sorted([*(f"{name}1" for name in shed), "X1", "X2", "Y1"])


def test_a_run_that_lost_its_worker_comes_first_again() -> None:
    desk = Desk()
    for person in "ABC":
        desk.ask(person)
    desk.queue.put_back("A1")
    assert desk.queue.in_order() == ["A1", "B1", "C1"]


def test_a_run_that_gives_way_goes_on_after_those_who_waited_and_before_those_who_come() -> None:
    desk = Desk()
    for person in "ABC":
        desk.ask(person)
    desk.slice_over()
    desk.ask("D")
    desk.ask("A")
    assert desk.training == ["B1"]
    assert desk.queue.in_order() == ["C1", "A1", "D1", "A2"]


def test_a_run_gives_way_to_nobody_who_has_as_much() -> None:
    desk = Desk(workers=2)
    for person in "AABB":
        desk.ask(person)
    assert desk.training == ["A1", "A2"]
    assert [desk.queue.before(run) for run in desk.training] == [2, 2]
    desk.slice_over()
    assert desk.training == ["A2", "B1"]
    assert desk.queue.in_order() == ["B2", "A1"]
    # Each trains one and has one waiting: neither would gain anything.
    for _ in range(6):
        desk.slice_over()
        assert sorted(desk.training) == ["A2", "B1"]


def test_a_run_gives_way_to_none_of_the_same_person() -> None:
    desk = Desk()
    desk.ask("A")
    desk.ask("A")
    assert desk.queue.before("A1") == 0


def test_a_run_that_is_handed_over_counts_as_the_new_owners() -> None:
    desk = Desk(workers=2)
    for person in "ABBAC":
        desk.ask(person)
    assert desk.training == ["A1", "B1"]
    assert desk.queue.in_order() == ["C1", "B2", "A2"]
    desk.queue.hand_over("A1", "B")
    assert desk.queue.share("A1") == (2, 2)
    assert desk.queue.in_order() == ["C1", "A2", "B2"]
    desk.queue.hand_over("A2", "C")
    assert desk.queue.in_order() == ["C1", "A2", "B2"]
    for run in ("A1", "B1", "C1", "A2", "B2"):
        desk.queue.leave(run)
    assert desk.queue._people == {}
    assert desk.queue._addresses == {}


PEOPLE = "ABCDEF"
HAPPENINGS = st.lists(st.sampled_from([*PEOPLE, "end", "slice over"]), max_size=60)


def desk_after(happenings: list[str], workers: int) -> tuple[Desk, list[str]]:
    """Return a desk at which all that has happened, and the runs that were asked for, in order."""
    desk, asked = Desk(workers, {"A": "x", "B": "x", "C": "x", "D": "y"}), []
    for happening in happenings:
        if happening == "end":
            desk.end()
        elif happening == "slice over":
            desk.slice_over()
        else:
            asked.append(desk.ask(happening))
    return desk, asked


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


@given(HAPPENINGS, st.integers(1, 3))
def test_the_place_that_is_told_is_the_one_that_comes(happenings: list[str], workers: int) -> None:
    desk, _ = desk_after(happenings, workers)
    order = list(desk.queue.in_order())
    assert len(order) == len(set(order)) == len(desk.queue)
    assert [desk.queue.ahead_of(run) for run in order] == list(range(len(order)))
    assert len(desk.training) == workers or not order


@given(HAPPENINGS, st.integers(1, 3), st.integers(1, 20))
def test_whoever_comes_later_from_elsewhere_is_behind_the_first_run_of_every_address(
    happenings: list[str], workers: int, later: int
) -> None:
    desk, _ = desk_after(happenings, workers)
    before, seen = list(desk.queue.in_order()), set()
    for number in range(later):
        desk.queue.add(f"new{number}", f"new{number}", f"new{number}")
    for place, run in enumerate(before):
        address = desk.addresses.get(run[0], "")
        if address not in seen and desk.queue.share(run)[0] == 0:
            assert desk.queue.ahead_of(run) == place
        seen.add(address)


@given(HAPPENINGS, st.integers(1, 3))
def test_every_run_ends_though_new_people_come_at_every_end_of_a_slice(
    happenings: list[str], workers: int
) -> None:
    """Who came before goes on in turn, however many people with one short run each keep coming."""
    desk, _ = desk_after(happenings, workers)
    left = dict.fromkeys([*desk.training, *desk.queue.in_order()], 3)  # slices that each needs
    most = 3 * len(left) * (len(left) + 2 * workers + 2) + 3 * workers + 10
    for round_ in range(most):
        if not left:
            break
        oldest = desk.training[0]
        left[oldest] = left.get(oldest, 1) - 1
        if left[oldest] <= 0:
            del left[oldest]
            desk.end()
        else:
            desk.slice_over()
        if round_ % 2:  # somebody new, whose run takes less than a slice
            desk.queue.add(f"n{round_}", f"n{round_}", f"n{round_}")
            desk.dispatch()
    assert [run for run in left if not run.startswith("n")] == []


@given(HAPPENINGS, st.integers(1, 3))
def test_giving_way_never_brings_the_same_run_back_at_once(
    happenings: list[str], workers: int
) -> None:
    desk, _ = desk_after(happenings, workers)
    for run in list(desk.training):
        if desk.queue.before(run):
            desk.queue.give_way(run)
            first = desk.queue.first()
            assert first is not None
            assert first[0] != run[0]
            desk.queue.start(first)
            return


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


def test_experiments_are_expected_to_train_one_after_the_other() -> None:
    service, experiment = TrainingService(), Experiment(epochs=7)
    one = service.expected_seconds([experiment])
    assert one == pytest.approx(Forecast().seconds(experiment, 7))
    assert service.expected_seconds([experiment] * 3) == pytest.approx(3 * one)


MEASURED = [  # training pictures, hidden layers, epochs, seconds on two busy cores
    (100, (), 3, 0.61),
    (100, (128,), 20, 4.68),
    (1_000, (128,), 20, 8.27),
    (60_000, (128,), 3, 4.13),
    (60_000, (512, 512), 2, 42.7),
    (60_000, (1024,) * 4, 1, 131.7),
    (100, (1024,) * 4, 20, 63.6),
]


@pytest.mark.parametrize(("pictures", "hidden", "epochs", "seconds"), MEASURED)
def test_a_forecast_is_right_about_networks_of_every_size(
    pictures: int, hidden: tuple[int, ...], epochs: int, seconds: float
) -> None:
    forecast = Forecast()
    experiment = Experiment(train_size=pictures, hidden=hidden, epochs=epochs)
    assert seconds / 3 < forecast.seconds(experiment, epochs) < 3 * seconds


def test_what_runs_of_a_moment_take_is_no_measure_of_long_ones() -> None:
    forecast = Forecast()
    before = forecast.seconds(Experiment(), 5)
    tiny = Experiment(train_size=100, hidden=())
    for _ in range(3):  # a machine that stood still for a while
        forecast.learn(_trained(tiny, epochs=1, seconds=5.0))
    assert forecast.seconds(Experiment(), 5) < 3 * before


def _trained(experiment: Experiment, epochs: int, seconds: float) -> RunView:
    from playground.core.events import EpochEnd
    from playground.core.run import RunState

    end = EpochEnd(
        seq=1, epoch=epochs, loss=0.3, accuracy=0.9, val_loss=0.4, val_accuracy=0.9, seconds=seconds
    )
    return RunView(id="a", experiment=experiment, state=RunState.FINISHED, events=(end,))

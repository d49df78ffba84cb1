"""An epoch's order and its cutting: every picture once, and points enough for a live curve."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.choices import Number
from playground.core.experiment import Experiment
from playground.core.layers import Dense
from playground.core.network import Network
from playground.engine.architecture import Architecture
from playground.engine.schedule import CHUNK_BUDGET, Schedule, build_schedule

POINTS = 10  # the fewest points an epoch that a live curve may have


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    """Draw an experiment that varies in all that decides a schedule."""

    def whole(choice: Number) -> st.SearchStrategy[int]:
        return st.integers(int(choice.low), int(choice.high))

    return Experiment(
        train_size=draw(whole(Experiment.TRAIN_SIZE)),
        batch_size=draw(whole(Experiment.BATCH_SIZE)),
        seed=draw(whole(Experiment.SEED)),
        hidden=tuple(draw(st.lists(whole(Dense.size), max_size=4))),
    )


@given(experiments(), st.integers(0, 99))
def test_every_picture_comes_exactly_once_an_epoch(experiment: Experiment, epoch: int) -> None:
    schedule = build_schedule(experiment)
    rows = np.concatenate(list(schedule.chunks(epoch)))
    assert rows.dtype == np.int32
    assert np.array_equal(np.sort(rows), np.arange(experiment.train_size))
    assert np.array_equal(rows, schedule.order(epoch))


@given(experiments())
def test_only_the_last_chunk_is_cut_short_or_takes_a_smaller_batch_along(
    experiment: Experiment,
) -> None:
    schedule = build_schedule(experiment)
    *sizes, last = [chunk.size for chunk in schedule.chunks(0)]
    assert all(size == schedule.chunk_steps * experiment.batch_size for size in sizes)
    steps, remainder = divmod(last, experiment.batch_size)
    assert remainder == experiment.train_size % experiment.batch_size
    assert (1 if sizes else 0) <= steps <= schedule.chunk_steps


@given(experiments())
def test_counts_of_batches_chunks_and_pictures_agree(experiment: Experiment) -> None:
    schedule = build_schedule(experiment)
    pictures = [0, *np.cumsum([chunk.size for chunk in schedule.chunks(0)]).tolist()]
    steps = [-(-count // experiment.batch_size) for count in pictures]
    assert [schedule.steps_after(chunks) for chunks in range(len(steps))] == steps
    assert [schedule.pictures_in(step) for step in steps] == pictures
    assert len(steps) - 1 == schedule.chunks_per_epoch
    assert steps[-1] == schedule.steps == experiment.steps_per_epoch


@given(experiments())
def test_an_epoch_has_ten_points_or_one_for_each_full_batch(experiment: Experiment) -> None:
    schedule = build_schedule(experiment)
    assert schedule.chunks_per_epoch >= max(1, min(POINTS, schedule.full_batches))


@given(experiments(), st.integers(100, 60_000))
def test_fewer_pictures_need_no_other_program_unless_a_smaller_batch_is_left(
    experiment: Experiment, pictures: int
) -> None:
    fewer = experiment.with_(train_size=pictures)
    kinds = {(one.train_size % one.batch_size) != 0 for one in (experiment, fewer)}
    assert (Architecture.of(experiment) == Architecture.of(fewer)) == (len(kinds) == 1)
    schedule = build_schedule(fewer)
    assert schedule.chunk_steps <= schedule.most_steps


@given(experiments())
def test_a_chunk_is_soon_over(experiment: Experiment) -> None:
    schedule = build_schedule(experiment)
    work = 6 * Network.of(experiment).multiplications * experiment.batch_size * schedule.chunk_steps
    assert work <= CHUNK_BUDGET or schedule.chunk_steps == 1


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    first = build_schedule(Experiment(seed=3))
    again = build_schedule(Experiment(seed=3, hidden=(512, 256), epochs=9, learning_rate=0.1))
    assert np.array_equal(first.order(4), again.order(4))
    assert not np.array_equal(first.order(4), first.order(5))
    assert not np.array_equal(first.order(4), build_schedule(Experiment(seed=4)).order(4))


@pytest.mark.parametrize(
    ("schedule", "steps"),
    [
        (Schedule(pictures=100, batch_size=10, chunk_steps=4, most_steps=4, seed=0), [0, 4, 8, 10]),
        (Schedule(pictures=103, batch_size=10, chunk_steps=5, most_steps=5, seed=0), [0, 5, 11]),
        (Schedule(pictures=7, batch_size=10, chunk_steps=1, most_steps=1, seed=0), [0, 1]),
    ],
)
def test_small_epochs_are_cut_as_by_hand(schedule: Schedule, steps: list[int]) -> None:
    assert schedule.chunks_per_epoch == len(steps) - 1
    assert [schedule.steps_after(chunks) for chunks in range(len(steps))] == steps

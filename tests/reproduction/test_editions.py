"""What the notebooks print."""

from __future__ import annotations

import pytest

from playground.core.experiment import Experiment
from reproduction.comparison import COLUMNS
from reproduction.editions import ERRORS, RUNS

BY_ID = {run.id: run for run in RUNS}


def test_every_run_of_both_editions_is_there_once() -> None:
    assert [run.id for run in RUNS] == [
        "A-main", "A-main@5", "A-ex2", "A-ex5", "A-ex6", "A-ex7 raw", "A-ex7 clipped", "A-ex7 norm",
        "A-ex8", "B-main", "B-ex2", "B-ex5", "B-ex6", "B-ex7 raw", "B-ex8",
    ]  # fmt: skip
    assert [error.id for error in ERRORS] == ["A-ex3", "A-ex4", "B-ex3", "B-ex4"]
    assert {run.edition for run in RUNS} == {error.edition for error in ERRORS} == {"A", "B"}


@pytest.mark.parametrize(
    ("name", "description", "printed"),
    [
        ("A-main", "Fashion-MNIST, 128, 100 epochs", (0.0551, 0.9803, 0.6732, 0.8889, None)),
        ("A-main@5", "Fashion-MNIST, 128, epoch 5 of 100", (0.2950, 0.8895, None, None, None)),
        ("A-ex5", "MNIST, 512-256, 5 epochs", (0.0331, None, 0.0727, None, None)),
        ("A-ex6", "MNIST, 512, 15 epochs", (0.0088, None, 0.0975, None, None)),
        ("A-ex7 raw", "MNIST, 0–255, 128, 5 epochs", (7.4646, None, 7.2054, None, None)),
        ("B-ex6", "MNIST, 128, 30 epochs", (0.0045, None, 0.1233, None, None)),
        ("B-ex7 raw", "MNIST, 0–255, 512, 5 epochs", (0.2496, None, 0.3366, None, None)),
        ("B-ex8", "Fashion-MNIST, 512, 5 epochs or loss < 0.4", (0.3593, None, None, None, 2)),
    ],
)
def test_a_run_is_what_the_notebook_prints(
    name: str, description: str, printed: tuple[float | None, ...]
) -> None:
    run = BY_ID[name]
    assert run.description == description
    assert tuple(getattr(run.printed, column.name) for column in COLUMNS) == printed


def test_every_run_is_the_notebooks_network_but_for_what_its_exercise_changes() -> None:
    changes = {"dataset", "normalize", "hidden", "epochs", "stop"}
    for run in RUNS:
        assert set(run.experiment.differences(Experiment())) <= changes

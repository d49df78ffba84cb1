"""How ours is set beside what the notebooks print."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reproduction.comparison import COLUMNS, Comparison, compare, document
from reproduction.editions import ERRORS, RUNS
from tests.reproduction.small import SMALL, results

BY_ID = {run.id: run for run in RUNS}
TRAINING_LOSS, TRAINING_ACCURACY = COLUMNS[:2]


@pytest.mark.parametrize(
    ("printed", "agrees"),
    [(0.369, False), (0.371, True), (0.5, True), (0.629, True), (0.631, False), (None, None)],
)
def test_a_loss_agrees_within_the_range_and_a_tenth_of_the_mean(
    printed: float | None, agrees: bool | None
) -> None:
    comparison = Comparison(column=TRAINING_LOSS, printed=printed, ours=(0.42, 0.5, 0.58))
    assert comparison.agrees is agrees


@pytest.mark.parametrize(("printed", "agrees"), [(0.894, False), (0.896, True), (0.916, False)])
def test_an_accuracy_agrees_within_the_range_and_half_a_point(printed: float, agrees: bool) -> None:
    comparison = Comparison(column=TRAINING_ACCURACY, printed=printed, ours=(0.9, 0.91))
    assert comparison.agrees is agrees


def test_a_run_that_stops_says_where_even_if_the_notebook_does_not() -> None:
    run = BY_ID["A-ex8"]
    ours = [
        replace(result, epochs=epochs)
        for result, epochs in zip(results(0.39, 0.37), (2, 3), strict=True)
    ]
    assert [comparison.cells() for comparison in compare(run, ours)] == [
        ["training loss", "—", "0.3800", "0.3700–0.3900", "", ""],
        ["epochs", "—", "2.5", "2–3", "", ""],
    ]


def test_the_page() -> None:
    page = document(
        [(SMALL, results(0.48, 0.54, accuracy=0.7))],
        [(ERRORS[1], "Received a label value of 9 which is outside the valid range of [0, 5).")],
        seeds=2,
        date="2026-01-31",
        versions={"keras": "3.0", "Python": "3.11.7"},
    )
    assert "with 2 seeds (0, 1)." in page
    assert "Trained on 2026-01-31 with Python 3.11.7, keras 3.0." in page
    assert "1 of 2 do." in page
    table = "\n".join(line for line in page.splitlines() if line.startswith("|"))
    assert (
        table
        == """\
| Run     | What it trains             | Figure        | Notebook | Mean   | Range         | Difference | Agrees |
| ------- | -------------------------- | ------------- | -------- | ------ | ------------- | ---------- | ------ |
| B-small | Fashion-MNIST, 8, 2 epochs | training loss | 0.5000   | 0.5100 | 0.4800–0.5400 | +0.0100    | yes    |
|         |                            | test accuracy | 0.7500   | 0.7000 | 0.7000–0.7000 | -0.0500    | **no** |"""
    )
    assert page.endswith("""\
What does not agree:

- **B-small**, test accuracy: Not explained: chance beyond these seeds, or a change in Keras since.

## Errors

Fitted to one batch, without compiling anything. The words are those of the libraries.

- **A-ex4**, five outputs: the same cause.
  - Edition A: label value 9 is outside the valid range [0, 5)
  - Today: Received a label value of 9 which is outside the valid range of [0, 5).
""")


def test_what_is_known_about_a_difference_is_said() -> None:
    run = BY_ID["A-ex7 raw"]
    page = document([(run, results(0.23))], [], seeds=1, date="2026-01-31", versions={})
    assert f"- **A-ex7 raw**, training loss and test loss: {run.remark}\n" in page
    assert "with 1 seed (0)." in page
    assert "## Errors" not in page


def test_an_error_that_is_gone_or_another_shows() -> None:
    for today, shown in (("", "no error"), ("out of memory", "out of memory")):
        page = document([], [(ERRORS[0], today)], seeds=1, date="2026-01-31", versions={})
        assert "- **A-ex3**, no Flatten: **not the same cause**.\n" in page
        assert f"  - Today: {shown}\n" in page

"""What the notebooks print, how ours is set beside it, and one small training from end to end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.comparison import COLUMNS, Comparison, compare, document
from benchmarks.editions import ERRORS, RUNS, Figures, NotebookRun
from benchmarks.reproduce import main, reproduce
from playground.core.errors import EngineError
from playground.core.experiment import Experiment
from playground.core.stop_rule import StopRule

BY_ID = {run.id: run for run in RUNS}
TRAINING_LOSS, TRAINING_ACCURACY = COLUMNS[:2]

SMALL = NotebookRun(
    id="B-small",
    experiment=Experiment(hidden=(8,), epochs=2, train_size=200),
    printed=Figures(loss=0.5, val_accuracy=0.75),
)


def results(*losses: float, accuracy: float = 0.75) -> list[Figures]:
    return [
        Figures(loss=loss, accuracy=0.8, val_loss=1.0, val_accuracy=accuracy) for loss in losses
    ]


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


def test_runs_that_differ_in_epochs_alone_are_trained_once() -> None:
    from benchmarks.repeat import group_runs

    assert [[run.id for run in group] for group in group_runs(RUNS)] == [
        ["A-main", "A-main@5", "B-main"],
        ["A-ex2", "A-ex6", "B-ex2"],
        ["A-ex5", "B-ex5"],
        ["A-ex7 raw"],
        ["A-ex7 clipped"],
        ["A-ex7 norm", "B-ex6"],
        ["A-ex8"],
        ["B-ex7 raw"],
        ["B-ex8"],
    ]


def test_small_runs_are_trained_from_end_to_end(capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks.repeat import repeat_runs

    long = replace(SMALL, id="A-long", experiment=SMALL.experiment.with_(epochs=4))
    second = replace(long, id="A-long@2", epoch=2)
    easy = SMALL.experiment.with_(stop=StopRule("loss", 10))
    stopped = replace(SMALL, id="B-stopped", experiment=easy, printed=Figures())
    ours = repeat_runs([SMALL, long, second, stopped], (0, 1))
    said = capsys.readouterr().err.splitlines()
    assert "notebooks, 0 %: B-small, A-long, A-long@2, seed 0 (0 s so far)" in said
    assert ours["B-small"] == ours["A-long@2"]
    for short, whole in zip(ours["B-small"], ours["A-long"], strict=True):
        assert short.loss is not None
        assert whole.loss is not None
        assert whole.loss < short.loss
    assert [figures.epochs for figures in ours["B-stopped"]] == [1, 1]


def test_a_run_that_ended_too_soon_is_named() -> None:
    from benchmarks.repeat import figures_of

    with pytest.raises(EngineError) as caught:
        figures_of(SMALL, results(0.5))
    assert str(caught.value) == (
        "B-small: expected 2 epochs, received 1, because the loss grew too large. "
        "Train the same settings in the playground to see where."
    )


def test_the_clipped_loss_has_a_ceiling() -> None:
    from benchmarks.repeat import clipped_crossentropy

    losses = clipped_crossentropy([[1.0], [0.0]], [[1.0, 0.0], [0.5, 0.5]]).numpy()
    assert losses == pytest.approx([16.1181, 0.6931], rel=1e-4)


def test_the_clipped_loss_is_what_a_clipped_run_learns_by() -> None:
    from benchmarks.repeat import repeat_runs

    wide = Experiment(normalize=False, hidden=(128,), epochs=2, train_size=200)
    raw = replace(SMALL, experiment=wide)
    clipped = replace(raw, id="B-clipped", clipped=True)
    ours = repeat_runs([raw, clipped], (0,))
    losses = [ours[run.id][0].val_loss for run in (raw, clipped)]
    assert losses[0] is not None
    assert losses[1] is not None
    assert losses[1] < 16.2 < losses[0]


def test_keras_refuses_what_it_refused() -> None:
    page = reproduce([error.id for error in ERRORS], 1)
    assert page.count(": the same cause.") == 4
    assert (
        "  - Today: Received a label value of 9 which is outside the valid range of [0, 5).\n"
        in page
    )


def test_a_run_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--only", "A-ex9"])
    assert caught.value.code == 2
    assert "invalid choice: 'A-ex9'" in capsys.readouterr().err


def test_no_seed_is_too_few(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--seeds", "0"])
    assert caught.value.code == 2
    assert "--seeds: received 0, expected 1 or more" in capsys.readouterr().err

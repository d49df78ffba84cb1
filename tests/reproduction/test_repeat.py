"""Small runs trained from end to end, and TensorFlow 1.13's loss."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground.core.errors import EngineError
from playground.core.experiment import Experiment
from playground.core.stop_rule import StopRule
from reproduction.editions import RUNS, Figures
from reproduction.repeat import clipped_crossentropy, figures_of, group_runs, repeat_runs
from tests.reproduction.small import SMALL, results


def test_runs_that_differ_in_epochs_alone_are_trained_once() -> None:
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
    with pytest.raises(EngineError) as caught:
        figures_of(SMALL, results(0.5))
    assert str(caught.value) == (
        "B-small: expected 2 epochs, received 1, because the loss grew too large. "
        "Train the same settings in the playground to see where."
    )


def test_the_clipped_loss_has_a_ceiling() -> None:
    losses = clipped_crossentropy([[1.0], [0.0]], [[1.0, 0.0], [0.5, 0.5]]).numpy()
    assert losses == pytest.approx([16.1181, 0.6931], rel=1e-4)


def test_the_clipped_loss_is_what_a_clipped_run_learns_by() -> None:
    wide = Experiment(normalize=False, hidden=(128,), epochs=2, train_size=200)
    raw = replace(SMALL, experiment=wide)
    clipped = replace(raw, id="B-clipped", clipped=True)
    ours = repeat_runs([raw, clipped], (0,))
    losses = [ours[run.id][0].val_loss for run in (raw, clipped)]
    assert losses[0] is not None
    assert losses[1] is not None
    assert losses[1] < 16.2 < losses[0]

"""A run of a notebook that is trained in a moment, and figures to compare it with."""

from __future__ import annotations

from playground.core.experiment import Experiment
from reproduction.editions import Figures, NotebookRun

SMALL = NotebookRun(
    id="B-small",
    experiment=Experiment(hidden=(8,), epochs=2, train_size=200),
    printed=Figures(loss=0.5, val_accuracy=0.75),
)


def results(*losses: float, accuracy: float = 0.75) -> list[Figures]:
    return [
        Figures(loss=loss, accuracy=0.8, val_loss=1.0, val_accuracy=accuracy) for loss in losses
    ]

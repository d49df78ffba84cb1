"""Train the catalogue's default experiment on every dataset and record what comes out.

`python -m reproduction.baseline` writes `playground/recorded/<dataset>.npz`: what a page shows before
anyone has pressed Train.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from benchmarks.progress import Progress
from playground.core.artefacts import CONFIDENCE, PROBABILITIES, WEIGHTS
from playground.core.events import Event
from playground.core.experiment import Experiment
from playground.core.recording import (
    FOLDER,
    Recording,
    installed_versions,
    recorded_id,
    save_recording,
)
from playground.core.run import Ending, RunView
from reproduction import ONE_THREAD
from reproduction.page import today

if TYPE_CHECKING:
    from playground.engine.training import Trainer


def main() -> None:
    """Train and record every dataset's default experiment, and say what came out."""
    os.environ.update(ONE_THREAD)
    from playground.engine.training import Trainer

    trainer = Trainer()
    FOLDER.mkdir(exist_ok=True)
    progress = Progress("baseline", len(Experiment.DATASET.options))
    for dataset in Experiment.DATASET.options:
        progress.step(f"{dataset} is trained")
        recording, ending = record(trainer, Experiment(dataset=dataset))
        progress.end()
        path = FOLDER / f"{dataset}.npz"
        save_recording(path, recording)
        print(
            f"{path.name}: {path.stat().st_size / 1000:.0f} kB, {ending.epochs_done} epochs in "
            f"{recording.view.seconds:.1f} s, test accuracy {ending.test_accuracy:.4f}"
        )


def record(trainer: Trainer, experiment: Experiment) -> tuple[Recording, Ending]:
    """Return the recording of `experiment`, trained now, and how it ended."""
    events: list[Event] = []
    result = trainer.train(experiment, events.append)
    if result.ending is None:
        raise RuntimeError("a run that nobody paused has to end")
    view = RunView(
        id=recorded_id(experiment.dataset),
        experiment=experiment,
        state=result.ending.state,
        events=tuple(events),
        ending=result.ending,
        recorded=today(),
    )
    artefacts = {
        PROBABILITIES: result.probabilities.tobytes(),
        WEIGHTS: result.weights.to_bytes(),
        CONFIDENCE: result.confidence.to_bytes(),
    }
    return Recording(view, artefacts, installed_versions()), result.ending


if __name__ == "__main__":
    main()

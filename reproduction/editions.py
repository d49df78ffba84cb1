"""Every run whose outcome the two editions of the notebook print, declared; nothing is trained here.

Edition A is in English (TensorFlow 1.13.1), edition B in English and Chinese (TensorFlow 2.2.0).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from playground.core.experiment import Experiment
from playground.core.recipe import Recipe
from playground.core.stop_rule import StopRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a run comes to; None for what was not printed.

    Args:
        loss: Keras's training loss of the last epoch.
        accuracy: training accuracy of that epoch, 0–1.
        val_loss: loss on the 10,000 test pictures.
        val_accuracy: accuracy on them, 0–1.
        epochs: epochs trained, for a run that a stop rule ends.
    """

    loss: float | None = None
    accuracy: float | None = None
    val_loss: float | None = None
    val_accuracy: float | None = None
    epochs: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookRun:
    """A run that trains.

    Args:
        id: edition and exercise, as in "A-ex2".
        experiment: what the notebook trains; its seed is unknown and stands at 0.
        printed: the notebook's figures.
        epoch: the epoch (from 1) whose figures these are; None for the last one.
        clipped: whether the loss is the one of TensorFlow 1.13, which clips probabilities: not a run of
            the notebook but edition A's, explained.
        remark: why today's figures differ, where that is known.
    """

    id: str
    experiment: Experiment
    printed: Figures
    epoch: int | None = None
    clipped: bool = False
    remark: str = ""

    @property
    def edition(self) -> str:
        """The edition that prints it: "A" or "B"."""
        return self.id[0]

    @property
    def description(self) -> str:
        """The experiment in a few words."""
        experiment = self.experiment
        if experiment.stop:
            length = f"{experiment.epochs} epochs or loss < {experiment.stop.value:g}"
        elif self.epoch:
            length = f"epoch {self.epoch} of {experiment.epochs}"
        else:
            length = f"{experiment.epochs} epochs"
        words = [
            Experiment.DATASET.options[experiment.dataset],
            *([] if experiment.normalize else ["0–255"]),
            *(["clipped"] if self.clipped else []),
            "-".join(map(str, experiment.hidden)),
            length,
        ]
        return ", ".join(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookError:
    """A run that is refused at its first batch.

    Args:
        id: edition and exercise.
        description: what is wrong with the network, in a few words.
        recipe: what it is made of.
        printed: the notebook's error, in short.
        cause: what today's error has to say if it is about the same thing.
        remark: what else there is to know.
    """

    id: str
    description: str
    recipe: Recipe
    printed: str
    cause: str
    remark: str = ""

    @property
    def edition(self) -> str:
        """The edition that prints it: "A" or "B"."""
        return self.id[0]


MAIN: Final = Experiment()
DIGITS: Final = Experiment(dataset="mnist")
RAW: Final = DIGITS.with_(normalize=False)
UNTIL: Final = StopRule("loss", 0.4)

A_RAW: Final = Figures(loss=7.4646, val_loss=7.2054)

RUNS: Final = (
    NotebookRun(
        id="A-main",
        experiment=MAIN.with_(epochs=100),
        printed=Figures(loss=0.0551, accuracy=0.9803, val_loss=0.6732, val_accuracy=0.8889),
    ),
    NotebookRun(
        id="A-main@5",
        experiment=MAIN.with_(epochs=100),
        epoch=5,
        printed=Figures(loss=0.2950, accuracy=0.8895),
    ),
    NotebookRun(
        id="A-ex2",
        experiment=DIGITS.with_(hidden=(512,)),
        printed=Figures(loss=0.0271, val_loss=0.0598),
    ),
    NotebookRun(
        id="A-ex5",
        experiment=DIGITS.with_(hidden=(512, 256)),
        printed=Figures(loss=0.0331, val_loss=0.0727),
    ),
    NotebookRun(
        id="A-ex6",
        experiment=DIGITS.with_(hidden=(512,), epochs=15),
        printed=Figures(loss=0.0088, val_loss=0.0975),
    ),
    NotebookRun(
        id="A-ex7 raw",
        experiment=RAW,
        printed=A_RAW,
        remark=(
            "TensorFlow 1.13 raised probabilities below 0.0000001 to that before it took their "
            "logarithm. A picture that the network is sure to be something else then costs 16.1 and "
            "changes no weight, so nothing is ever learnt from it; 45 % of such pictures make a loss "
            "of 7.2. Keras has since computed the loss from the scores before softmax, without a "
            "floor. With the floor put back, losses of that size return: A-ex7 clipped."
        ),
    ),
    NotebookRun(
        id="A-ex7 clipped",
        experiment=RAW,
        clipped=True,
        printed=A_RAW,
        remark="Of that size, but how many pictures are given up differs much from seed to seed.",
    ),
    NotebookRun(
        id="A-ex7 norm",
        experiment=DIGITS,
        printed=Figures(loss=0.0453, val_loss=0.0682),
    ),
    NotebookRun(id="A-ex8", experiment=MAIN.with_(stop=UNTIL), printed=Figures()),
    NotebookRun(
        id="B-main",
        experiment=MAIN,
        printed=Figures(loss=0.2938, accuracy=0.8916, val_loss=0.3420, val_accuracy=0.8790),
    ),
    NotebookRun(
        id="B-ex2",
        experiment=DIGITS.with_(hidden=(512,)),
        printed=Figures(loss=0.0259, val_loss=0.0717),
    ),
    NotebookRun(
        id="B-ex5",
        experiment=DIGITS.with_(hidden=(512, 256)),
        printed=Figures(loss=0.0312, val_loss=0.0806),
    ),
    NotebookRun(
        id="B-ex6",
        experiment=DIGITS.with_(epochs=30),
        printed=Figures(loss=0.0045, val_loss=0.1233),
    ),
    NotebookRun(
        id="B-ex7 raw",
        experiment=RAW.with_(hidden=(512,)),
        printed=Figures(loss=0.2496, val_loss=0.3366),
    ),
    NotebookRun(
        id="B-ex8",
        experiment=MAIN.with_(hidden=(512,), stop=UNTIL),
        printed=Figures(loss=0.3593, epochs=2),
    ),
)

ERRORS: Final = tuple(
    error
    for edition, shapes, remark in (
        (
            "A",
            "logits and labels must have the same first dimension, logits [896,10], labels [32]",
            "896 is 32 × 28: TensorFlow 1.13 counted every row of every picture as one of the batch.",
        ),
        ("B", "shape mismatch, labels (32, 1), logits (32, 28, 10)", ""),
    )
    for error in (
        NotebookError(
            id=f"{edition}-ex3",
            description="no Flatten",
            recipe=Recipe(hidden=64, flatten="removed"),
            printed=shapes,
            cause="(32, 28, 10)",
            remark=remark,
        ),
        NotebookError(
            id=f"{edition}-ex4",
            description="five outputs",
            recipe=Recipe(hidden=64, outputs=5),
            printed="label value 9 is outside the valid range [0, 5)",
            cause="label value of 9 which is outside the valid range of [0, 5)",
        ),
    )
)

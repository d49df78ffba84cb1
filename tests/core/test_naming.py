"""What runs that are shown together are called."""

from __future__ import annotations

import pytest

from playground.core.experiment import Experiment
from playground.core.naming import names_beside
from playground.core.stop_rule import StopRule

DEFAULT = Experiment()


@pytest.mark.parametrize(
    ("shown", "others", "names"),
    [
        (DEFAULT, [], ["the same settings"]),
        (DEFAULT, [DEFAULT], ["the same settings", "the same settings"]),
        (DEFAULT, [Experiment(hidden=(512,))], ["128 neurons", "512 neurons"]),
        (DEFAULT, [Experiment(hidden=())], ["128 neurons", "no hidden layer"]),
        (Experiment(hidden=(1,)), [Experiment(hidden=(512, 256))], ["1 neuron", "512-256 neurons"]),
        (DEFAULT, [Experiment(dataset="mnist")], ["Dataset: Fashion-MNIST", "Dataset: MNIST"]),
        (DEFAULT, [Experiment(normalize=False)], ["Normalise: yes", "Normalise: no"]),
        (
            DEFAULT,
            [Experiment(hidden=(512,)), Experiment(learning_rate=0.01)],
            ["128 neurons, Learning rate: 0.001", "512 neurons", "Learning rate: 0.01"],
        ),
        (
            Experiment(stop=StopRule("val_accuracy", 0.9)),
            [DEFAULT],
            ["Stop early: Test accuracy above, Threshold: 0.9", "Stop early: Never"],
        ),
        (
            DEFAULT,
            [Experiment(choose_by="validation"), Experiment(train_size=500)],
            [
                "Choose by: Test pictures, Training pictures: 60000",
                "Choose by: Validation pictures",
                "Training pictures: 500",
            ],
        ),
        (
            Experiment(stop=StopRule("val_loss", 0.9), choose_by="validation"),
            [Experiment(choose_by="validation")],
            ["Stop early: Validation loss below, Threshold: 0.9", "Stop early: Never"],
        ),
    ],
)
def test_each_is_named_by_what_it_differs_in(
    shown: Experiment, others: list[Experiment], names: list[str]
) -> None:
    assert [str(name) for name in names_beside(shown, others)] == names

"""Where a threshold would have stopped a run is where it does stop it."""

from __future__ import annotations

import random
from typing import Any

from playground.core.experiment import Experiment
from playground.core.run import RunState, RunView
from playground.core.stop_rule import StopRule
from playground.core.verdict import stopping_epoch
from playground.engine.training import Trainer

LONG = Experiment(train_size=1_024, hidden=(16,), epochs=12, seed=3)


def trained(trainer: Trainer, experiment: Experiment) -> RunView:
    events: list[Any] = []
    trainer.train(experiment, events.append)
    return RunView(id="r", experiment=experiment, state=RunState.FINISHED, events=tuple(events))


def test_ten_thresholds_stop_where_the_history_says() -> None:
    trainer, chance = Trainer(), random.Random(8)
    history = trained(trainer, LONG)
    for _ in range(10):
        metric = chance.choice(["loss", "val_loss", "accuracy", "val_accuracy"])
        values = [getattr(end, metric) for end in history.epochs if end.epoch > 0]
        value = chance.uniform(min(values), max(values))
        rule = StopRule(metric, round(value, 4))
        said = stopping_epoch(history, rule) or LONG.epochs
        assert trained(trainer, LONG.with_(stop=rule)).epochs_done == said, rule

"""What repeated runs allow one to say: which of two is higher, or that their seeds overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from playground.core.run import RunView
from playground.core.stop_rule import StopRule

Direction = Literal["higher", "lower", "overlap"]


def compare(values: Sequence[float], others: Sequence[float]) -> Direction:
    """Return how `values` lie to `others`: apart only if every one of them does.

    Args:
        values: of the same thing with several seeds; at least one.
        others: what they are compared with; at least one.
    """
    if min(values) > max(others):
        return "higher"
    return "lower" if max(values) < min(others) else "overlap"


def ahead(values: Mapping[str, Sequence[float]], *, higher: bool) -> str | None:
    """Return the name whose every value lies beyond all values of every other name, None if none is.

    Args:
        values: of the same thing with several seeds, by name.
        higher: whether the higher value is ahead.
    """
    direction = "higher" if higher else "lower"
    for name, own in values.items():
        others = [them for other, them in values.items() if other != name]
        if all(compare(own, them) == direction for them in others):
            return name
    return None


def last_value(view: RunView, metric: str) -> float | None:
    """Return what a run that is over ended with, None if it has no such value.

    Args:
        view: the run.
        metric: "loss", "accuracy", "val_loss" or "val_accuracy" of the last epoch; "seconds";
            "epochs", how many it trained; "best_epoch", the one with the least test loss.
    """
    ends = [end for end in view.epochs if end.epoch > 0]
    if not view.state.is_over or not ends:
        return None
    match metric:
        case "seconds":
            return view.seconds
        case "epochs":
            return float(len(ends))
        case "best_epoch":
            return float(best_epoch(view))
        case _:
            value: float | None = getattr(ends[-1], metric)
            return value


def best_epoch(view: RunView) -> int:
    """Return the epoch (from 1) after which the test loss was least; 0 before the first."""
    ends = [end for end in view.epochs if end.epoch > 0]
    return min(ends, key=lambda end: end.val_loss).epoch if ends else 0


def stopping_epoch(view: RunView, rule: StopRule) -> int | None:
    """Return the epoch after which `rule` would have ended a run that did not have it, if any.

    Training to that epoch is the same with and without the rule, so this needs no training.
    """
    for end in view.epochs:
        value = getattr(end, rule.metric)
        if end.epoch > 0 and value is not None and rule.crossed_by(value):
            return end.epoch
    return None


def points_text(difference: float) -> str:
    """Return a difference in points to a tenth, with its sign: +0.3, −1.2."""
    return f"{difference:+.1f}".replace("-", "−")

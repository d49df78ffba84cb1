"""The table of a run's epochs holds Keras's values, and no row for the untrained network."""

from __future__ import annotations

from pathlib import Path

import playground
from playground.core.recording import load_recording
from playground.ui.history_table import COLUMNS, build_history, in_words

RECORDED = load_recording(Path(playground.__file__).parent / "recorded" / "fashion.npz").view


def test_one_row_an_epoch_with_keras_names() -> None:
    history = build_history(RECORDED)
    assert list(history.columns) == list(COLUMNS)
    assert history["epoch"].tolist() == [1, 2, 3, 4, 5]
    assert history["val_loss"].tolist() == [end.val_loss for end in RECORDED.epochs[1:]]


def test_in_words_every_row_keeps_its_epoch() -> None:
    table = in_words(build_history(RECORDED))
    last = RECORDED.epochs[-1]
    assert table.index.tolist() == [1, 2, 3, 4, 5]
    assert list(table.iloc[-1]) == [
        f"{last.loss:.4f}",
        f"{last.accuracy:.2%}",
        f"{last.val_loss:.4f}",
        f"{last.val_accuracy:.2%}",
    ]

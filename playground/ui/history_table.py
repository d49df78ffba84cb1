"""A run's values epoch by epoch, as a table and as a file: the curves for those who want numbers."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from playground.core.run import RunView
from playground.ui.components.download import show_download
from playground.ui.language import _

COLUMNS = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds")
"""Keras's names, and the training time at the end of the epoch; the file's head line."""


def show_history(view: RunView) -> None:
    """Draw the table where it is wanted, with a way to keep it; before the first epoch there is none."""
    there = view.epochs_done > 0
    wanted = st.toggle(_("Show the values epoch by epoch"), key="history", disabled=not there)
    if not (there and wanted):
        return
    history = build_history(view)
    with st.container(key="history_table"):
        st.table(in_words(history, validates=view.experiment.validates), hide_index=False)
        show_download(
            _("Save as CSV"),
            history.to_csv(index=False),
            file_name=f"{view.id}.csv",
            mime="text/csv",
            key="history_csv",
        )


def build_history(view: RunView) -> pd.DataFrame:
    """Return Keras's values at the end of each epoch, one row an epoch."""
    rows = [[getattr(end, name) for name in COLUMNS] for end in view.epochs if end.epoch > 0]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def in_words(history: pd.DataFrame, *, validates: bool = False) -> pd.DataFrame:
    """Return the table as people read it: rounded, in the visitor's language.

    Args:
        history: as `build_history` returns it.
        validates: whether its values are of validation pictures.
    """
    losses, shares = "{:.4f}".format, "{:.2%}".format
    table = pd.DataFrame(
        {
            _("Epoch"): history["epoch"],
            _("Training loss"): history["loss"].map(losses),
            _("Training accuracy"): history["accuracy"].map(shares),
            _("Validation loss") if validates else _("Test loss"): history["val_loss"].map(losses),
            _("Validation accuracy") if validates else _("Test accuracy"): history[
                "val_accuracy"
            ].map(shares),
        }
    )
    return table.set_index(_("Epoch"))

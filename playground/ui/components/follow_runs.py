"""Hears of runs for what Python draws: the part of the page in which it stands is drawn anew when they change.

It draws nothing. Where the page's stream does not get through, whoever draws has to look by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import streamlit as st

from playground.core.run import RunView
from playground.ui.assets import base_path
from playground.ui.components.files import script

KEY: Final = "follow_runs"
_FAILED_NOW: Final = "follow_runs_failed_now"

_mount = st.components.v2.component("follow_runs", js=script("follow_runs"), isolate_styles=False)


def follow_runs(runs: Iterable[RunView], *, stream: str, pause: float, spread: float) -> None:
    """Draw the fragment in which this is called anew when one of `runs` ends an epoch or changes its state.

    When the stream turns out not to work, the whole page is rerun once, so that it can look by itself.

    Args:
        runs: as they are drawn now.
        stream: where the page hears of runs, relative to the base path.
        pause: seconds between two drawings, at least; what changes meanwhile is drawn together.
        spread: seconds over which the pages that follow the same runs are drawn.
    """
    _mount(
        key=KEY,
        data={
            "runs": [
                {
                    "id": run.id,
                    "state": str(run.state),
                    "epochs": run.epochs_done,
                    "generation": run.restarts,
                }
                for run in runs
            ],
            "stream": stream,
            "base": base_path(),
            "pause": round(1000 * pause),
            "spread": round(1000 * spread),
        },
        on_changed_change=lambda: None,  # that it runs the fragment is all
        on_stream_change=_note_failure,
        height=1,
    )
    if st.session_state.pop(_FAILED_NOW, False):
        st.rerun()


def following_failed() -> bool:
    """Return whether this visitor's browser cannot be told of runs."""
    return (st.session_state.get(KEY) or {}).get("stream") == "failed"


def _note_failure() -> None:
    """Ask for a rerun of the whole page; a callback cannot rerun anything itself."""
    st.session_state[_FAILED_NOW] = True

"""A finished or growing figure, redrawn in place: Streamlit's own chart would be built anew each time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from playground.charts.palette import PALETTES
from playground.ui.assets import base_path, plotly_url
from playground.ui.components.files import script, style
from playground.ui.language import _, current_language

_HTML: Final = """
<section class="chart"><div class="chart-plot"></div><p class="chart-note"></p></section>
"""

_mount = st.components.v2.component(
    "chart", html=_HTML, css=style("chart"), js=script("chart"), isolate_styles=False
)


def show_chart(key: str, figure: Mapping[str, Any], *, words: str, height: int = 360) -> None:
    """Draw a figure.

    Args:
        key: its name on the page.
        figure: as Plotly's `to_plotly_json` writes it, in the light palette's colours.
        words: the figure in a few words, for those who do not see it.
        height: CSS pixels.
    """
    _mount(
        key=key,
        data={
            "figure": figure,
            "palettes": {name: palette.to_dict() for name, palette in PALETTES.items()},
            "base": base_path(),
            "plotly": plotly_url(),
            "locale": current_language(),
            "height": height,
            "text": {
                "chart": words,
                "no_chart": _("The chart's code could not be fetched. Reload the page."),
            },
        },
    )

"""What all figures look like: paper, letters, hover boxes, axes."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from playground.charts.palette import Palette


def frame(palette: Palette, *, size: int = 15) -> dict[str, Any]:
    """Return the layout that a figure begins with.

    Args:
        palette: the theme's colours.
        size: of the letters, CSS pixels.
    """
    return {
        "template": go.layout.Template(),  # without it every figure carries 7 kB of defaults
        "font": {"color": palette.text, "size": size},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 14, "t": 8, "b": 8},
        "hoverlabel": {
            "bgcolor": palette.surface,
            "bordercolor": palette.axis,
            "font": {"color": palette.text, "size": size},
        },
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.03,
            "yanchor": "bottom",
            "font": {"size": size},
        },
    }


def axis(palette: Palette) -> dict[str, Any]:
    """Return an axis to which a title and a place are added."""
    return {
        "gridcolor": palette.grid,
        "linecolor": palette.axis,
        "showline": True,
        "zeroline": False,
        "automargin": True,
        "tickfont": {"size": 15},
    }

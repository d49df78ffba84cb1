"""What first weights make of two kinds of input, as histograms in rows; it computes no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from playground.charts.frame import axis, frame
from playground.charts.palette import LIGHT, Palette

BINS: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One quantity.

    Args:
        title: its name, already translated.
        values: one array a row.
        unit_range: whether it lies between 0 and 1 in every row.
    """

    title: str
    values: tuple[NDArray[np.floating[Any]], ...]
    unit_range: bool = False


def plot_histograms(
    columns: Sequence[Column], rows: Sequence[str], *, palette: Palette = LIGHT
) -> dict[str, Any]:
    """Return a histogram for each column and row, as Plotly's `to_plotly_json` writes it.

    The first row is a grey ghost, like a baseline; the axes differ, and that is what to look at.

    Args:
        columns: the quantities, from left to right.
        rows: names of the rows, from top to bottom, already translated.
        palette: the theme's colours.
    """
    figure = go.Figure(
        layout={
            **frame(palette, size=14),
            "margin": {"l": 8, "r": 14, "t": 44, "b": 8},
            "showlegend": False,
            "bargap": 0.05,
        }
    )
    width, height = 1 / len(columns), 1 / len(rows)
    for row, name in enumerate(rows):
        for place, column in enumerate(columns):
            number = row * len(columns) + place + 1
            suffix = str(number) if number > 1 else ""
            left, top = place * width, 1 - row * height
            counts, edges = _histogram(column.values[row], unit=column.unit_range)
            figure.add_bar(
                x=((edges[:-1] + edges[1:]) / 2).tolist(),
                y=counts.tolist(),
                width=np.diff(edges).tolist(),
                xaxis=f"x{suffix}",
                yaxis=f"y{suffix}",
                marker={"color": palette.neutral if row == 0 else palette.guess},
                hovertemplate="%{x:.3g}: %{y}<extra></extra>",
            )
            common = {**axis(palette), "nticks": 4, "showgrid": False, "tickfont": {"size": 14}}
            figure.layout[f"xaxis{suffix}"] = {
                **common,
                "domain": [left + 0.02, left + width - 0.03],
                "anchor": f"y{suffix}",
                "range": [float(edges[0]), float(edges[-1])],
            }
            figure.layout[f"yaxis{suffix}"] = {
                **common,
                "domain": [top - height * 0.62, top - height * 0.06],
                "anchor": f"x{suffix}",
                "showticklabels": False,
            }
            figure.add_annotation(
                text=f"{column.title}<br>{name}",  # on a phone a panel is 100 pixels wide
                align="left",
                xref="paper",
                yref="paper",
                x=left + 0.02,
                xanchor="left",
                y=top - height * 0.05,
                yanchor="bottom",
                showarrow=False,
            )
    plain: dict[str, Any] = figure.to_plotly_json()
    return plain


def _histogram(
    values: NDArray[np.floating[Any]], *, unit: bool
) -> tuple[NDArray[np.integer[Any]], NDArray[np.floating[Any]]]:
    span = (0.0, 1.0) if unit else (float(values.min()), float(values.max()))
    counts, edges = np.histogram(values, BINS, span)
    return counts, edges

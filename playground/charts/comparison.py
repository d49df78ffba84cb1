"""Several networks on one chart, each repeated with some seeds; it neither trains nor translates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import plotly.graph_objects as go

from playground.charts.frame import axis, frame
from playground.charts.palette import LIGHT, Palette
from playground.core.run import RunView
from playground.core.verdict import last_value

GAP: Final = 0.08
"""Share of the width between two panels: room for the outer numbers of both."""

_LOOKS: Final = (
    ("guess", "solid", "circle"),
    ("test", "dash", "diamond"),
    ("truth", "dot", "square"),
)
"""Colour, dash and symbol of the networks after the baseline: never colour alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One network.

    Args:
        label: its name, already translated.
        views: its runs, one a seed.
    """

    label: str
    views: tuple[RunView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """What a panel shows: a value of an epoch by Keras's name (or "seconds"), and its title."""

    metric: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A threshold in the first panel, and the epoch after which it is crossed, if it is."""

    value: float
    epoch: int | None


def plot_epochs(
    series: Sequence[Series],
    axes: Sequence[Axis],
    *,
    epoch: str,
    epochs: int = 1,
    mark: Mark | None = None,
    palette: Palette = LIGHT,
) -> dict[str, Any]:
    """Return a panel for each of `axes`, the values of the epochs, as `to_plotly_json` writes it.

    A network's line is the mean over its seeds and its band their range. The first is the baseline, a
    grey ghost.

    Args:
        series: the networks.
        axes: the panels, from top to bottom.
        epoch: title of the shared axis.
        epochs: how many the axis has room for, unless a run has more.
        mark: a threshold to draw.
        palette: the theme's colours.
    """
    figure = go.Figure(layout={**frame(palette), "uirevision": "kept"})
    if mark is not None:
        _add_mark(figure, mark, palette)
    most = max(epochs, *(view.experiment.epochs for one in series for view in one.views), 1)
    height = 1 / max(1, len(axes))
    for panel, shown in enumerate(axes):
        name = "yaxis" + (str(panel + 1) if panel else "")
        top = 1 - panel * height
        figure.layout[name] = {
            **axis(palette),
            "nticks": 6,
            **_unit(shown.metric),
            "title": {"text": shown.title, "standoff": 8},
            "domain": [top - height * (0.88 if panel < len(axes) - 1 else 1.0), top],
            "anchor": "x",
        }
        if not any(_by_epoch(one.views, shown.metric) for one in series):
            figure.layout[name].range = _range_without_points(shown.metric)
        for number, one in enumerate(series):
            _add_line(figure, one, shown.metric, f"y{panel + 1 if panel else ''}", number, palette)
    figure.layout.xaxis = {
        **axis(palette),
        "nticks": 6,
        "title": {"text": epoch, "standoff": 6},
        "range": [0.8, most + 0.2] if most > 1 else [0, 2],
        "dtick": 1 if most <= 10 else 5,
        "anchor": f"y{len(axes) if len(axes) > 1 else ''}",
    }
    return _plain(figure)


def plot_ends(
    series: Sequence[Series], axes: Sequence[Axis], *, palette: Palette = LIGHT
) -> dict[str, Any]:
    """Return a panel for each of `axes`, side by side: what each network's seeds ended with.

    A network is a row, so that its name can be read; each run is a point, and a bar spans the seeds.

    Args:
        series: the networks, from top to bottom.
        axes: the panels.
        palette: the theme's colours.
    """
    figure = go.Figure(layout={**frame(palette), "uirevision": "kept", "showlegend": False})
    width = (1 - GAP * (len(axes) - 1)) / max(1, len(axes))
    labels = [one.label for one in series]
    figure.layout.yaxis = {
        **axis(palette),
        "type": "category",
        "categoryorder": "array",
        "categoryarray": labels,
        "tickvals": labels,
        "ticktext": [_in_two_lines(label) for label in labels],
        "range": [len(labels) - 0.5, -0.5],
    }
    for panel, shown in enumerate(axes):
        number = str(panel + 1) if panel else ""
        left = panel * (width + GAP)
        figure.layout[f"xaxis{number}"] = {
            **axis(palette),
            "nticks": 4,
            "tickangle": 0,  # in a panel of a phone they would stand on end
            **_unit(shown.metric),
            "title": {"text": shown.title, "standoff": 6},
            "domain": [left, min(1.0, left + width)],
        }
        if not any(_ends(one.views, shown.metric) for one in series):
            figure.layout[f"xaxis{number}"].range = _range_without_points(shown.metric)
        for place, one in enumerate(series):
            _add_ends(figure, one, shown.metric, f"x{number}", place, palette)
    return _plain(figure)


def _plain(figure: go.Figure) -> dict[str, Any]:
    plain: dict[str, Any] = figure.to_plotly_json()
    return plain


def _add_line(
    figure: go.Figure, one: Series, metric: str, axis: str, number: int, palette: Palette
) -> None:
    color, dash, symbol = _look(number, palette)
    values = _by_epoch(one.views, metric)
    epochs = sorted(values)
    common = {"yaxis": axis, "legendgroup": str(number), "cliponaxis": False}
    if any(len(values[epoch]) > 1 for epoch in epochs):
        figure.add_scatter(
            **common,
            x=[*epochs, *reversed(epochs)],
            y=[*(max(values[e]) for e in epochs), *(min(values[e]) for e in reversed(epochs))],
            fill="toself",
            fillcolor=color,
            opacity=0.18,
            mode="lines",
            line={"width": 0, "color": color},
            hoverinfo="skip",
            showlegend=False,
        )
    figure.add_scatter(
        **common,
        name=one.label,
        x=epochs,
        y=[sum(values[epoch]) / len(values[epoch]) for epoch in epochs],
        mode="lines+markers",
        line={"color": color, "width": 2.5, "dash": dash},
        marker={"color": color, "symbol": symbol, "size": 8},
        showlegend=axis == "y",
        hovertemplate=_hover(metric),
    )


def _add_ends(
    figure: go.Figure, one: Series, metric: str, axis: str, place: int, palette: Palette
) -> None:
    color, _, symbol = _look(place, palette)
    found = _ends(one.views, metric)
    if not found:
        return
    figure.add_scatter(
        xaxis=axis,
        x=[min(found), max(found)],
        y=[one.label, one.label],
        mode="lines",
        line={"color": color, "width": 22},
        opacity=0.25,
        hoverinfo="skip",
    )
    figure.add_scatter(
        xaxis=axis,
        name=one.label,
        x=found,
        y=[one.label] * len(found),
        mode="markers",
        marker={"color": color, "symbol": symbol, "size": 10},
        hovertemplate=_hover(metric, "x"),
    )


def _add_mark(figure: go.Figure, mark: Mark, palette: Palette) -> None:
    line = {"color": palette.training, "width": 2, "dash": "dot"}
    figure.add_shape(
        type="line", xref="x domain", x0=0, x1=1, yref="y", y0=mark.value, y1=mark.value, line=line
    )
    if mark.epoch is not None:
        figure.add_shape(
            type="line", xref="x", x0=mark.epoch, x1=mark.epoch, yref="paper", y0=0, y1=1, line=line
        )


def _by_epoch(views: Sequence[RunView], metric: str) -> dict[int, list[float]]:
    values: dict[int, list[float]] = {}
    for view in views:
        for end in view.epochs:
            value: float | None = getattr(end, metric)
            if end.epoch > 0 and value is not None:
                values.setdefault(end.epoch, []).append(value)
    return values


def _ends(views: Sequence[RunView], metric: str) -> list[float]:
    return [value for view in views if (value := last_value(view, metric)) is not None]


def _range_without_points(metric: str) -> list[float]:
    """Return a scale; of none Plotly would make one up, below zero and above 100 %."""
    return [0, 1 if metric.endswith("accuracy") else 2.5]


def _look(number: int, palette: Palette) -> tuple[str, str, str]:
    if number == 0:
        return palette.neutral, "dash", "circle-open"
    name, dash, symbol = _LOOKS[(number - 1) % len(_LOOKS)]
    return getattr(palette, name), dash, symbol


def _in_two_lines(label: str) -> str:
    """Return a label broken after its first part, so that it stays beside a narrow panel."""
    for mark in ("，", ", ", " "):
        first, found, rest = label.partition(mark)
        if found:
            return f"{first}{mark.rstrip()}<br>{rest}"
    return label


def _unit(metric: str) -> dict[str, Any]:
    return {"tickformat": ".1~%"} if metric.endswith("accuracy") else {"rangemode": "tozero"}


def _hover(metric: str, coordinate: str = "y") -> str:
    format_ = {"seconds": ".1f"}.get(metric, ".4f")
    if metric.endswith("accuracy"):
        format_ = ".2%"
    value = f"%{{{coordinate}:{format_}}}" + (" s" if metric == "seconds" else "")
    return f"<b>%{{fullData.name}}</b><br>{value}<extra></extra>"

"""The learning curves as one figure, loss above accuracy; it neither trains nor translates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import plotly.graph_objects as go

from playground.charts.frame import axis, frame
from playground.charts.palette import LIGHT, Palette
from playground.core.events import ChunkEnd, EpochEnd

_LOSS_PANEL: Final = (0.53, 1.0)
_ACCURACY_PANEL: Final = (0.0, 0.45)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveLabels:
    """The words in the figure, already translated.

    Args:
        epoch: title of the shared axis, "Epochs trained".
        loss: title of the upper panel's axis, with its unit.
        accuracy: title of the lower panel's axis; its ticks carry the per cent sign.
        training: the line through the chunks, "Training".
        training_epoch: the points at the ends of epochs, "Training, mean of the epoch".
        test: the line through the looks at the test pictures, "Test".
    """

    epoch: str
    loss: str
    accuracy: str
    training: str
    training_epoch: str
    test: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopLine:
    """The threshold at which training ends early.

    Args:
        metric: "loss", "accuracy", "val_loss" or "val_accuracy", Keras's names.
        value: where the line lies, in the metric's unit (accuracy 0–1).
        label: the words at the line, already translated.
    """

    metric: str
    value: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A place on the axis of epochs that deserves a word, such as a change of the learning rate.

    Args:
        position: epochs trained by then.
        label: the words at the line, already translated.
    """

    position: float
    label: str


def plot_curves(  # noqa: PLR0913 - all by name, each a part of the figure
    *,
    run_id: str,
    chunks: Sequence[ChunkEnd],
    epochs: Sequence[EpochEnd],
    total_epochs: int,
    labels: CurveLabels,
    stop: StopLine | None = None,
    moments: Sequence[Moment] = (),
    palette: Palette = LIGHT,
) -> dict[str, Any]:
    """Return loss and accuracy over the epochs trained, in two panels with one shared axis.

    The figure is as Plotly's `to_plotly_json` writes it. Each trace carries `meta = {"metric":
    "loss"|"accuracy", "series": "training"|"training_epoch"|"test"}`, by which a live page finds the
    trace that a new point belongs to. A value that is not finite becomes a gap.

    Args:
        run_id: the figure's `uirevision`: a zoom lives as long as the run is the same.
        chunks: the points of the training curve, in order.
        epochs: the ends of epochs, in order; that of the untrained network (epoch 0) is not drawn,
            because its loss would press all the others flat.
        total_epochs: right end of the shared axis.
        labels: the words in the figure.
        stop: the threshold, if there is one.
        moments: what to mark on the axis of epochs.
        palette: the theme's colours.
    """
    trained = [end for end in epochs if end.epoch > 0]
    points = {}
    for metric in ("loss", "accuracy"):
        points["training", metric] = [(at.position, getattr(at, metric)) for at in chunks]
        points["test", metric] = [(end.epoch, getattr(end, f"val_{metric}")) for end in trained]
        points["training_epoch", metric] = [(end.epoch, getattr(end, metric)) for end in trained]
    empty = _empty_figure(total_epochs, labels, stop, tuple(moments), palette)
    traces = [
        {**trace, **_coordinates(points[trace["meta"]["series"], trace["meta"]["metric"]])}
        for trace in empty["data"]
    ]
    return {"data": traces, "layout": {**empty["layout"], "uirevision": run_id}}


@lru_cache(maxsize=64)
def _empty_figure(
    total_epochs: int,
    labels: CurveLabels,
    stop: StopLine | None,
    moments: tuple[Moment, ...],
    palette: Palette,
) -> dict[str, Any]:
    """Return the figure without a point. Plotly checks all of it, which costs more than the points."""
    circle, diamond, width = _marker_sizes(total_epochs)
    figure = go.Figure(layout=_layout(total_epochs, labels, palette))
    for metric, at in (("loss", "y"), ("accuracy", "y2")):
        common = {
            "yaxis": at,
            "hovertemplate": _hover(metric, labels),
            "showlegend": metric == "loss",
            "cliponaxis": False,
        }
        figure.add_scatter(
            **common,
            **_series("training", metric, labels.training),
            mode="lines",
            line={"color": palette.training, "width": 2.5},
        )
        figure.add_scatter(
            **common,
            **_series("test", metric, labels.test),
            mode="lines+markers",
            line={"color": palette.test, "width": 2.5, "dash": "dash"},
            marker={"color": palette.test, "symbol": "diamond", "size": diamond},
        )
        # Last, so that the open circles stay visible on the filled diamonds.
        figure.add_scatter(
            **common,
            **_series("training_epoch", metric, labels.training_epoch),
            mode="markers",
            marker={
                "color": palette.training,
                "symbol": "circle-open",
                "size": circle,
                "line": {"width": width},
            },
        )
    if stop is not None and math.isfinite(stop.value):
        _add_stop_line(figure, stop, palette)
    for moment in moments:
        _add_moment(figure, moment, palette)
    empty: dict[str, Any] = figure.to_plotly_json()
    return empty


def _series(series: str, metric: str, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "legendgroup": series,
        "meta": {"metric": metric, "series": series},
    }


def _hover(metric: str, labels: CurveLabels) -> str:
    value = f"{labels.loss}: %{{y:.3f}}" if metric == "loss" else f"{labels.accuracy}: %{{y:.1%}}"
    return f"<b>%{{fullData.name}}</b><br>{labels.epoch}: %{{x:.3~f}}<br>{value}<extra></extra>"


def _coordinates(points: Sequence[tuple[float, float | None]]) -> dict[str, list[float | None]]:
    return {
        "x": [x for x, _ in points],
        "y": [y if y is not None and math.isfinite(y) else None for _, y in points],
    }


def _layout(total_epochs: int, labels: CurveLabels, palette: Palette) -> dict[str, Any]:
    common = {
        **axis(palette),
        "ticks": "outside",
        "tickcolor": palette.axis,
        "ticklen": 4,
    }
    base = frame(palette)
    return {
        **base,
        # One point at a time, with its own epoch: a training point has no test point beside it.
        "hovermode": "closest",
        "legend": {**base["legend"], "itemsizing": "trace"},
        "modebar": {
            "bgcolor": "rgba(0,0,0,0)",
            "color": palette.muted,
            "activecolor": palette.text,
        },
        "xaxis": {
            **common,
            "anchor": "y2",
            "title": {"text": labels.epoch, "standoff": 6},
            "range": [-0.015 * total_epochs, 1.015 * total_epochs],
            "tick0": 0,
            "dtick": _tick_step(total_epochs),
        },
        "yaxis": {
            **common,
            "anchor": "x",
            "domain": list(_LOSS_PANEL),
            "title": {"text": labels.loss, "standoff": 8},
            "rangemode": "tozero",
            "nticks": 6,
            "exponentformat": "power",
        },
        "yaxis2": {
            **common,
            "anchor": "x",
            "domain": list(_ACCURACY_PANEL),
            "title": {"text": labels.accuracy, "standoff": 8},
            # Up to the top, so that one sees what is missing; down only as far as there are points.
            "autorangeoptions": {"include": [1]},
            "minallowed": 0,
            "maxallowed": 1.02,
            "tickformat": ".0%",
            "nticks": 6,
        },
    }


def _tick_step(total_epochs: int) -> int:
    """Return the distance of ticks, in whole epochs, that leaves at most about ten."""
    for step in (1, 2, 5, 10):
        if total_epochs <= 10 * step:
            return step
    return 20


def _marker_sizes(total_epochs: int) -> tuple[int, int, float]:
    """Return the size of circles and diamonds and the circles' line, in pixels: more are smaller."""
    if total_epochs <= 10:
        return 11, 8, 2.5
    return (8, 6, 2.0) if total_epochs <= 30 else (5, 4, 1.5)


def _add_moment(figure: go.Figure, moment: Moment, palette: Palette) -> None:
    figure.add_shape(
        type="line",
        xref="x",
        x0=moment.position,
        x1=moment.position,
        yref="paper",
        y0=0,
        y1=1,
        line={"color": palette.muted, "width": 1.5, "dash": "dot"},
    )
    figure.add_annotation(
        text=moment.label,
        xref="x",
        x=moment.position,
        xanchor="left",
        yref="paper",
        y=1,
        yanchor="top",
        showarrow=False,
        font={"color": palette.muted, "size": 13},
    )


def _add_stop_line(figure: go.Figure, stop: StopLine, palette: Palette) -> None:
    accuracy = stop.metric.endswith("accuracy")
    axis = "y2" if accuracy else "y"
    color = palette.test if stop.metric.startswith("val_") else palette.training
    figure.add_shape(
        type="line",
        xref="x domain",
        x0=0,
        x1=1,
        yref=axis,
        y0=stop.value,
        y1=stop.value,
        line={"color": color, "width": 2, "dash": "dot"},
    )
    # In the corner that curves stay out of: loss falls and accuracy rises. Above it a moment's words.
    figure.add_annotation(
        text=stop.label,
        xref="x domain",
        x=1,
        xanchor="right",
        yref=f"{axis} domain",
        y=0 if accuracy else 1,
        yanchor="bottom" if accuracy else "top",
        yshift=0 if accuracy else -18,
        showarrow=False,
        font={"color": color},
    )

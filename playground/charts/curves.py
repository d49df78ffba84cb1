"""The learning curves as one figure, loss above accuracy; it neither trains nor translates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import plotly.graph_objects as go

from playground.charts.frame import axis, frame
from playground.charts.palette import LIGHT, Palette
from playground.core.events import ChunkEnd, EpochEnd

_LOSS_PANEL: Final = (0.53, 1.0)
_ACCURACY_PANEL: Final = (0.0, 0.45)
_NUMBER: Final = 0.025
"""What part of the axis the number at the end of a run's curve takes; those of several stand in columns, so
that none hides another where runs end alike."""
_COLUMN: Final = "\N{NO-BREAK SPACE}" * 3


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
        validation: that line where validation pictures are looked at, "Validation".
    """

    epoch: str
    loss: str
    accuracy: str
    training: str
    training_epoch: str
    test: str
    validation: str

    def watched(self, *, validates: bool) -> str:
        """Return the name of the line through the looks at pictures that are not trained on."""
        return self.validation if validates else self.test


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ghost:
    """Another run on the same axes, thinner and grey.

    Args:
        run_id: its id.
        number: by which it is marked at its end, and named elsewhere.
        name: what it is called, already translated.
        chunks: the points of its training curve, in order.
        epochs: the ends of its epochs, in order.
        total_epochs: how many it trains in all.
        validates: whether it looks at validation pictures.
    """

    run_id: str
    number: int
    name: str
    chunks: Sequence[ChunkEnd]
    epochs: Sequence[EpochEnd]
    total_epochs: int
    validates: bool = False


def plot_curves(  # noqa: PLR0913 - all by name, each a part of the figure
    *,
    run_id: str,
    chunks: Sequence[ChunkEnd],
    epochs: Sequence[EpochEnd],
    total_epochs: int,
    labels: CurveLabels,
    validates: bool = False,
    stop: StopLine | None = None,
    moments: Sequence[Moment] = (),
    ghosts: Sequence[Ghost] = (),
    palette: Palette = LIGHT,
) -> dict[str, Any]:
    """Return loss and accuracy over the epochs trained, in two panels with one shared axis.

    The figure is as Plotly's `to_plotly_json` writes it. Each trace carries `meta = {"run": its id,
    "metric": "loss"|"accuracy", "series": "training"|"training_epoch"|"test"|"end"}`, by which a live page
    finds the trace that a new point belongs to; of "end" it is the last point of "test". A value that is
    not finite becomes a gap.

    Args:
        run_id: the figure's `uirevision`: a zoom lives as long as the run is the same.
        chunks: the points of the training curve, in order.
        epochs: the ends of epochs, in order; that of the untrained network (epoch 0) is not drawn,
            because its loss would press all the others flat.
        total_epochs: right end of the shared axis.
        labels: the words in the figure.
        validates: whether the run looks at validation pictures.
        stop: the threshold, if there is one.
        moments: what to mark on the axis of epochs.
        ghosts: other runs beside it, each with a number of its own.
        palette: the theme's colours.
    """
    most = max([total_epochs, *(ghost.total_epochs for ghost in ghosts)])
    watched = labels.watched(validates=validates)
    empty = _empty_figure(most, replace(labels, test=watched), stop, tuple(moments), palette)
    own = _points(chunks, epochs)
    traces = [_filled(trace, run_id, own) for trace in empty["data"]]
    behind = [
        _filled(trace, ghost.run_id, points)
        for column, ghost in enumerate(ghosts)
        for points in [_points(ghost.chunks, ghost.epochs)]
        for watched in [labels.watched(validates=ghost.validates)]
        for trace in _ghost_traces(
            ghost.number, column, ghost.name, replace(labels, test=watched), palette
        )
    ]
    axis = empty["layout"]["xaxis"]
    axis = {**axis, "range": [axis["range"][0], axis["range"][1] + _NUMBER * most * len(ghosts)]}
    layout = {**empty["layout"], "xaxis": axis, "uirevision": run_id}
    return {"data": [*traces, *behind], "layout": layout}


def _points(
    chunks: Sequence[ChunkEnd], epochs: Sequence[EpochEnd]
) -> dict[tuple[str, str], list[tuple[float, float | None]]]:
    """Return a run's points by series and metric."""
    trained = [end for end in epochs if end.epoch > 0]
    points: dict[tuple[str, str], list[tuple[float, float | None]]] = {}
    for metric in ("loss", "accuracy"):
        points["training", metric] = [(at.position, getattr(at, metric)) for at in chunks]
        points["test", metric] = [(end.epoch, getattr(end, f"val_{metric}")) for end in trained]
        points["training_epoch", metric] = [(end.epoch, getattr(end, metric)) for end in trained]
        points["end", metric] = points["test", metric][-1:]
    return points


def _filled(
    trace: dict[str, Any],
    run_id: str,
    points: dict[tuple[str, str], list[tuple[float, float | None]]],
) -> dict[str, Any]:
    """Return a trace with a run's points."""
    meta = trace["meta"]
    coordinates = _coordinates(points[meta["series"], meta["metric"]])
    return {**trace, "meta": {**meta, "run": run_id}, **coordinates}


@lru_cache(maxsize=64)
def _ghost_traces(
    number: int, column: int, name: str, labels: CurveLabels, palette: Palette
) -> list[dict[str, Any]]:
    """Return the traces of a run beside another, without a point: thin, and with its number at the end."""
    figure = go.Figure()
    for metric, at in (("loss", "y"), ("accuracy", "y2")):
        common = {"yaxis": at, "showlegend": False, "cliponaxis": False}
        for series, said, dash in (
            ("training", labels.training, "solid"),
            ("test", labels.test, "dash"),
        ):
            figure.add_scatter(
                **common,
                **_series(series, metric, f"{number} · {name} · {said}"),
                zorder=-1,  # behind the run that is shown
                hovertemplate=_hover(metric, labels),
                mode="lines",
                line={"color": palette.neutral, "width": 1.25, "dash": dash},
            )
        figure.add_scatter(
            **common,
            **_series("end", metric, name),
            zorder=1,
            hoverinfo="skip",
            mode="text",
            text=[_COLUMN * column + str(number)],
            textposition="middle right",
            textfont={"color": palette.text, "size": 13},
        )
    traces: list[dict[str, Any]] = figure.to_plotly_json()["data"]
    return traces


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

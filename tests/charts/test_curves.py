"""The learning curves as data."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest

from playground.charts.curves import CurveLabels, Ghost, StopLine, plot_curves
from playground.charts.palette import DARK, LIGHT
from playground.core.events import ChunkEnd, EpochEnd

LABELS = CurveLabels(
    epoch="Epochs trained",
    loss="Loss (nats)",
    accuracy="Accuracy",
    training="Training",
    training_epoch="Mean of the epoch",
    test="Test",
    validation="Validation",
)


def _chunk(position: float, loss: float, accuracy: float) -> ChunkEnd:
    return ChunkEnd(
        seq=1, epoch=1, step=1, position=position, loss=loss, accuracy=accuracy, seconds=1.0
    )


def _epoch(
    epoch: int,
    loss: float | None,
    accuracy: float | None,
    val_loss: float,
    val_accuracy: float,
) -> EpochEnd:
    return EpochEnd(
        seq=1,
        epoch=epoch,
        loss=loss,
        accuracy=accuracy,
        val_loss=val_loss,
        val_accuracy=val_accuracy,
        seconds=1.0,
    )


CHUNKS = (_chunk(0.5, 0.9, 0.7), _chunk(1.0, 0.5, 0.8))
EPOCHS = (_epoch(0, None, None, 2.3, 0.1), _epoch(1, 0.7, 0.75, 0.6, 0.78))


def _figure(**changes: Any) -> dict[str, Any]:
    """Return the figure as a browser gets it: through JSON that has no NaN."""
    values: dict[str, Any] = {
        "run_id": "r1",
        "chunks": CHUNKS,
        "epochs": EPOCHS,
        "total_epochs": 5,
        "labels": LABELS,
    }
    figure = plot_curves(**{**values, **changes})
    read: dict[str, Any] = json.loads(json.dumps(figure, allow_nan=False))
    return read


def _trace(figure: dict[str, Any], metric: str, series: str) -> dict[str, Any]:
    meta = {"run": "r1", "metric": metric, "series": series}
    found = [trace for trace in figure["data"] if trace["meta"] == meta]
    assert len(found) == 1
    trace: dict[str, Any] = found[0]
    return trace


@pytest.mark.parametrize(
    ("metric", "series", "x", "y"),
    [
        ("loss", "training", [0.5, 1.0], [0.9, 0.5]),
        ("loss", "training_epoch", [1], [0.7]),
        ("loss", "test", [1], [0.6]),
        ("accuracy", "training", [0.5, 1.0], [0.7, 0.8]),
        ("accuracy", "training_epoch", [1], [0.75]),
        ("accuracy", "test", [1], [0.78]),
    ],
)
def test_every_series_has_its_points(
    metric: str, series: str, x: list[float], y: list[float]
) -> None:
    trace = _trace(_figure(), metric, series)
    assert (trace["x"], trace["y"]) == (x, y)
    assert trace["yaxis"] == ("y" if metric == "loss" else "y2")


def test_lines_differ_by_more_than_colour() -> None:
    figure = _figure()
    training, test = (_trace(figure, "loss", series) for series in ("training", "test"))
    assert (training["mode"], training["line"].get("dash")) == ("lines", None)
    assert (test["mode"], test["line"]["dash"]) == ("lines+markers", "dash")
    assert test["marker"]["symbol"] == "diamond"
    assert _trace(figure, "loss", "training_epoch")["marker"]["symbol"] == "circle-open"


def test_a_point_under_the_pointer_says_what_it_is() -> None:
    figure = _figure()
    assert _trace(figure, "loss", "test")["hovertemplate"] == (
        "<b>%{fullData.name}</b><br>Epochs trained: %{x:.3~f}<br>Loss (nats): %{y:.3f}"
        "<extra></extra>"
    )
    assert "Accuracy: %{y:.1%}" in _trace(figure, "accuracy", "training")["hovertemplate"]


def test_axes_are_shared_named_and_fixed() -> None:
    layout = _figure()["layout"]
    assert layout["uirevision"] == "r1"
    assert [layout[axis]["title"]["text"] for axis in ("xaxis", "yaxis", "yaxis2")] == [
        "Epochs trained",
        "Loss (nats)",
        "Accuracy",
    ]
    assert layout["xaxis"]["range"] == pytest.approx([-0.075, 5.075])
    assert layout["yaxis"]["rangemode"] == "tozero"
    assert layout["yaxis2"]["autorangeoptions"] == {"include": [1]}
    assert layout["yaxis2"]["tickformat"] == ".0%"
    assert layout["yaxis2"]["domain"][1] < layout["yaxis"]["domain"][0]


@pytest.mark.parametrize(("total", "step"), [(1, 1), (10, 1), (11, 2), (50, 5), (100, 10)])
def test_ticks_are_whole_epochs_and_not_crowded(total: int, step: int) -> None:
    assert _figure(total_epochs=total)["layout"]["xaxis"]["dtick"] == step


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_becomes_a_gap(value: float) -> None:
    figure = _figure(
        chunks=(_chunk(0.5, 0.9, 0.7), _chunk(1.0, value, 0.8)),
        epochs=(_epoch(1, value, 0.8, value, value),),
        stop=StopLine(metric="loss", value=value, label="never"),
    )
    assert _trace(figure, "loss", "training")["y"] == [0.9, None]
    assert _trace(figure, "loss", "training_epoch")["y"] == [None]
    assert _trace(figure, "accuracy", "test")["y"] == [None]
    assert "shapes" not in figure["layout"]


@pytest.mark.parametrize(
    ("metric", "axis", "color"),
    [
        ("loss", "y", LIGHT.training),
        ("val_loss", "y", LIGHT.test),
        ("accuracy", "y2", LIGHT.training),
        ("val_accuracy", "y2", LIGHT.test),
    ],
)
def test_the_threshold_lies_in_its_panel(metric: str, axis: str, color: str) -> None:
    layout = _figure(stop=StopLine(metric=metric, value=0.4, label="stop below 0.4"))["layout"]
    (line,), (label,) = layout["shapes"], layout["annotations"]
    assert (line["yref"], line["y0"], line["y1"]) == (axis, 0.4, 0.4)
    assert (line["line"]["dash"], line["line"]["color"]) == ("dot", color)
    assert label["text"] == "stop below 0.4"
    corner = 0 if metric.endswith("accuracy") else 1  # out of the way of loss and of accuracy
    assert (label["yref"], label["x"], label["y"]) == (f"{axis} domain", 1, corner)


def test_an_empty_figure_has_its_axes() -> None:
    figure = _figure(chunks=(), epochs=())
    assert [len(trace["x"]) for trace in figure["data"]] == [0] * 6
    assert figure["layout"]["xaxis"]["title"]["text"] == "Epochs trained"


def test_dark_figures_hold_no_light_colour() -> None:
    dark = json.dumps(_figure(palette=DARK, stop=StopLine(metric="loss", value=0.4, label="s")))
    light = json.dumps(_figure(stop=StopLine(metric="loss", value=0.4, label="s")))
    assert not [color for color in LIGHT.to_dict().values() if color in dark]
    assert LIGHT.training in light


def _ghost(number: int, total_epochs: int = 5) -> Ghost:
    return Ghost(
        run_id=f"g{number}",
        number=number,
        name=f"{number} neurons",
        chunks=(_chunk(0.5, 0.8, 0.6), _chunk(1.0, 0.4, 0.7)),
        epochs=(EPOCHS[0], _epoch(1, 0.6, 0.65, 0.3, 0.68)),
        total_epochs=total_epochs,
    )


def _of(figure: dict[str, Any], run: str) -> dict[tuple[str, str], dict[str, Any]]:
    metas = [(trace["meta"], trace) for trace in figure["data"]]
    return {(it["series"], it["metric"]): trace for it, trace in metas if it["run"] == run}


def test_another_run_lies_thinner_behind_the_one_that_is_shown() -> None:
    figure = _figure(ghosts=[_ghost(2)])
    own, ghost = _of(figure, "r1"), _of(figure, "g2")
    for metric, test, y in (("loss", 0.3, [0.8, 0.4]), ("accuracy", 0.68, [0.6, 0.7])):
        training, end = ghost["training", metric], ghost["end", metric]
        assert (training["x"], training["y"]) == ([0.5, 1.0], y)
        assert (ghost["test", metric]["x"], ghost["test", metric]["y"]) == ([1], [test])
        assert (end["x"], end["y"], end["text"]) == ([1], [test], ["2"])
        assert training["yaxis"] == own["training", metric].get("yaxis", "y")
        for series in ("training", "test"):
            line, shown = ghost[series, metric]["line"], own[series, metric]["line"]
            assert line["width"] < shown["width"]
            assert line.get("dash", "solid") == shown.get("dash", "solid")
            assert ghost[series, metric]["zorder"] < own[series, metric].get("zorder", 0)
            assert "2 · 2 neurons" in ghost[series, metric]["name"]
    assert not any(trace["showlegend"] for trace in ghost.values())


def test_each_run_says_which_pictures_it_was_watched_on() -> None:
    ghosts = [replace(_ghost(2), validates=True), _ghost(3)]
    figure = _figure(ghosts=ghosts)
    assert _trace(figure, "loss", "test")["name"] == LABELS.test
    assert _of(figure, "g2")["test", "loss"]["name"].endswith(LABELS.validation)
    assert _of(figure, "g3")["test", "loss"]["name"].endswith(LABELS.test)
    assert _trace(_figure(validates=True), "loss", "test")["name"] == LABELS.validation


def test_the_axis_has_room_for_the_longest_run_and_for_every_number() -> None:
    right = [
        _figure(ghosts=ghosts)["layout"]["xaxis"]["range"][1]
        for ghosts in ([], [_ghost(2)], [_ghost(2), _ghost(3, total_epochs=20)])
    ]
    assert right[0] < right[1] < 6
    assert 20 < right[2] < 24
    ends = _figure(ghosts=[_ghost(2), _ghost(3)])
    texts = [_of(ends, run)["end", "loss"]["text"][0] for run in ("g2", "g3")]
    assert [text.strip() for text in texts] == ["2", "3"]
    assert len(texts[1]) > len(texts[0])  # a column further right

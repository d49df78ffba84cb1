"""Networks side by side, as data."""

from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go

from playground.charts.comparison import Axis, Mark, Series, plot_ends, plot_epochs
from playground.charts.palette import LIGHT
from playground.core.events import EpochEnd
from playground.core.experiment import Experiment
from playground.core.run import RunState, RunView

LOSS = Axis(metric="val_loss", title="Test loss")
SECONDS = Axis(metric="seconds", title="Seconds")
ACCURACY = Axis(metric="val_accuracy", title="Test accuracy")


def a_run(*losses: float, state: RunState = RunState.FINISHED) -> RunView:
    ends = [
        EpochEnd(
            seq=epoch + 1,
            epoch=epoch,
            loss=loss,
            accuracy=0.9,
            val_loss=loss,
            val_accuracy=0.9,
            seconds=1.0 * epoch,
        )
        for epoch, loss in enumerate(losses)
    ]
    return RunView(id="r", experiment=Experiment(epochs=5), state=state, events=tuple(ends))


BASE = Series(label="128", views=(a_run(2.3, 0.4, 0.3), a_run(2.3, 0.5, 0.2)))
WIDE = Series(label="512", views=(a_run(2.3, 0.3, 0.25),))


def read(figure: dict[str, Any]) -> dict[str, Any]:
    go.Figure(figure)  # Plotly takes every part of it
    plain: dict[str, Any] = json.loads(json.dumps(figure, allow_nan=False))
    return plain


def lines(figure: dict[str, Any]) -> dict[str, tuple[list[float], list[float]]]:
    return {t["name"]: (t["x"], t["y"]) for t in figure["data"] if "name" in t}


def test_a_line_is_the_mean_of_the_seeds_and_the_band_their_range() -> None:
    figure = read(plot_epochs([BASE, WIDE], [LOSS], epoch="Epochs"))
    assert lines(figure) == {"128": ([1, 2], [0.45, 0.25]), "512": ([1, 2], [0.3, 0.25])}
    (band,) = (trace for trace in figure["data"] if trace.get("fill") == "toself")
    assert (band["x"], band["y"]) == ([1, 2, 2, 1], [0.5, 0.3, 0.2, 0.4])


def test_before_the_first_point_no_scale_is_made_up() -> None:
    bare = Series(label="128", views=(a_run(2.3),))
    layout = read(plot_epochs([bare], [LOSS, ACCURACY], epoch="Epochs"))["layout"]
    assert (layout["yaxis"]["range"], layout["yaxis2"]["range"]) == ([0, 2.5], [0, 1])
    assert "range" not in read(plot_epochs([bare, BASE], [LOSS], epoch="Epochs"))["layout"]["yaxis"]
    empty = read(plot_epochs([Series(label="128", views=())], [LOSS], epoch="Epochs", epochs=30))
    assert empty["layout"]["xaxis"]["range"] == [0.8, 30.2]
    going = Series(label="128", views=(a_run(2.3, state=RunState.RUNNING),))
    layout = read(plot_ends([going], [LOSS, ACCURACY]))["layout"]
    assert (layout["xaxis"]["range"], layout["xaxis2"]["range"]) == ([0, 2.5], [0, 1])
    assert "range" not in read(plot_ends([going, BASE], [LOSS]))["layout"]["xaxis"]


def test_networks_differ_by_more_than_colour() -> None:
    figure = read(plot_epochs([BASE, WIDE], [LOSS], epoch="Epochs"))
    looks = [t for t in figure["data"] if "name" in t]
    assert looks[0]["line"]["color"] == LIGHT.neutral
    assert len({(t["line"]["dash"], t["marker"]["symbol"]) for t in looks}) == 2


def test_a_threshold_is_marked_where_it_stops() -> None:
    figure = read(plot_epochs([BASE], [LOSS], epoch="Epochs", mark=Mark(value=0.3, epoch=2)))
    across, down = figure["layout"]["shapes"]
    assert (across["y0"], across["y1"]) == (0.3, 0.3)
    assert (down["x0"], down["x1"]) == (2, 2)
    figure = read(plot_epochs([BASE], [LOSS], epoch="Epochs", mark=Mark(value=0.1, epoch=None)))
    assert len(figure["layout"]["shapes"]) == 1


def test_every_seed_that_is_over_is_a_point_at_its_networks_place() -> None:
    going = Series(label="512", views=(a_run(2.3, 0.3, state=RunState.RUNNING),))
    figure = read(plot_ends([BASE, going], [LOSS, SECONDS]))
    points = [t for t in figure["data"] if t["mode"] == "markers"]
    assert [(t["x"], t["y"]) for t in points] == [
        ([0.3, 0.2], ["128", "128"]),
        ([2.0, 2.0], ["128", "128"]),
    ]
    assert figure["layout"]["yaxis"]["categoryarray"] == ["128", "512"]


def test_percentages_lie_and_are_few_enough_for_a_panel_of_a_phone() -> None:
    panel = read(plot_ends([BASE], [ACCURACY, SECONDS]))["layout"]["xaxis"]
    assert (panel["tickangle"], panel["nticks"], panel["tickformat"]) == (0, 4, ".1~%")

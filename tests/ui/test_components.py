"""What the two elements send to the browser, and the file that the browser draws with."""

from __future__ import annotations

import base64
import json
import math
import re
from hashlib import sha256
from importlib import resources
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from playground.charts.curves import CurveLabels
from playground.core.events import ChunkEnd, EpochEnd, Event
from playground.core.experiment import Experiment
from playground.core.run import RunState, RunView
from playground.core.stop_rule import StopRule
from playground.ui.assets import PLOTLY, asset_routes, plotly_url
from playground.ui.components.curves import MODEBAR, CurvesTexts
from playground.ui.components.picture import PictureTexts

CURVES_TEXTS = CurvesTexts(
    labels=CurveLabels(
        epoch="epochs",
        loss="loss",
        accuracy="accuracy",
        training="a",
        training_epoch="b",
        test="c",
        validation="d",
    ),
    stop={
        "loss": "training loss < {value}",
        "val_loss": "test loss < {value}",
        "accuracy": "training accuracy > {value}",
        "val_accuracy": "test accuracy > {value}",
    },
    modebar={words: words.upper() for words in MODEBAR},
    **{
        name: name
        for name in (
            *("empty", "chart", "progress", "seconds", "minutes", "queued", "queued_next"),
            *("queued_soon", "gave_way", "rate"),
            *("preparing", "running", "paused", "finished", "stopped", "diverged", "failed"),
            *("recorded", "epoch_end", "no_chart"),
        )
    },
)
PICTURE_TEXTS = PictureTexts(
    label="label",
    guess="guess",
    bars="bars",
    percent="{value} %",
    alt="picture {index}",
    alt_unguessed="picture {index}",
    no_probabilities="press Train",
    undefined="not a number",
    after="after {epochs}",
)
PIXELS = (np.arange(784) % 256).astype(np.uint8).reshape(28, 28)
CHUNK = ChunkEnd(seq=2, epoch=1, step=3, position=0.5, loss=0.9, accuracy=0.7, seconds=0.2)
EPOCH = EpochEnd(
    seq=3, epoch=1, loss=0.8, accuracy=0.75, val_loss=0.6, val_accuracy=0.78, seconds=0.4
)


SCRIPT = """
import streamlit as st
from playground.ui.components.{module} import show_{module}

show_{module}(**st.session_state.values_to_show)
"""


def _sent(module: str, **values: Any) -> dict[str, Any]:
    """Return what the element on a page sends, read as a browser reads JSON."""
    app = AppTest.from_string(SCRIPT.format(module=module), default_timeout=30)
    app.session_state.values_to_show = values
    app.run()
    assert not app.exception

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    (element,) = app.get("bidi_component")
    data: dict[str, Any] = json.loads(element.proto.json, parse_constant=refuse)
    return data


def _sent_curves(run: RunView | None, stream: str | None = None) -> dict[str, Any]:
    return _sent("curves", run=run, epochs=7, texts=CURVES_TEXTS, locale="en", stream=stream)


def _sent_picture(probabilities: list[float] | None) -> dict[str, Any]:
    return _sent(
        "picture",
        pixels=PIXELS,
        label=9,
        probabilities=None if probabilities is None else np.array(probabilities, np.float32),
        class_names=[f"class {number}" for number in range(10)],
        texts=PICTURE_TEXTS,
        index=42,
    )


def _run(*events: Event, **changes: Any) -> RunView:
    values: dict[str, Any] = {
        "id": "r1",
        "experiment": Experiment(epochs=5),
        "state": RunState.RUNNING,
    }
    return RunView(events=events, **{**values, **changes})


def test_no_run_is_an_empty_chart() -> None:
    data = _sent_curves(None)
    assert (data["run"], data["state"], data["seq"], data["epochs"]) == (None, "empty", 0, 7)
    assert all(trace["x"] == [] for trace in data["figure"]["data"])


def test_a_run_is_sent_with_all_that_it_has_told() -> None:
    data = _sent_curves(_run(CHUNK, EPOCH), "live/r1")
    assert (data["run"], data["state"], data["seq"], data["epochs"]) == ("r1", "running", 3, 5)
    assert (data["position"], data["seconds"], data["stream"]) == (1.0, 0.4, "live/r1")
    assert data["last_epoch"] == {"epoch": 1, "loss": 0.8, "val_loss": 0.6, "val_accuracy": 0.78}
    assert data["figure"]["data"][0]["x"] == [0.5]
    assert data["plotly"] == plotly_url()
    assert (data["fed"], data["base"]) == (False, "")


def test_the_middle_of_an_epoch_is_where_the_last_chunk_ended() -> None:
    assert _sent_curves(_run(CHUNK))["position"] == 0.5


def test_a_recorded_run_says_so() -> None:
    run = _run(CHUNK, EPOCH, state=RunState.FINISHED, recorded="2026-01-01")
    assert _sent_curves(run)["state"] == "recorded"


def test_numbers_that_are_none_travel_as_null() -> None:
    broken = EpochEnd(
        seq=4,
        epoch=1,
        loss=math.nan,
        accuracy=0.1,
        val_loss=math.inf,
        val_accuracy=math.nan,
        seconds=1.0,
    )
    data = _sent_curves(_run(CHUNK, broken, state=RunState.DIVERGED))
    assert data["last_epoch"] == {"epoch": 1, "loss": None, "val_loss": None, "val_accuracy": None}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (StopRule("loss", 0.4), "training loss < 0.4"),
        (StopRule("val_accuracy", 0.9), "test accuracy > 90%"),
        (StopRule("accuracy", 0.875), "training accuracy > 87.5%"),
    ],
)
def test_the_threshold_is_drawn_with_its_words(rule: StopRule, words: str) -> None:
    data = _sent_curves(_run(experiment=Experiment(stop=rule)))
    (label,) = data["figure"]["layout"]["annotations"]
    assert label["text"] == words


def test_a_picture_is_sent_with_its_bars() -> None:
    data = _sent_picture([0.01] * 5 + [0.63] + [0.08] * 4)
    assert (data["index"], data["label"], data["answer"]["guess"]) == (42, 9, 5)
    assert data["answer"]["probabilities"] == pytest.approx([0.01] * 5 + [0.63] + [0.08] * 4)
    assert base64.b64decode(data["pixels"]) == PIXELS.tobytes()


def test_without_probabilities_there_is_no_guess() -> None:
    data = _sent_picture(None)["answer"]
    assert (data["probabilities"], data["guess"], data["undefined"]) == (None, None, False)


def test_probabilities_that_are_no_numbers_are_called_undefined() -> None:
    data = _sent_picture([math.nan] * 10)["answer"]
    assert (data["probabilities"], data["guess"], data["undefined"]) == (None, None, True)


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=list(asset_routes())))


def test_plotly_is_served_pressed_and_plain(client: TestClient) -> None:
    pressed = client.get(f"/{plotly_url()}", headers={"Accept-Encoding": "gzip"})
    plain = client.get(f"/{plotly_url()}", headers={"Accept-Encoding": "identity"})
    assert pressed.content == plain.content == PLOTLY.read_bytes()
    assert (pressed.headers["content-encoding"], plain.headers.get("content-encoding")) == (
        "gzip",
        None,
    )
    assert pressed.headers["content-type"] == "text/javascript; charset=utf-8"
    assert int(pressed.headers["content-length"]) < 500_000


def test_plotlys_javascript_is_of_the_version_that_its_python_package_writes_figures_for() -> None:
    whole = resources.files("plotly") / "package_data" / "plotly.min.js"
    wanted, ours = (_plotly_version(file.read_text("utf-8")) for file in (whole, PLOTLY))
    assert ours == wanted, (
        f"Put plotly-basic.min.js of npm's plotly.js-basic-dist-min {wanted} into {PLOTLY.parent}"
    )


def test_plotlys_files_are_those_that_were_published() -> None:
    sums = (PLOTLY.parent / "SHA256SUMS").read_text("utf-8").splitlines()
    published = {name: digest for digest, name in (line.split() for line in sums)}
    ours = {
        file.name: sha256(file.read_bytes()).hexdigest()
        for file in PLOTLY.parent.iterdir()
        if file.name != "SHA256SUMS"
    }
    assert ours == published, "CONTRIBUTING.md says how the files and their digests are taken anew"


def _plotly_version(script: str) -> str:
    found = re.search(r"plotly\.js .*?v([\d.]+)", script)
    assert found is not None
    return found[1]


def test_plotly_is_kept_by_browsers_for_as_long_as_it_is_the_same(client: TestClient) -> None:
    kept = client.get(f"/{plotly_url()}")
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.get("/assets/plotly-basic.min.js").headers["cache-control"] == "no-cache"
    known = client.get(
        "/assets/plotly-basic.min.js", headers={"If-None-Match": kept.headers["etag"]}
    )
    assert (known.status_code, known.content) == (304, b"")

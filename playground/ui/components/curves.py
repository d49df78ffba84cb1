"""The live learning curves: mounts the element that draws them; it never trains and never waits.

The browser hears of new points over the page's stream (`ui/live/feed.py` says which messages there are)
and draws them without a rerun of the page. Where that does not get through, the same element is fed by
reruns instead.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Final

import streamlit as st

from playground.charts.curves import CurveLabels, Ghost, Moment, StopLine, plot_curves
from playground.charts.palette import LIGHT, PALETTES, Palette
from playground.core.choices import number_text
from playground.core.run import RunView
from playground.core.stop_rule import StopRule
from playground.ui.assets import base_path, plotly_url
from playground.ui.components.files import script, style

KEY: Final = "curves"
NO_MARKS: Final[Mapping[int, str]] = MappingProxyType({})
NO_RUNS: Final[Mapping[str, RunView]] = MappingProxyType({})
_FAILED_NOW: Final = "curves_failed_now"

_HTML: Final = """
<section class="curves" data-run="" data-state="empty" data-points="0">
  <div class="curves-progress">
    <div class="curves-progress-text"></div>
    <div class="curves-track" role="progressbar" aria-valuemin="0" aria-valuemax="100">
      <div class="curves-bar"></div>
    </div>
  </div>
  <div class="curves-stage">
    <div class="curves-plot"></div>
    <p class="curves-empty" hidden></p>
  </div>
  <div class="curves-said" aria-live="polite"></div>
</section>
"""

_mount = st.components.v2.component(
    "curves",
    html=_HTML,
    css=style("curves"),
    js=script("curves"),
    # Plotly puts its style sheet into the document's head, where a shadow root would not see it.
    isolate_styles=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvesTexts:
    """The words of the element, already translated; `{…}` are filled in by the browser.

    Args:
        labels: the words inside the figure.
        rate: the words at a change of the learning rate, with {value}.
        stop: the words at the threshold's line by metric ("loss", "accuracy", "val_loss",
            "val_accuracy"), with {value}: "stop when test loss < {value}".
        empty: what will appear here and how to make it appear.
        chart: the chart in a few words, for those who do not see it.
        progress: the bar's name, for those who do not see it.
        seconds: "{seconds} s".
        minutes: "{minutes} min {seconds} s".
        queued: with {ahead}, the number of runs in front (1 or more), and {wait}, a time.
        queued_next: when none is in front, with {wait}.
        queued_soon: when none is in front and a worker is about to be free.
        gave_way: the run has had its worker for long and waits for its next turn, with {epoch},
            {epochs}, {wait}.
        preparing: a worker has the run and has not told a point yet.
        running: with {epoch}, {epochs}, {elapsed}, {left}.
        paused: with {epoch}, {epochs}, {elapsed}.
        finished: with {done}, {epochs}, {elapsed}; so have the next four.
        stopped: a person stopped it.
        diverged: the loss is not a number any more.
        failed: something went wrong.
        recorded: a run that ships with the project.
        epoch_end: spoken at the end of an epoch, with {epoch}, {epochs}, {loss}, {val_loss},
            {val_accuracy}.
        no_chart: shown while the chart's own code cannot be fetched and a plain one takes its place.
        modebar: Plotly's own English words, each with its translation; see `MODEBAR`.
    """

    labels: CurveLabels
    rate: str
    stop: Mapping[str, str]
    empty: str
    chart: str
    progress: str
    seconds: str
    minutes: str
    queued: str
    queued_next: str
    queued_soon: str
    gave_way: str
    preparing: str
    running: str
    paused: str
    finished: str
    stopped: str
    diverged: str
    failed: str
    recorded: str
    epoch_end: str
    no_chart: str
    modebar: Mapping[str, str]


MODEBAR: Final = (
    "Download plot as a PNG",
    "Zoom in",
    "Zoom out",
    "Reset axes",
    "Double-click to zoom back out",
    "Double-click on legend to isolate one trace",
    "Sorry, there was a problem downloading your image!",
)
"""Every word of Plotly's that the element can show: the keys of `CurvesTexts.modebar`."""


def show_curves(  # noqa: PLR0913 - all by name, each a part of the element
    run: RunView | None,
    *,
    epochs: int,
    texts: CurvesTexts,
    locale: str,
    stream: str | None = None,
    marks: Mapping[int, str] = NO_MARKS,
    beside: Mapping[str, RunView] = NO_RUNS,
    height: int = 400,
) -> None:
    """Draw the curves of `run` with its progress above, and keep them growing while it trains.

    A change of the run's state reruns the page, or the fragment in which this is called. When the
    stream turns out not to work, the whole page is rerun once, so that it can feed the curves; and once
    more when it works after all.

    Args:
        run: what to draw; None, or one without an id, shows the empty panels and `texts.empty`.
        epochs: right end of the axis while there is no run.
        texts: the words.
        locale: code of the language, as in "en".
        stream: where the page hears of runs, relative to the base path, while this one can tell of
            something new.
        marks: words at the ends of epochs, already translated.
        beside: other runs to draw thinner, by their names, already translated; numbered from 2.
        height: of the two panels together, CSS pixels.
    """
    fed = stream is not None and stream_failed()
    figure = _figure(run, epochs=epochs, texts=texts, marks=marks, beside=beside)
    _mount(
        key=KEY,
        data={
            **_progress(run, epochs=epochs),
            "figure": figure,
            "beside": [
                {
                    "run": other.id,
                    "generation": other.restarts,
                    "seq": other.last_seq,
                    "state": _state(other),
                }
                for other in beside.values()
            ],
            "palettes": {name: palette.to_dict() for name, palette in PALETTES.items()},
            "base": base_path(),
            "plotly": None if _has_failed("chart") else plotly_url(),
            "stream": None if _has_failed("chart") else stream,
            "fed": fed,
            "height": height,
            "locale": locale,
            "text": asdict(texts),
        },
        on_changed_change=_nothing,
        on_stream_change=_note_failure,
        on_chart_change=_note_failure,
    )
    if st.session_state.pop(_FAILED_NOW, False):
        st.rerun()
    if _has_failed("chart"):
        palette = PALETTES[st.context.theme.type or "light"]
        plain = _figure(
            run, epochs=epochs, texts=texts, marks=marks, beside=beside, palette=palette
        )
        st.plotly_chart(plain, key=f"{KEY}_plain", height=height, theme=None)


def stream_failed() -> bool:
    """Return whether this visitor's browser cannot read the stream: feed the element by reruns."""
    return _has_failed("stream") or _has_failed("chart")


def _has_failed(part: str) -> bool:
    return (st.session_state.get(KEY) or {}).get(part) == "failed"


def _note_failure() -> None:
    """Ask for a rerun of the whole page; a callback cannot rerun anything itself."""
    st.session_state[_FAILED_NOW] = True


def _nothing() -> None:
    """Keep a name among the element's values without doing anything when it changes."""


def _figure(
    run: RunView | None,
    *,
    epochs: int,
    texts: CurvesTexts,
    marks: Mapping[int, str],
    beside: Mapping[str, RunView],
    palette: Palette = LIGHT,
) -> dict[str, Any]:
    if run is None:
        return plot_curves(
            run_id="",
            chunks=(),
            epochs=(),
            total_epochs=epochs,
            labels=texts.labels,
            palette=palette,
        )
    return plot_curves(
        run_id=run.id,
        chunks=run.chunks,
        epochs=run.epochs,
        total_epochs=run.experiment.epochs,
        labels=texts.labels,
        validates=run.experiment.validates,
        stop=_stop_line(run.experiment.stop, texts),
        moments=[
            *(
                Moment(
                    position=change.position,
                    label=texts.rate.format(value=number_text(change.learning_rate)),
                )
                for change in run.rate_changes
            ),
            *(Moment(position=epoch, label=label) for epoch, label in marks.items()),
        ],
        ghosts=[
            Ghost(
                run_id=other.id,
                number=number,
                name=name,
                chunks=other.chunks,
                epochs=other.epochs,
                total_epochs=other.experiment.epochs,
                validates=other.experiment.validates,
            )
            for number, (name, other) in enumerate(beside.items(), 2)
        ],
        palette=palette,
    )


def _progress(run: RunView | None, *, epochs: int) -> dict[str, Any]:
    return {
        "run": (run and run.id) or None,
        "generation": 0 if run is None else run.restarts,
        "state": _state(run),
        "ahead": 0 if run is None else run.ahead,
        "wait": 0 if run is None else math.ceil(run.wait),
        "gave_way": run is not None and run.gave_way,
        "seq": 0 if run is None else run.last_seq,
        "epochs": epochs if run is None else run.experiment.epochs,
        "position": 0.0 if run is None else run.position,
        "seconds": 0.0 if run is None else _number(run.seconds),
        "last_epoch": _last_epoch(run),
    }


def _state(run: RunView | None) -> str:
    if run is None or not run.id:
        return "empty"
    return "recorded" if run.recorded else str(run.state)


def _last_epoch(run: RunView | None) -> dict[str, float | None] | None:
    last = None if run is None else run.last_test
    if last is None or last.epoch == 0:
        return None
    return {
        "epoch": last.epoch,
        "loss": _number(last.loss),
        "val_loss": _number(last.val_loss),
        "val_accuracy": _number(last.val_accuracy),
    }


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _stop_line(rule: StopRule | None, texts: CurvesTexts) -> StopLine | None:
    if rule is None:
        return None
    value = f"{rule.value:.0%}" if rule.watches_accuracy else f"{rule.value:g}"
    if rule.watches_accuracy and not math.isclose(rule.value * 100, round(rule.value * 100)):
        value = f"{rule.value:.1%}"
    label = texts.stop[rule.metric].format(value=value)
    return StopLine(metric=rule.metric, value=rule.value, label=label)

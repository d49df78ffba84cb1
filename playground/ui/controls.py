"""The controls of the next run: one widget a choice, its words and bounds from the catalogue.

Each is drawn with its value, though Streamlit knows it by the key: what it tells a browser of a value
that the session was given is lost if a click cuts that run short, and the browser would show the least.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

from playground.core import catalogue
from playground.core.catalogue import AnyChoice, Flag, Number, Option, number_text
from playground.core.experiment import Experiment
from playground.core.no_effect import settings_without_effect
from playground.core.shapes import dense_shapes, parameter_count
from playground.ui.choosing import option_words, show_segments, show_select
from playground.ui.draft import collect_draft, draft, unit_key
from playground.ui.language import _, translate

LOSS_SLIDER_TOP: Final = 2.5
_MORE: Final = (
    catalogue.OPTIMIZER,
    catalogue.LEARNING_RATE,
    catalogue.BATCH_SIZE,
    catalogue.ACTIVATION,
    catalogue.DROPOUT,
    catalogue.L2,
    catalogue.TRAIN_SIZE,
)


def show_controls() -> Experiment:
    """Draw the controls and return the settings of the next run."""
    with st.container(key="controls", gap="small"):
        _show_dataset()
        with st.container(key="network_controls", gap="small"):
            _show_slider(catalogue.HIDDEN_LAYERS)
            _show_units()
        _show_slider(catalogue.EPOCHS)
        _show_stop()
        with st.expander(_("More settings"), key="more"):
            for choice in _MORE:
                _show_choice(choice)
            _show_number(catalogue.SEED)
    return collect_draft()


def _show_dataset() -> None:
    with st.container(
        key="data_controls", horizontal=True, vertical_alignment="bottom", gap="small"
    ):
        choice = catalogue.DATASET
        show_segments(_(choice.label), option_words(choice), key=choice.key, help=_(choice.help))
        _show_choice(catalogue.NORMALIZE)


def _show_units() -> None:
    """Draw one slider a hidden layer, two in a row where there are several."""
    layers = int(st.session_state[catalogue.HIDDEN_LAYERS.key])
    if layers == 0:
        return
    columns = st.columns(min(layers, 2), gap="small")
    for layer in range(layers):
        label = _("Units") if layers == 1 else _("Units, layer {layer}", layer=layer + 1)
        with columns[layer % len(columns)]:
            _show_marks(catalogue.HIDDEN_UNITS, key=unit_key(layer), label=label)


def _show_stop() -> None:
    metric = st.session_state[catalogue.STOP_METRIC.key]
    if metric == "none":
        _show_choice(catalogue.STOP_METRIC)
        return
    left, right = st.columns(2, gap="small")
    with left:
        _show_choice(catalogue.STOP_METRIC)
    with right:
        _preset_threshold(metric)
        _show_threshold(is_accuracy=metric.endswith("accuracy"))


def _preset_threshold(metric: str) -> None:
    """Give the threshold a value that teaches when losses take the place of accuracies, or the reverse.

    Between training and test it stays what it was.
    """
    before = draft().stop
    kind = "accuracy" if metric.endswith("accuracy") else "loss"
    if before is None or not before.metric.endswith(kind):
        dataset = st.session_state[catalogue.DATASET.key]
        st.session_state[catalogue.STOP_VALUE.key] = catalogue.STOP_PRESETS[dataset][kind]


def _show_threshold(*, is_accuracy: bool) -> None:
    choice = catalogue.STOP_VALUE
    value = float(st.session_state.get(choice.key, choice.default))
    top = 1.0 if is_accuracy else max(LOSS_SLIDER_TOP, value)
    st.session_state[choice.key] = min(value, top)
    st.slider(
        _(choice.label),
        0.0,
        top,
        st.session_state[choice.key],
        step=0.01,
        format="%.2f",
        key=choice.key,
        help=_(choice.help),
    )


def _show_choice(choice: AnyChoice) -> None:
    match choice:
        case Number() if choice.marks:
            _show_marks(choice, key=choice.key, label=_(choice.label))
        case Number():
            _show_slider(choice)
        case Option():
            show_select(_(choice.label), option_words(choice), key=choice.key, help=_(choice.help))
        case Flag():
            value = st.session_state[choice.key]
            st.toggle(_(choice.label), value, key=choice.key, help=_(choice.help))
        case _:
            raise TypeError(f"no control for {choice.key}")


def _show_slider(choice: Number) -> None:
    st.slider(
        _(choice.label),
        int(choice.low),
        int(choice.high),
        st.session_state[choice.key],
        key=choice.key,
        help=_(choice.help),
    )


def _show_number(choice: Number) -> None:
    st.number_input(
        _(choice.label),
        int(choice.low),
        int(choice.high),
        st.session_state[choice.key],
        key=choice.key,
        help=_(choice.help),
    )


def _show_marks(choice: Number, *, key: str, label: str) -> None:
    """Draw a slider over the choice's marks; a value between two, from a link, joins them."""
    value = st.session_state[key]
    kind = int if choice.whole else float
    marks = sorted({kind(mark) for mark in choice.marks} | {kind(value)})
    st.session_state[key] = kind(value)
    st.select_slider(
        label, marks, kind(value), format_func=number_text, key=key, help=_(choice.help)
    )


def show_no_effect(experiment: Experiment) -> None:
    """Say which of the settings change nothing, and why."""
    sentences = [translate(sentence) for sentence in settings_without_effect(experiment)]
    if sentences:
        with st.container(key="no_effect"):
            st.caption(" ".join(sentences))


def show_arithmetic(experiment: Experiment) -> None:
    """Say for each layer how many numbers it learns, and how that is worked out."""
    lines = [_("28 × 28 = 784 inputs")]
    for number, layer in enumerate(dense_shapes(experiment), 1):
        name = _("output") if layer.is_output else _("hidden {number}", number=number)
        lines.append(
            _(
                "{name}: {inputs} × {units} + {units} = {parameters} parameters",
                name=name,
                inputs=layer.inputs,
                units=layer.units,
                parameters=f"{layer.parameters:,}",
            )
        )
    if experiment.hidden:
        lines.append(
            _("together {parameters} parameters", parameters=f"{parameter_count(experiment):,}")
        )
    items = "".join(f"<li>{line}</li>" for line in lines)
    st.html(f'<ul class="arithmetic" aria-label="{_("Parameters of the network")}">{items}</ul>')

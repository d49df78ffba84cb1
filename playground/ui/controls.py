"""The controls of the next run: one widget a choice, its words and bounds from its declaration.

Each is drawn with its value, though Streamlit knows it by the key: what it tells a browser of a value
that the session was given is lost if a click cuts that run short, and the browser would show the least.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from playground.core.choices import Flag, Number, Option, Section, number_text
from playground.core.dataset import DATASETS
from playground.core.experiment import CHOICES, AnyChoice, Experiment
from playground.core.hidden import Hidden
from playground.core.layers import HIDDEN_KINDS
from playground.core.network import Network
from playground.core.no_effect import settings_without_effect
from playground.core.stop_rule import STOP_METRIC, STOP_VALUE
from playground.ui.choosing import (
    Words,
    option_words,
    show_segments,
    show_select,
    stop_words,
    texts_words,
)
from playground.ui.draft import collect_draft, draft, kind_key, most_allowed, size_key
from playground.ui.language import _, translate

LOSS_SLIDER_TOP: Final = 2.5
WIDE: Final = 1_000
"""Numbers from which on a field is easier to use than a slider without marks."""


def show_controls() -> Experiment:
    """Draw the controls and return the settings of the next run."""
    with st.container(key="controls", gap="small"):
        with st.container(
            key="data_controls", horizontal=True, vertical_alignment="bottom", gap="small"
        ):
            _show_section("data")
        with st.container(key="network_controls", gap="small"):
            _show_section("network")
        _show_section("training")
        with st.expander(_("More settings"), key="more"):
            _show_section("more")
    return collect_draft()


def _show_section(section: Section) -> None:
    """Draw the choices that are declared for a part of the controls, in their order."""
    for choice in CHOICES:
        if choice.section != section:
            continue
        if choice is STOP_METRIC:
            _show_stop()
        elif choice is not STOP_VALUE:  # its metric brings it
            _show_choice(choice)


def _show_layers() -> None:
    """Draw one slider a hidden layer, two in a row where there are several."""
    layers = int(st.session_state[Experiment.HIDDEN.layers.key])
    if layers == 0:
        return
    columns = st.columns(min(layers, 2), gap="small")
    for layer in range(layers):
        with columns[layer % len(columns)]:
            if len(HIDDEN_KINDS) > 1:
                names = texts_words({kind.name: kind.label for kind in HIDDEN_KINDS})
                show_select(_("Layer {layer}", layer=layer + 1), names, key=kind_key(layer))
            kind = next(it for it in HIDDEN_KINDS if it.name == st.session_state[kind_key(layer)])
            label = _(kind.size.label)
            if layers > 1:
                label = _("{name}, layer {layer}", name=label, layer=layer + 1)
            _show_marks(kind.size, key=size_key(layer), label=label)


def _show_stop() -> None:
    metric = st.session_state[STOP_METRIC.key]
    if metric == "none":
        _show_choice(STOP_METRIC)
        return
    left, right = st.columns(2, gap="small")
    with left:
        _show_choice(STOP_METRIC)
    with right:
        _preset_threshold(metric)
        _show_threshold(is_accuracy=metric.endswith("accuracy"))


def _stop_words() -> Words:
    chosen = Experiment.CHOOSE_BY
    return stop_words(validates=st.session_state[chosen.key] == "validation")


def _preset_threshold(metric: str) -> None:
    """Give the threshold a value that teaches when losses take the place of accuracies, or the reverse.

    Between training and test it stays what it was.
    """
    before = draft().stop
    kind = "accuracy" if metric.endswith("accuracy") else "loss"
    if before is None or not before.metric.endswith(kind):
        dataset = DATASETS[st.session_state[Experiment.DATASET.key]]
        st.session_state[STOP_VALUE.key] = dataset.thresholds[kind]


def _show_threshold(*, is_accuracy: bool) -> None:
    choice = STOP_VALUE
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
        case Hidden():
            _show_choice(choice.layers)
            _show_layers()
        case Number() if choice.marks:
            _show_marks(choice, key=choice.key, label=_(choice.label))
        case Number() if choice.high - choice.low > WIDE:
            _show_number(choice, st.number_input)
        case Number():
            _show_number(choice, st.slider)
        case Option() if choice.section == "data":
            show_segments(
                _(choice.label), option_words(choice), key=choice.key, help=_(choice.help)
            )
        case Option():
            words = _stop_words() if choice is STOP_METRIC else option_words(choice)
            show_select(_(choice.label), words, key=choice.key, help=_(choice.help))
        case Flag():
            value = st.session_state[choice.key]
            st.toggle(_(choice.label), value, key=choice.key, help=_(choice.help))


def _show_number(choice: Number, widget: Callable[..., object]) -> None:
    low, high, value = choice.low, choice.high, st.session_state[choice.key]
    low, high, value = map(choice.plain, (low, high, value))
    widget(_(choice.label), low, high, value, key=choice.key, help=_(choice.help))


def _show_marks(choice: Number, *, key: str, label: str) -> None:
    """Draw a slider over the choice's marks; a value between two, from a link, joins them."""
    most = most_allowed(choice)
    value = min(choice.plain(st.session_state[key]), choice.plain(most))
    marks = sorted({choice.plain(mark) for mark in choice.marks if mark <= most} | {value})
    st.session_state[key] = value
    st.select_slider(label, marks, value, format_func=number_text, key=key, help=_(choice.help))


def show_no_effect(experiment: Experiment) -> None:
    """Say which of the settings change nothing, and why."""
    sentences = [translate(sentence) for sentence in settings_without_effect(experiment)]
    if sentences:
        with st.container(key="no_effect"):
            st.caption(" ".join(sentences))


def show_arithmetic(experiment: Experiment) -> None:
    """Say for each layer how many numbers it learns, and how that is worked out."""
    network, data = Network.of(experiment), experiment.data
    lines = [
        _("{shape} = {pixels} inputs", shape=" × ".join(map(str, data.shape)), pixels=data.pixels)
    ]
    steps = network.learning_steps
    for number, step in enumerate(steps, 1):
        name = _("output") if step is steps[-1] else _("hidden {number}", number=number)
        arithmetic = step.layer.arithmetic(step.inputs)
        if arithmetic is not None:
            lines.append(_("{name}: {arithmetic}", name=name, arithmetic=translate(arithmetic)))
    if experiment.hidden:
        lines.append(_("together {parameters} parameters", parameters=f"{network.parameters:,}"))
    items = "".join(f"<li>{line}</li>" for line in lines)
    st.html(f'<ul class="arithmetic" aria-label="{_("Parameters of the network")}">{items}</ul>')

"""Lessons 3 and 4: a network to break on purpose, with Keras's own words when it breaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any, Final, cast

import streamlit as st

from playground.core.errors import EngineError
from playground.core.layers import Dense
from playground.core.message import N_
from playground.core.recipe import (
    DATA,
    FlattenPlace,
    Labels,
    Mismatch,
    Recipe,
    Ribbon,
    explain,
    repair,
    run_through,
)
from playground.lessons import Lesson
from playground.ui.choosing import show_select, texts_words
from playground.ui.inert import inert
from playground.ui.language import _, translate
from playground.ui.lessons.notes import note, write_note
from playground.ui.lessons.prediction import Outcome
from playground.ui.training import training_service
from playground.ui.visitor import visitor

_SIZES: Final = (DATA.shape, (DATA.shape[0] // 2, DATA.shape[1] // 2))
_PLACES: Final = {
    "first": N_("first"),
    "late": N_("after the first Dense"),
    "removed": N_("removed"),
}
_STAGES: Final = frozenset({"building", "layer", "loss", "nowhere"})
_LABELS: Final = {"numbers": N_("numbers 0–9"), "one-hot": N_("one-hot")}


def show_builder(lesson: Lesson, may_try: bool) -> Outcome | None:
    """Draw a network to break; what comes out is how far Keras gets with the lesson's own."""
    _show_attempts(lesson, may_try)
    stage = _stage(lesson, lesson.recipe or Recipe())
    return None if stage is None else stage_outcome(stage)


def stage_outcome(stage: str) -> Outcome:
    """Return how far Keras got, one of `_STAGES`."""
    match stage:
        case "building":
            sentence = _("Keras raised an error while it built the network.")
        case "layer":
            sentence = _("Keras built the network, and a layer refused the pictures.")
        case "loss":
            sentence = _(
                "Keras built the network and worked out its answers. The error came when the loss "
                "compared them with the labels."
            )
        case _:
            sentence = _("Keras trained it.")
    return Outcome(stage, sentence)


def show_outputs(lesson: Lesson, may_try: bool) -> Outcome | None:
    """Draw the same; what comes out is with which of two numbers of outputs Keras raises an error."""
    _show_attempts(lesson, may_try)
    few = lesson.recipe or Recipe()
    many = replace(few, outputs=int(lesson.numbers["more_outputs"]))
    stages = {recipe.outputs: _stage(lesson, recipe) for recipe in (few, many)}
    missing = [outputs for outputs, stage in stages.items() if stage is None]
    if missing:
        if may_try:
            st.caption(_("Still to be tried: {outputs} outputs.", outputs=missing[0]))
        return None
    return outputs_outcome(*((outputs, stage != "nowhere") for outputs, stage in stages.items()))


def outputs_outcome(few: tuple[int, bool], many: tuple[int, bool]) -> Outcome:
    """Return with which of two numbers of outputs Keras raises an error.

    Args:
        few: the smaller number, and whether it does.
        many: the larger one, and whether it does.
    """
    value = {
        (True, False): "fewer",
        (False, True): "more",
        (True, True): "both",
        (False, False): "neither",
    }[few[1], many[1]]
    sentences = [
        _("With {outputs} outputs Keras raised an error.", outputs=outputs)
        if failed
        else _("With {outputs} outputs Keras trained the network.", outputs=outputs)
        for outputs, failed in (few, many)
    ]
    return Outcome(value, " ".join(sentences))


def _stage(lesson: Lesson, recipe: Recipe) -> str | None:
    """Return how far Keras got with a recipe whose outcome counts, None if it was not tried yet."""
    stage = note(lesson.slug, _stage_name(recipe))
    return stage if stage in _STAGES else None


def _stage_name(recipe: Recipe) -> str:
    return f"stage_{recipe.outputs}"


def _show_attempts(lesson: Lesson, may_try: bool) -> None:
    """Draw the layers, the shapes that go through them, and what Keras said to the last attempt."""
    slug, start = lesson.slug, lesson.recipe or Recipe()
    recipe = _show_choices(slug, start)
    ribbon = run_through(recipe)
    told: tuple[Recipe, dict[str, Any]] | None = st.session_state.get(f"{slug}_told")
    is_told = told is not None and told[0] == recipe
    st.html(_ribbon_html(recipe, ribbon, shows_mismatch=is_told))
    with st.container(key="attempt_ways", horizontal=True, gap="small"):
        tried = st.button(
            _("Let Keras try it"),
            key="attempt",
            type="primary",
            shortcut="T",
            disabled=not may_try,
            help=None if may_try else _("First lock in a prediction."),
        )
        if is_told and ribbon.mismatch is not None:
            st.button(
                _("Repair it"),
                key="mend",
                on_click=_set_choices,
                args=(slug, repair(recipe)),
            )
    if tried and (answer := _try(recipe)) is not None:
        st.session_state[f"{slug}_told"] = (recipe, answer)
        if replace(recipe, outputs=start.outputs) == start:
            write_note(slug, _stage_name(recipe), answer["stage"])
        st.rerun()
    if is_told and told is not None:
        _show_answer(recipe, told[1])
    else:
        st.markdown(_("This is what Keras is told to build:"))
        st.code(recipe.network.code, language="python", wrap_lines=True)


def _try(recipe: Recipe) -> dict[str, Any] | None:
    """Return what Keras says to a recipe, None if nobody answers, which is said."""
    with st.spinner(_("Keras is trying …")):
        try:
            answer: dict[str, Any] = training_service().call_lab(
                "attempt", recipe.to_dict(), by=visitor()
            )
        except EngineError as error:
            st.warning(inert(translate(error.message)))
            return None
    return answer


def _show_answer(recipe: Recipe, told: dict[str, Any]) -> None:
    with st.container(key="attempt_answer"):
        if told["error"] is None:
            st.success(
                _("Keras trained one batch; its loss was {loss}.", loss=f"{told['loss']:.3f}")
            )
        else:
            st.error(f"**{inert(told['error'])}**")
            st.code(told["message"], language=None, wrap_lines=True)
        st.markdown(f"**{_('In plain words')}**\n\n{translate(explain(recipe))}")


def _show_choices(slug: str, start: Recipe) -> Recipe:
    """Draw the controls and return the recipe that they spell."""
    start, count = st.session_state.get(f"{slug}_recipe", (start, 0))

    def key(name: str) -> str:
        return f"{slug}_{name}_{count}"  # what is repaired is drawn by controls of its own

    with st.container(key="builder_controls"):
        left, middle, right = st.columns(3)
        with left:
            size = _show_select(
                _("Input"),
                {name: name for name in map(_size_name, _SIZES)},
                key=key("size"),
                start=_size_name(start.input_shape),
            )
            place = _show_select("Flatten", _PLACES, key=key("flatten"), start=start.flatten)
        with middle:
            hidden = st.number_input(
                _("Hidden layer, neurons"), 1, 1024, value=start.hidden or 64, key=key("hidden")
            )
            has_hidden = st.checkbox(
                _("with a hidden layer"), value=start.hidden is not None, key=key("has_hidden")
            )
        with right:
            outputs = st.number_input(_("Outputs"), 2, 20, value=start.outputs, key=key("outputs"))
            labels = _show_select(_("Labels"), _LABELS, key=key("labels"), start=start.labels)
    return Recipe(
        input_shape=next(shape for shape in _SIZES if _size_name(shape) == size),
        flatten=cast("FlattenPlace", place),
        hidden=int(hidden) if has_hidden else None,
        outputs=int(outputs),
        labels=cast("Labels", labels),
    )


def _show_select(label: str, texts: Mapping[str, str], *, key: str, start: str) -> str:
    st.session_state.setdefault(key, start)
    return show_select(label, texts_words(texts), key=key)


def _size_name(shape: tuple[int, int]) -> str:
    return " × ".join(map(str, shape))


def _set_choices(slug: str, recipe: Recipe) -> None:
    _before, count = st.session_state.get(f"{slug}_recipe", (recipe, 0))
    st.session_state[f"{slug}_recipe"] = (recipe, count + 1)


def _ribbon_html(recipe: Recipe, ribbon: Ribbon, *, shows_mismatch: bool) -> str:
    """Return the shapes as boxes in a row; the mismatch is shown once Keras has said so."""
    names = [_("input")]
    names += [
        f"Dense({layer.units})" if isinstance(layer, Dense) else "Flatten"
        for layer in recipe.network.layers
    ]
    texts = [" × ".join(map(str, shape)) for shape in ribbon.shapes]
    names.append(_("labels"))
    texts.append("0–9" if recipe.labels == "numbers" else _("ten 0 or 1"))
    boxes = []
    for place, (name, text) in enumerate(zip(names, texts, strict=True)):
        broken = shows_mismatch and ribbon.mismatch is not None and place == ribbon.at
        sign = (
            f'<b class="ribbon-mismatch">✗ {escape(_mismatch_words(ribbon.mismatch))}</b>'
            if broken
            else ""
        )
        kind = "ribbon-box ribbon-broken" if broken else "ribbon-box"
        boxes.append(
            f'<li class="{kind}"><span>{escape(name)}</span><b>{escape(text)}</b>{sign}</li>'
        )
    return f'<ol class="ribbon" role="list">{"".join(boxes)}</ol>'


def _mismatch_words(mismatch: Mismatch | None) -> str:
    words = {
        Mismatch.INPUT: _("the pictures are {size}", size=_size_name(DATA.shape)),
        Mismatch.ROWS: _("rows, not one row"),
        Mismatch.FEW: _("too few for ten classes"),
        Mismatch.ONE_HOT: _("the loss expects one number"),
    }
    return "" if mismatch is None else words[mismatch]

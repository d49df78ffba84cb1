"""The settings of the next run: in the widgets, in the session, and in the link, kept the same.

The link is read when a page is opened and at the browser's Back and Forward; then the page leads.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import streamlit as st

from playground.core import url
from playground.core.choices import Flag, Number, Option, quote
from playground.core.errors import ExperimentError
from playground.core.experiment import CHOICES, PICTURES, Experiment
from playground.core.hidden import Hidden
from playground.core.languages import LANGUAGES
from playground.core.layers import HIDDEN_KINDS, hidden_kind, spell_hidden
from playground.core.message import N_, message
from playground.core.stop_rule import STOP_METRIC, STOP_VALUE
from playground.core.url import Problem
from playground.ui.choosing import option_words, settle, stop_words, texts_words
from playground.ui.language import choose_language, current_language
from playground.ui.streamlit_private import has_gone_back

_DRAFT: Final = "_draft"
_LINK: Final = "_link"
_OFFERED: Final = "_offered"
_PROBLEMS: Final = "_problems"
_RUN: Final = "_run"
_BESIDE: Final = "_runs_beside"
_PAGE: Final = "_page"
_LESSON: Final = "_lesson"
_SAID: Final = "_said"

MOST_BESIDE: Final = 7
"""Runs that are drawn beside the one shown, at most."""

HOME: Final = ""
"""Path of the playground's page, the only one with widgets for the settings."""

LESSONS: Final = "lessons"
"""Path of the lessons' page: its link names a lesson and no settings."""

_KINDS: Final = {kind.name: kind for kind in HIDDEN_KINDS}


def size_key(layer: int) -> str:
    """Return the key of the widget for the size of hidden layer `layer` (from 0), as its units."""
    return _numbered(HIDDEN_KINDS[0].size.key, layer)


def kind_key(layer: int) -> str:
    """Return the key of the widget for the kind of hidden layer `layer` (from 0)."""
    return _numbered("hidden_kind", layer)


def _numbered(key: str, layer: int) -> str:
    return key if layer == 0 else f"{key}_{layer + 1}"


def most_allowed(choice: Number) -> float:
    """Return the largest value of a choice with the pictures that are chosen now."""
    if choice is Experiment.TRAIN_SIZE:
        return Experiment.of({key: st.session_state[key] for key in PICTURES}).most_to_train
    return choice.high


def open_draft(page: str) -> None:
    """Read the link if it is to be believed, and give each widget that lacks one its value.

    Args:
        page: the page's path.
    """
    state, link = st.session_state, st.query_params.to_dict()
    is_elsewhere = state.get(_PAGE) != page
    state[_PAGE] = page
    if is_elsewhere:
        state[_LINK] = link  # the browser has it, and writes it together with the page's path
    if _link_leads() or (is_elsewhere and page == HOME and _is_offered(link)):
        _read_link(page, link)
    if page == HOME:
        # On another page Streamlit forgets the widgets; those it still knows would not be sent.
        _fill_widgets(draft(), only_missing=not is_elsewhere)
        _mend_widgets()


def _read_link(page: str, link: dict[str, str]) -> None:
    state = st.session_state
    state[_LINK] = link
    state[_LESSON] = link.get("lesson")
    if page == LESSONS and _DRAFT in state:
        return  # by the browser's Back, so the settings stay
    decoded = url.decode(link)
    state[_PROBLEMS] = decoded.problems
    state[_RUN] = link.get("run")
    state[_BESIDE] = _read_runs(link.get("runs", ""))
    if "lang" in link:
        _check_language(link["lang"])
    set_draft(decoded.experiment)


def open_language() -> None:
    """Take the language from the link if it is to be believed, before anything is said.

    Who goes back to a link without one reads the browser's again.
    """
    code = st.query_params.get("lang")
    if code in LANGUAGES and _link_leads():
        choose_language(code)
    elif code is None and has_gone_back():
        choose_language(None)


def draft() -> Experiment:
    """Return the settings of the next run."""
    experiment: Experiment = st.session_state[_DRAFT]
    return experiment


def chosen_dataset() -> str:
    """Return the dataset of the next run as it is chosen now, before the widgets have been read."""
    dataset: str = st.session_state[Experiment.DATASET.key]
    return dataset


def set_draft(experiment: Experiment) -> None:
    """Make `experiment` the settings of the next run; call it before the widgets are drawn."""
    st.session_state[_DRAFT] = experiment
    _fill_widgets(experiment, only_missing=False)


def read_draft() -> Experiment:
    """Return the settings of the next run as they are chosen in this moment; for a callback on their page.

    One that was drawn with the settings might be called with those before: what is pressed while a page is
    drawn waits for it together with what was changed before it.
    """
    _mend_widgets()
    return _read_widgets()


def collect_draft() -> Experiment:
    """Read the widgets, write the link, and return the settings of the next run."""
    experiment = _read_widgets()
    st.session_state[_DRAFT] = experiment
    write_link()
    return experiment


def write_link() -> None:
    """Make the link reproduce the page: settings, language if chosen, and the run shown."""
    link = _link_of(draft(), st.session_state.get(_PAGE, HOME))
    before = st.session_state.get(_LINK)
    # While somebody went back, our link of a moment before may have come between.
    if has_gone_back() or not st.query_params.to_dict() == link == before:
        # A run that is replaced may end before it has sent it, or before it notes that it has.
        st.session_state[_LINK] = None
        st.query_params.from_dict(link)
    st.session_state[_LINK] = link
    st.session_state[_SAID] = link_problems()


def catch_up() -> None:
    """Draw the whole page anew if its link, or what is wrong, has changed; for a fragment to call.

    Whoever presses two things at once, or leaves a number field by pressing a button, may get the run
    of one's fragment alone (Streamlit 1.67): the other has acted, but the rest of the page does not know.
    """
    state = st.session_state
    if state[_PAGE] == HOME:
        _mend_widgets()
    if (link_to(state[_PAGE]), link_problems()) != (state.get(_LINK), state.get(_SAID)):
        st.rerun()


def link_to(page: str) -> dict[str, str]:
    """Return the link of a page's path that keeps what has been chosen, also in this moment."""
    on_home = st.session_state[_PAGE] == HOME
    return _link_of(_read_widgets() if on_home else draft(), page)


def link_with(experiment: Experiment) -> dict[str, str]:
    """Return the link of the playground's page with other settings; who follows it gets them."""
    st.session_state[_OFFERED] = experiment
    return _link_of(experiment, HOME)


def chosen_run() -> str | None:
    """Return the id of the run that the link names."""
    run: str | None = st.session_state.get(_RUN)
    return run


def choose_run(run: str | None) -> None:
    """Show `run` from here on; None shows the recorded one."""
    st.session_state[_RUN] = run


def chosen_beside() -> tuple[str, ...]:
    """Return the ids of the runs that are drawn beside the one shown, in their order."""
    runs: tuple[str, ...] = st.session_state.get(_BESIDE, ())
    return runs


def choose_beside(runs: Iterable[str]) -> None:
    """Draw these runs beside the one shown from here on; of too many, the last ones."""
    st.session_state[_BESIDE] = tuple(dict.fromkeys(runs))[-MOST_BESIDE:]


def chosen_lesson() -> str | None:
    """Return the lesson that the link names."""
    lesson: str | None = st.session_state.get(_LESSON)
    return lesson


def choose_lesson(lesson: str | None) -> None:
    """Show `lesson` from here on; None shows the list."""
    st.session_state[_LESSON] = lesson


def link_problems() -> tuple[Problem, ...]:
    """Return what of the link could not be used."""
    problems: tuple[Problem, ...] = st.session_state.get(_PROBLEMS, ())
    return problems


def add_problem(problem: Problem) -> None:
    """Note one more thing in the link that could not be used."""
    st.session_state[_PROBLEMS] = (*link_problems(), problem)


def dismiss_problems() -> None:
    """Stop saying what of the link could not be used."""
    st.session_state[_PROBLEMS] = ()


def _read_runs(text: str) -> tuple[str, ...]:
    """Return the runs that a link names beside another one."""
    runs = [run for run in text.split(",") if run]
    if len(runs) > MOST_BESIDE:
        said = N_(
            "runs in the link: received {received} of them, expected at most {most}. Used instead: the first ones."
        )
        add_problem(Problem("runs", message(said, received=len(runs), most=MOST_BESIDE)))
    return tuple(dict.fromkeys(runs))[:MOST_BESIDE]


def _check_language(code: str) -> None:
    if code in LANGUAGES:
        return
    text = N_(
        "lang in the link: received {received}, expected one of {names}. Used instead: {used}."
    )
    names = ", ".join(LANGUAGES)
    used = current_language()
    add_problem(Problem("lang", message(text, received=quote(code), names=names, used=used)))


def _link_leads() -> bool:
    """Return whether the address says what to show, and not what was shown a moment ago.

    A click that comes before the browser has our latest link still carries the link before it.
    """
    return has_gone_back() or _DRAFT not in st.session_state


def _is_offered(link: dict[str, str]) -> bool:
    """Return whether somebody has followed the link that was offered last, or one with its settings.

    Whoever presses a link to another page and at once something of this one asks for this one with the
    other's link (Streamlit 1.67).
    """
    return st.session_state.get(_OFFERED) == url.decode(link).experiment


def _link_of(experiment: Experiment, page: str) -> dict[str, str]:
    state, on_lessons = st.session_state, page == LESSONS
    link = {} if on_lessons else url.encode(experiment)
    if state.get("lang") in LANGUAGES:
        link["lang"] = state["lang"]
    kept = ("lesson", _LESSON) if on_lessons else ("run", _RUN)
    if state.get(kept[1]):
        link[kept[0]] = state[kept[1]]
    if chosen_beside() and not on_lessons:
        link["runs"] = ",".join(chosen_beside())
    return link


def _read_widgets() -> Experiment:
    state, choices = st.session_state, Experiment
    values = {choice.key: state[choice.key] for choice in CHOICES if choice.key in state}
    values[choices.HIDDEN.key] = tuple(
        spell_hidden(_KINDS[state[kind_key(layer)]], int(state[size_key(layer)]))
        for layer in range(int(state[choices.HIDDEN.layers.key]))
    )
    most = most_allowed(choices.TRAIN_SIZE)
    values[choices.TRAIN_SIZE.key] = min(values[choices.TRAIN_SIZE.key], most)
    if STOP_VALUE.key in values:
        values[STOP_VALUE.key] = round(float(values[STOP_VALUE.key]), 4)
    try:
        return Experiment.of(values)
    except ExperimentError:  # a loss's threshold, for an accuracy
        del values[STOP_VALUE.key]
        return Experiment.of(values)


def _mend_widgets() -> None:
    """Give each widget that says what cannot be chosen the value of the settings so far.

    What a browser sends may be anything: words of the language before, or a hand-made message.
    """
    state, known = st.session_state, _widget_values(draft())
    for choice in CHOICES:
        if choice is STOP_METRIC:
            settle(choice.key, stop_words(validates=False), stop_words(validates=True))
        elif isinstance(choice, Option):
            settle(choice.key, option_words(choice))
    for layer in range(int(Experiment.HIDDEN.layers.high)):
        settle(kind_key(layer), texts_words({kind.name: kind.label for kind in HIDDEN_KINDS}))
        if state.get(kind_key(layer)) not in _KINDS:
            state[kind_key(layer)] = known.get(kind_key(layer), HIDDEN_KINDS[0].name)
    for key, choice in _checked_widgets().items():
        try:
            choice.check(state.get(key))
        except ExperimentError:
            state[key] = known.get(key, choice.default)
    size, most = Experiment.TRAIN_SIZE, draft().most_to_train
    if state[size.key] == most != most_allowed(size):
        state[size.key] = size.plain(most_allowed(size))  # who trains on all goes on doing so


def _checked_widgets() -> dict[str, Number | Option | Flag]:
    """Return by its key what each widget may say."""
    state, hidden = st.session_state, Experiment.HIDDEN
    checked = {choice.key: choice for choice in CHOICES if not isinstance(choice, Hidden)}
    checked[hidden.layers.key] = hidden.layers
    for layer in range(int(hidden.layers.high)):
        checked[size_key(layer)] = _KINDS[state[kind_key(layer)]].size
    return checked


def _widget_values(experiment: Experiment) -> dict[str, Any]:
    """Return the widgets' values that spell `experiment`, those that it leaves open left out."""
    values = experiment.values()
    layers = values.pop(Experiment.HIDDEN.key)
    values[Experiment.HIDDEN.layers.key] = len(layers)
    for layer, (kind, size) in enumerate(map(hidden_kind, layers)):
        values |= {kind_key(layer): kind.name, size_key(layer): size}
    return values


def _fill_widgets(experiment: Experiment, *, only_missing: bool) -> None:
    kind = HIDDEN_KINDS[0]
    defaults: dict[str, Any] = {STOP_VALUE.key: STOP_VALUE.default}
    for layer in range(int(Experiment.HIDDEN.layers.high)):
        defaults |= {kind_key(layer): kind.name, size_key(layer): int(kind.size.default)}
    for key, value in {**defaults, **_widget_values(experiment)}.items():
        if not (only_missing and key in st.session_state):
            st.session_state[key] = value

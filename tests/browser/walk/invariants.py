"""What must hold after every step, whatever was done: each has a name, and says what it found.

None of them waits or asks: `Sight` holds all that they look at.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from playground.core import url
from playground.core.experiment import Experiment
from playground.core.languages import LANGUAGES
from playground.core.stop_rule import StopRule
from playground.data import DATASETS
from tests.browser.walk.actions import Action
from tests.browser.walk.languages import HTML_LANGUAGES, in_english, left_of_the_other
from tests.browser.walk.service_answer import RunAnswer
from tests.browser.walk.settings import shown_settings
from tests.browser.walk.sight import Sight

COLOURS: Final = re.compile(r"\x1b\[[0-9;]*m")

BROKEN: Final = "Something went wrong here"
"""How the page begins to say that a script of ours broke."""

LAST_ENTRY: Final = 49
"""Of a tab's history in Chromium, from 0; what comes after it takes the place of the oldest."""

EVERYTHING: Final = frozenset({"*"})
NOTHING: Final[frozenset[str]] = frozenset()

CHANGES: Final[Mapping[str, frozenset[str]]] = {
    # A button or a menu that is to change other widgets than itself stands here with their keys.
    "image_previous": frozenset({"image_index"}),
    "image_next": frozenset({"image_index"}),
    "image_random": frozenset({"image_index"}),
    "image_mistake": frozenset({"image_index"}),
    "stop_metric": frozenset({"stop_value"}),
    "choose_by": frozenset({"train_size", "stop_metric"}),
    "scores_dataset": frozenset({"scores"}),
    "scores_index_fashion": frozenset({"scores"}),
    "scores_index_mnist": frozenset({"scores"}),
    "repair": EVERYTHING,
    "train_on": EVERYTHING,
    "lesson_anew": EVERYTHING,
    "forget": EVERYTHING,
    "mend": EVERYTHING,
}

KEEPS_ALL: Final = frozenset({"wait", "restart", "press", "slide", "type", "choose", "shortcut"})
"""Actions after which every widget that is still there shows what it did, but for `CHANGES`."""

SHORTCUTS: Final = {"b": "image_previous", "n": "image_next", "m": "image_mistake"}


def check(sight: Sight) -> dict[str, str]:
    """Return what does not hold: the invariant's name, and what was found."""
    found = {name: "; ".join(holds(sight)) for name, holds in INVARIANTS.items()}
    return {name: text for name, text in found.items() if text}


def rests(sight: Sight) -> Iterator[str]:
    """The page comes to rest after whatever was done."""
    if not sight.rests:
        yield f"the page did not come to rest: {dict(sight.state.activity)}"


def not_broken(sight: Sight) -> Iterator[str]:
    """Nothing on the page says that something is our mistake."""
    yield from sight.state.exceptions
    yield from (it for it in sight.state.words if in_english(it).startswith(BROKEN))


def can_be_operated(sight: Sight) -> Iterator[str]:
    """What looks as if it could be pressed can be pressed."""
    yield from sight.trouble


def console_is_silent(sight: Sight) -> Iterator[str]:
    """No script of a page breaks, no request fails, none goes to another computer."""
    yield from sight.errors
    yield from (f"asked for {address}" for address in sight.outside)


def log_is_clean(sight: Sight) -> Iterator[str]:
    """The server's log has no traceback."""
    if "Traceback" in sight.log:
        plain = COLOURS.sub("", sight.log)
        yield plain[plain.index("Traceback") :][-3000:]


def nothing_scrolls_sideways(sight: Sight) -> Iterator[str]:
    """The page is no wider than its window."""
    if sight.state.wider > 0:
        yield f"the page is {sight.state.wider} pixels wider than its window"


def one_language(sight: Sight) -> Iterator[str]:
    """The document says which language it is in, and says everything in it."""
    language = HTML_LANGUAGES.get(sight.state.language)
    if language is None:
        yield f"the document is in {sight.state.language!r}"
        return
    yield from (repr(text[:200]) for text in left_of_the_other(language, sight.state.words))


def address_spells_the_page(sight: Sight) -> Iterator[str]:
    """Path and parameters are those of what is shown: no setting is missing, none is made up."""
    state = sight.state
    path = urlsplit(state.url).path.strip("/")
    if path != state.kind:
        yield f"the path is {path!r}, the page is {state.kind!r}"
    link = dict(state.link)
    language = HTML_LANGUAGES.get(state.language)
    if link.pop("lang", language) != language:
        yield f"the link says lang={state.link['lang']}, the page is in {state.language!r}"
    if state.kind == "lessons":
        lesson = link.pop("lesson", None)
        if (lesson is None) != (state.lesson is None):
            yield f"the link says lesson={lesson}, the page shows {state.lesson!r}"
        if link:
            yield f"the link of a lesson holds {link}"
        return
    run = link.pop("run", "")
    if state.kind == "" and run != state.run:
        yield f"the link says run={run}, the curves show {state.run!r}"
    beside = link.pop("runs", "")
    if state.kind == "" and beside != ",".join(state.beside):
        yield f"the link says runs={beside}, beside the curves are {state.beside}"
    decoded = url.decode(link)
    yield from (f"the link holds {problem.parameter!r}" for problem in decoded.problems)
    if url.encode(decoded.experiment) != link:
        yield f"the link {link} is spelt {url.encode(decoded.experiment)}"


def another_page_is_one_step(sight: Sight) -> Iterator[str]:
    """Who follows a link to another page comes back by one Back."""
    before, done = sight.before, [action.parameters.get("kind") for action in sight.done]
    if before is None or done != ["link"] or sight.state.kind == before.kind:
        return  # a link to the same page is one to a file
    steps = sight.state.entry - before.entry
    if steps != 1 and before.entry < LAST_ENTRY:
        yield f"{before.url} lies {steps} steps back"


def widgets_show_the_link(sight: Sight) -> Iterator[str]:
    """The widgets show the settings that the address spells."""
    state = sight.state
    if state.kind != "":
        return
    try:
        shown = shown_settings(state)
    except (KeyError, ValueError) as error:
        yield f"the widgets show no settings: {error!r}"
        return
    spelt = _spelt(state.link)
    unsaid = {key: value for key, value in spelt.values().items() if key in state.unsaid}
    shown = Experiment.of({**shown.values(), **unsaid})
    yield from _differences("the link", spelt, "the widgets", shown)


def classes_are_the_datasets(sight: Sight) -> Iterator[str]:
    """The ten pictures on top are of the dataset that the address spells."""
    state = sight.state
    if state.kind != "":
        return
    names = [in_english(name) for name in state.classes]
    wanted = list(DATASETS[_spelt(state.link).dataset].class_names)
    if names != wanted:
        yield f"the classes on top are {names}, of the dataset {wanted}"


def link_is_obeyed(sight: Sight) -> Iterator[str]:
    """What a pasted link says is on the page, and what is wrong with it is said."""
    pasted, state = sight.pasted, sight.state
    if pasted is None:
        return
    decoded = url.decode({name: value for name, value in pasted.items() if value})
    if state.kind == "":
        opened = decoded.experiment
        yield from _differences("the pasted link", opened, "the page", _spelt(state.link))
    if pasted.get("lang") in LANGUAGES and HTML_LANGUAGES.get(state.language) != pasted["lang"]:
        yield f"the pasted link says lang={pasted['lang']}, the page is in {state.language!r}"
    if decoded.problems and not state.problems:
        yield f"nothing is said of {[problem.parameter for problem in decoded.problems]}"


def nothing_else_changed(sight: Sight) -> Iterator[str]:
    """What was done changed nothing but what it is about."""
    before, now = sight.before, sight.state
    if before is None or before.kind != now.kind or before.lesson != now.lesson:
        return
    names = {action.name for action in sight.done}
    # Half of a lesson lives in the server's memory: what is marked and not yet said goes with it.
    if not names <= KEEPS_ALL or ("restart" in names and now.kind == "lessons"):
        return
    about = frozenset({*before.unsaid, *now.unsaid}).union(*map(_is_about, sight.done))
    if about & EVERYTHING:
        return
    for key in before.values.keys() & now.values.keys() - about:
        if key.endswith("_*") and before.run != now.run:
            continue  # one of another run
        then = before.values[key]
        if _plain(then) != _plain(now.values[key]):
            yield f"{key} showed {then!r} and shows {now.values[key]!r}"
    for key in before.expanded.keys() & now.expanded.keys() - about:
        if before.expanded[key] != now.expanded[key]:
            yield f"the box {key} was {'open' if before.expanded[key] else 'closed'}"


def curves_agree(sight: Sight) -> Iterator[str]:
    """The curves have the service's points, every one once; while a run goes on, those that came first."""
    drawn, run = sight.state.curves, sight.run
    if drawn is None or run is None:
        return
    for other, known in sight.beside.items():
        own = [trace for trace in drawn["traces"] if trace["run"] == other]
        yield from (f"{other}: {found}" for found in _points_differ(own, known))
    if not run.state:
        yield f"the service does not know the run {drawn['run']!r}"
        return
    if drawn["state"] != run.state:
        yield f"the page says {drawn['state']!r}, the service {run.state!r}"
        return
    traces = [trace for trace in drawn["traces"] if trace["run"] == drawn["run"]]
    yield from _points_differ(traces, run)
    for trace in traces:
        if trace["series"] == "training" and len(trace["x"]) != drawn["points"]:
            yield f"{len(trace['x'])} points drawn, {drawn['points']} counted"


def _points_differ(traces: Sequence[Mapping[str, Any]], run: RunAnswer) -> Iterator[str]:
    ends = [end for end in run.epochs if end["epoch"] > 0]
    is_still = run.state not in ("queued", "running")
    for trace in traces:
        series, metric = trace["series"], trace["metric"]
        if series == "training":
            told = [(chunk["position"], chunk[metric]) for chunk in run.chunks]
        elif series == "training_epoch":
            told = [(end["epoch"], end[metric]) for end in ends]
        else:
            told = [(end["epoch"], end[f"val_{metric}"]) for end in ends]
            told = told[-1:] if series == "end" else told
        points = list(zip(trace["x"], trace["y"], strict=True))
        if not _begins_with(told, points) or (is_still and len(points) != len(told)):
            yield f"{series} {metric}: {len(points)} points drawn, {len(told)} told, or other ones"


def result_agrees(sight: Sight) -> Iterator[str]:
    """The figures are those of the last epoch of a finished run; an active one has none."""
    run, figures = sight.run, sight.state.figures
    if run is None or not figures:
        return
    accuracy, loss = (figures.get(f"result_test_{name}", "") for name in ("accuracy", "loss"))
    if run.state in ("queued", "running"):
        if set(figures.values()) != {"–"}:
            yield f"an active run has the figures {dict(figures)}"
        return
    if run.state not in ("finished", "recorded") or not run.epochs:
        return
    end = run.epochs[-1]
    if accuracy != f"{100 * end['val_accuracy']:.2f}%":
        yield f"the page says {accuracy}, the service {end['val_accuracy']}"
    if loss != f"{end['val_loss']:.4f}":
        yield f"the page says a loss of {loss}, the service {end['val_loss']}"


def bars_agree(sight: Sight) -> Iterator[str]:
    """The bars and their percents are what the service says of this picture."""
    picture, shares, run = sight.state.picture, sight.shares, sight.run
    if picture is None or run is None or sight.state.kind != "":
        return
    drawn = picture["shares"]
    if (drawn is None) != (shares is None):
        yield f"the page has {'no ' if drawn is None else ''}bars, the service says {shares}"
        return
    if drawn is None or shares is None:
        return
    if any(
        not math.isclose(one, other, abs_tol=1e-6) for one, other in zip(drawn, shares, strict=True)
    ):
        yield f"picture {picture['index']}: drawn {drawn}, told {shares}"
    for percent, share in zip(picture["percents"], shares, strict=True):
        (number,) = re.findall(r"\d+\.\d", percent)
        if abs(float(number) - 100 * share) > 0.11:
            yield f"{percent} is written for {share}"


def buttons_fit_the_run(sight: Sight) -> Iterator[str]:
    """Who owns a run that goes on can hold and end it; nobody can end one that is over."""
    state, run = sight.state, sight.run
    if run is None or "train" not in state.buttons:
        return
    over = run.state not in ("queued", "running", "paused")
    active = run.state in ("queued", "running")
    own = active and not state.following
    for key, wanted in (
        ("train", not own),
        ("step", not own),
        ("pause", own if active or over else None),
        ("stop", own if active or over else None),
    ):
        if wanted is not None and state.buttons.get(key) != wanted:
            yield f"{key} is {'en' if state.buttons.get(key) else 'dis'}abled, the run {run.state}"


INVARIANTS: Final[Mapping[str, Callable[[Sight], Iterator[str]]]] = {
    "rest": rests,
    "broken": not_broken,
    "operable": can_be_operated,
    "console": console_is_silent,
    "log": log_is_clean,
    "sideways": nothing_scrolls_sideways,
    "language": one_language,
    "address": address_spells_the_page,
    "step": another_page_is_one_step,
    "widgets": widgets_show_the_link,
    "classes": classes_are_the_datasets,
    "link": link_is_obeyed,
    "kept": nothing_else_changed,
    "curves": curves_agree,
    "result": result_agrees,
    "bars": bars_agree,
    "buttons": buttons_fit_the_run,
}
"""Each by the name that stands in reports and kept walks."""


def _is_about(action: Action) -> frozenset[str]:
    if action.parameters.get("kind") == "link":
        return EVERYTHING  # who comes back from another page finds its boxes as they are at first
    key = (
        SHORTCUTS.get(action.parameters.get("key", ""), "")
        if action.name == "shortcut"
        else action.key
    )
    return frozenset({key}) | CHANGES.get(key, NOTHING)


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a widget shows
    return in_english(value) if isinstance(value, str) else value


def _spelt(link: Mapping[str, str]) -> Experiment:
    names = url.PAGE_PARAMETERS
    return url.decode({name: value for name, value in link.items() if name not in names}).experiment


def _differences(first: str, one: Experiment, second: str, other: Experiment) -> Iterator[str]:
    for name in one.differences(other):
        if name == "stop" and _look_alike(one.stop, other.stop):
            continue
        yield f"{name} is {getattr(one, name)} in {first}, {getattr(other, name)} in {second}"


def _look_alike(one: StopRule | None, other: StopRule | None) -> bool:
    """Whether two thresholds are the same on a slider that shows two decimals."""
    if one is None or other is None:
        return one is other
    return one.metric == other.metric and abs(one.value - other.value) < 0.0051


def _begins_with(whole: list[Any], part: list[Any]) -> bool:
    return whole[: len(part)] == part

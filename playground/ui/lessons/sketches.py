"""Small pictures of the lessons' figures, drawn of what the lessons train and show; they tell no outcome.

They have no words but numbers, and the page's own colours in both themes: they are the same in every
language.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Final

from playground.charts.palette import DARK, LIGHT, Palette
from playground.core.choices import number_text
from playground.core.dataset import DATASETS
from playground.core.errors import DataError
from playground.core.network import Network
from playground.core.recipe import Recipe
from playground.lessons import Lesson
from playground.ui.inspector import load_test_split
from playground.ui.problem_strip import png

WIDTH: Final = 160
HEIGHT: Final = 112

_TALLEST: Final = 76
"""Of a layer with as many numbers as a picture has pixels."""

_BASE: Final = HEIGHT - 22
"""Where the axis of epochs lies."""

_LINE: Final = 20
"""Height of a line of numbers, of which so many have room."""

_LINES: Final = 5

_MOST: Final = 3
"""Networks that are told apart in so small a picture: the first ones and the last."""


def sketch(lesson: Lesson) -> str:
    """Return the picture of a lesson's figure as HTML."""
    return _image(_SKETCHES.get(lesson.figure, _networks)(lesson))


def walkthrough_sketch(dataset: str) -> str:
    """Return the first pictures of some classes that the walk-through learns, as HTML."""
    try:
        labels = load_test_split(dataset).labels.tolist()
    except DataError:  # the lesson says so
        return _image("")
    classes = range(min(6, DATASETS[dataset].classes))
    places = ((14 + 46 * (label % 3), 9 + 49 * (label // 3)) for label in classes)
    pictures = zip(map(labels.index, classes), places, strict=True)
    return _image("".join(_picture(dataset, it, x, y, 40) for it, (x, y) in pictures))


def _image(drawn: str) -> str:
    """Return an SVG as an image that looks otherwise in the dark."""
    styles = f"{_style(LIGHT)}@media(prefers-color-scheme:dark){{{_style(DARK)}}}"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><style>{styles}'
        f'</style><rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>{drawn}</svg>'
    )
    source = base64.b64encode(svg.encode()).decode()
    return f'<img class="sketch" alt="" src="data:image/svg+xml;base64,{source}">'


def _style(palette: Palette) -> str:
    return (
        f".paper{{fill:{palette.surface}}}.box{{fill:{palette.background}}}"
        f".box,.line,.mark{{stroke:{palette.axis};stroke-width:2}}.line,.mark{{fill:none}}"
        f".mark{{stroke:{palette.training};stroke-dasharray:5 4}}"
        f".thumb,.layer{{fill:{palette.training}}}.end{{fill:{palette.neutral}}}"
        f"text{{fill:{palette.text};font:15px sans-serif;text-anchor:middle}}"
        "image{image-rendering:pixelated}"
    )


def _scores(lesson: Lesson) -> str:
    """Return the first picture and a slider for each class."""
    dataset, number = next(iter(lesson.pictures.items()))
    classes = DATASETS[dataset].classes
    heights = [14 + place * (HEIGHT - 28) / (classes - 1) for place in range(classes)]
    return _picture(dataset, number, 12, 24, 64) + "".join(
        f'<path class="line" d="M90 {y:.1f}H148"/><circle class="thumb" cx="119" cy="{y:.1f}" r="4"/>'
        for y in heights
    )


def _pixels(lesson: Lesson) -> str:
    """Return the same picture twice, with the pixels' range below it."""
    dataset, number = next(iter(lesson.pictures.items()))
    return "".join(
        _picture(dataset, number, x, 14, 60) + _text(x + 30, 94, text)
        for x, text in ((14, "0–1"), (86, "0–255"))
    )


def _networks(lesson: Lesson) -> str:
    """Return networks side by side, a bar a layer; beside a network that is trained in several ways, these."""
    shown = [*dict.fromkeys(_layers(Network.of(run.experiment)) for run in lesson.runs)]
    shown = [*shown[: _MOST - 1], shown[-1]] if len(shown) > _MOST else shown
    if not shown:
        return _axes(1)
    if len(shown) == 1 and (values := _values(lesson)):
        first = (HEIGHT - _LINE * (len(values) - 1)) / 2 + 5
        lines = (_text(112, first + _LINE * place, value) for place, value in enumerate(values))
        return _network(shown[0], 4, 64) + "".join(lines)
    share, left, networks = (WIDTH - 8) / sum(map(len, shown)), 4.0, []
    for layers in shown:
        networks.append(_network(layers, left, share * len(layers)))
        left += share * len(layers)
    return "".join(networks)


def _values(lesson: Lesson) -> list[str]:
    """Return the numbers of the setting in which the last run differs from the first, a line each."""
    chosen = [run.experiment.values() for run in lesson.runs]
    differing = [key for key, value in chosen[0].items() if value != chosen[-1].get(key)]
    numbers = [values[differing[0]] for values in chosen] if differing else []
    told = dict.fromkeys(number_text(it) for it in numbers if type(it) in (int, float))
    return list(told)[:_LINES]


def _layers(network: Network) -> tuple[int, ...]:
    """Return how many numbers go in, and how many come out of each layer that learns."""
    steps = network.learning_steps
    return (math.prod(network.input_shape), *(step.outputs[-1] for step in steps))


def _network(layers: Sequence[int], left: float, width: float) -> str:
    gap = min(20.0, width / (len(layers) + 1))
    first = left + (width - gap * (len(layers) - 1)) / 2
    bars = []
    for place, size in enumerate(layers):
        height = _TALLEST * math.log(size + 1) / math.log(layers[0] + 1)
        x, y = first + place * gap - 4, (_BASE - height) / 2 + 4
        kind = "layer" if 0 < place < len(layers) - 1 else "end"
        bars.append(
            f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="8" height="{height:.1f}" rx="2"/>'
        )
    hidden = "–".join(map(str, layers[1:-1])) or "0"
    return "".join(bars) + _text(left + width / 2, HEIGHT - 8, hidden)


def _shapes(lesson: Lesson) -> str:
    """Return the shapes that go through the network, one below the other."""
    shapes = (lesson.recipe or Recipe()).network.shapes
    step = (HEIGHT - 12) / len(shapes)
    drawn = []
    for place, shape in enumerate(shapes):
        y = 10 + place * step
        if place:
            drawn.append(f'<path class="line" d="M80 {y - 8:.1f}v8"/>')
        drawn.append(
            f'<rect class="box" x="36" y="{y:.1f}" width="88" height="{step - 8:.1f}" rx="4"/>'
        )
        drawn.append(_text(80, y + step / 2 + 1, " × ".join(map(str, shape))))
    return "".join(drawn)


def _epochs(lesson: Lesson) -> str:
    """Return the two epochs that are compared, on an axis without a curve."""
    last = lesson.runs[0].experiment.epochs
    return _axes(last) + "".join(
        f'<path class="mark" d="M{_x(epoch, last):.1f} 14V{_BASE}"/>'
        f"{_text(_x(epoch, last), HEIGHT - 6, str(epoch))}"
        for epoch in (int(lesson.numbers["from_epoch"]), last)
    )


def _threshold(lesson: Lesson) -> str:
    """Return the threshold as a line that can be dragged, on an axis without a curve."""
    experiment = lesson.runs[-1].experiment
    value = "" if experiment.stop is None else f"{experiment.stop.value:g}"
    line = '<path class="mark" d="M20 56H134"/><circle class="thumb" cx="138" cy="56" r="6"/>'
    return _axes(experiment.epochs) + line + _text(78, 48, value)


def _axes(epochs: int) -> str:
    every = max(1, epochs // 10)
    ticks = "".join(
        f"M{_x(epoch, epochs):.1f} {_BASE}v4" for epoch in range(every, epochs + 1, every)
    )
    return f'<path class="line" d="M20 12V{_BASE}H148{ticks}"/>'


def _x(epoch: int, epochs: int) -> float:
    return 20 + 120 * epoch / epochs


def _text(x: float, y: float, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _picture(dataset: str, number: int, x: float, y: float, size: float) -> str:
    """Return a test picture at a place; nothing where its dataset cannot be read, which its lesson says."""
    try:
        source = f"data:image/png;base64,{png(load_test_split(dataset).images[number])}"
    except DataError:
        return ""
    return f'<image href="{source}" x="{x}" y="{y}" width="{size}" height="{size}"/>'


_SKETCHES: Final[Mapping[str, Callable[[Lesson], str]]] = {
    "scores": _scores,
    "builder": _shapes,
    "outputs": _shapes,
    "epochs": _epochs,
    "microscope": _pixels,
    "threshold": _threshold,
}
"""By the figure's name; any other is sketched by the networks that it trains."""

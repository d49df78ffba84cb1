"""Links as people paste them: most are good, some are not; made from the catalogue of choices."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from playground.core.choices import Flag, Number, Option, number_text
from playground.core.experiment import CHOICES, AnyChoice, Experiment
from playground.core.languages import LANGUAGES
from playground.core.layers import Dense
from playground.lessons import find_lessons

LESSONS: Final = ("walkthrough", *(lesson.slug for lesson in find_lessons()))

SHOWN_RUN: Final = "@shown"
"""Stands in a link for the run that the page shows: another one each time that a walk is walked."""

SHORT: Final = {Experiment.TRAIN_SIZE.key: (100, 1000), Experiment.EPOCHS.key: (1, 3)}
"""Bounds that keep a run to a second or two."""

BAD: Final = (
    "", " ", "abc", "-1", "1e9", "nan", "inf", "0x10", "1_000", "１２", "9" * 300, "None", "true",
    "1-2-3-4-5", "128-", "<b>bold</b>", "https://evil.example/login", "[a](https://evil.example)",
    "`code`", "**strong**", "a\nb", "'; DROP TABLE runs; --", "../../etc/passwd", "%00", "\x00",
)  # fmt: skip


def draw_link(random: Random) -> dict[str, Any]:
    """Return a path and parameters, as an action's parameters: {"path": …, "link": {name: value}}."""
    link: dict[str, str] = {}
    if random.random() < 0.3:
        link["lang"] = random.choice([*LANGUAGES, "zh", "xx"])
    (path,) = random.choices(["/", "/lessons", "/about"], [75, 20, 5])
    if path == "/lessons" and random.random() < 0.9:
        link["lesson"] = random.choice([*LESSONS, *LESSONS, "no-such-lesson"])
    if path == "/":
        link |= _draw_settings(random)
        if random.random() < 0.2:
            link["run"] = random.choice([SHOWN_RUN, SHOWN_RUN, "nonsense", "0" * 8])
        if random.random() < 0.15:
            beside = random.sample([SHOWN_RUN, "recorded-fashion", "recorded-mnist", "nonsense"], 2)
            link["runs"] = ",".join(beside)
        if random.random() < 0.05:
            link[random.choice(["frobnicate", "epoch", "<i>", "__proto__"])] = random.choice(BAD)
    return {"path": path, "link": link}


def _draw_settings(random: Random) -> dict[str, str]:
    link: dict[str, str] = {}
    for choice in CHOICES:
        if choice.key in SHORT:
            if random.random() < 0.9:
                link[choice.key] = str(random.randint(*SHORT[choice.key]))
        elif random.random() < 0.25:
            link[choice.key] = (
                random.choice(BAD) if random.random() < 0.15 else _draw(random, choice)
            )
    return link


def _draw(random: Random, choice: AnyChoice) -> str:
    match choice:
        case Option():
            return random.choice(list(choice.options))
        case Flag():
            return random.choice(["true", "false"])
        case Number():
            return number_text(_draw_number(random, choice))
        case _:
            layers = random.randint(0, int(Experiment.HIDDEN.layers.high))
            marks = [int(mark) for mark in Dense.size.marks]
            return "-".join(str(random.choice([7, *marks])) for _ in range(layers)) or "0"


def _draw_number(random: Random, choice: Number) -> float:
    kind = int if choice.whole else float
    ends = [kind(choice.low), kind(choice.high)]
    if choice.marks and random.random() < 0.6:
        return kind(random.choice(choice.marks))
    if random.random() < 0.3:
        return random.choice(ends)
    if choice.whole:
        return random.randint(*map(int, ends))
    return round(random.uniform(choice.low, choice.high), 4) or choice.low

"""Reads lessons from their folders and checks that their parts fit; the only place that does."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

from playground.core import url
from playground.core.dataset import DATASETS
from playground.core.errors import LessonError
from playground.core.experiment import Experiment
from playground.core.languages import ENGLISH, LANGUAGES
from playground.core.message import N_, message
from playground.core.recipe import Recipe
from playground.lessons.comments import parse_comments, translate_comments
from playground.lessons.lesson import (
    FIGURES,
    Claim,
    Lesson,
    LessonRun,
    Question,
    Words,
)
from playground.lessons.sections import Document, parse_document, parse_question
from playground.lessons.walkthrough import Step, Walkthrough

T = TypeVar("T")

CONTENT: Final = Path(__file__).parent / "content"
STEPS: Final = 8
"""Of the walk-through, after its opening, step 0."""

_FOLDER: Final = re.compile(r"(?P<number>\d+)-(?P<slug>[a-z][a-z0-9-]*)")
_QUIZ: Final = "quiz "


@cache
def find_lessons(content: Path = CONTENT) -> tuple[Lesson, ...]:
    """Return all lessons in their order.

    Raises:
        LessonError: one of them does not fit.
    """
    folders = ((path, _FOLDER.fullmatch(path.name)) for path in content.iterdir())
    numbered = {int(match["number"]): path for path, match in folders if match}
    return tuple(load_lesson(numbered[number]) for number in sorted(numbered) if number > 0)


def load_lesson(folder: Path) -> Lesson:
    """Return the lesson in `folder`.

    Raises:
        LessonError: a file is missing, or the parts do not fit.
    """
    match = _FOLDER.fullmatch(folder.name)
    if match is None:
        raise _broken(folder, ValueError("expected a folder's name such as 2-more-neurons"))
    try:
        table = tomllib.loads((folder / "lesson.toml").read_text(encoding="utf-8"))
        documents = _read(folder)
        lesson = Lesson(
            slug=match["slug"],
            number=int(match["number"]),
            figure=str(table["figure"]),
            numbers={name: float(it) for name, it in table.get("numbers", {}).items()},
            pictures={name: int(it) for name, it in table.get("pictures", {}).items()},
            runs=tuple(_run(run) for run in table.get("runs", ())),
            recipe=Recipe(**table["recipe"]) if "recipe" in table else None,
            choices=tuple(table["prediction"]["choices"]),
            answers=dict(table["quiz"]),
            further=_experiment(table["further"]["link"]),
            claims=tuple(Claim(**claim) for claim in table.get("claims", ())),
            code=_everywhere(
                {code: script for code, (script,) in _scripts(folder, ["code"], documents).items()}
            ),
            words=_everywhere({code: _words(document) for code, document in documents.items()}),
            written_in=frozenset(documents),
        )
        _check(lesson)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise _broken(folder, error) from error
    return lesson


@cache
def load_walkthrough(folder: Path = CONTENT / "0-walkthrough") -> Walkthrough:
    """Return the walk-through.

    Raises:
        LessonError: a file is missing, or the parts do not fit.
    """
    names = [f"step-{number}" for number in range(STEPS + 1)]
    try:
        table = tomllib.loads((folder / "lesson.toml").read_text(encoding="utf-8"))
        documents = _read(folder)
        scripts = _scripts(folder, names, documents)
        walkthrough = Walkthrough(
            slug=folder.name.partition("-")[2],
            titles=_everywhere({code: it.title for code, it in documents.items()}),
            summaries=_everywhere({code: it.summary for code, it in documents.items()}),
            steps=_everywhere(
                {
                    code: tuple(
                        Step(it.sections[name].title, it.sections[name].body, script, printed)
                        for name, script, printed in zip(
                            names, scripts[code], _printed(folder, names, code), strict=True
                        )
                    )
                    for code, it in documents.items()
                }
            ),
            choices=tuple(table["prediction"]["choices"]),
            questions=_everywhere(
                {
                    code: parse_question("prediction", it.sections["prediction"].body)
                    for code, it in documents.items()
                }
            ),
            dataset=str(table["dataset"]),
            picture_step=int(table["picture_step"]),
            descent_step=int(table["descent_step"]),
            written_in=frozenset(documents),
        )
        for code, question in walkthrough.questions.items():
            _same(f"{code}.md, choices of the prediction", _ids(question), walkthrough.choices)
    except (OSError, KeyError, ValueError) as error:
        raise _broken(folder, error) from error
    return walkthrough


def _printed(folder: Path, names: Iterable[str], language: str) -> list[str]:
    """Return what the scripts printed when they were recorded; nothing of one that was not yet."""
    files = [recorded_output(folder, name, language) for name in names]
    return [file.read_text(encoding="utf-8") if file.exists() else "" for file in files]


def recorded_output(folder: Path, name: str, language: str) -> Path:
    """Return where lies what a script of the walk-through printed."""
    return folder / f"{name}.{language}.txt"


def _broken(folder: Path, error: Exception) -> LessonError:
    return LessonError(
        message(
            N_(
                "The lesson {lesson} cannot be read ({reason}). Put the project's own files back, "
                "for example with: git checkout -- playground/lessons"
            ),
            lesson=folder.name,
            reason=f"{type(error).__name__}: {error}",
        )
    )


def _read(folder: Path) -> dict[str, Document]:
    """Return a lesson's texts by language, English first; of the others some may not be there yet."""
    files = {code: folder / f"{code}.md" for code in LANGUAGES}
    return {
        code: parse_document(files[code].read_text(encoding="utf-8"))
        for code in (ENGLISH.code, *LANGUAGES)
        if code == ENGLISH.code or files[code].exists()
    }


def _everywhere(texts: Mapping[str, T]) -> dict[str, T]:
    """Return what there is for every language, in English where it has none of its own."""
    return {code: texts.get(code, texts[ENGLISH.code]) for code in LANGUAGES}


def _scripts(
    folder: Path, names: Iterable[str], documents: Mapping[str, Document]
) -> dict[str, tuple[str, ...]]:
    """Return the scripts by language: as they are, and with their comments and strings translated."""
    scripts = tuple((folder / f"{name}.py").read_text(encoding="utf-8") for name in names)
    own, *others = documents
    return {own: scripts} | {
        code: translate_comments(scripts, parse_comments(documents[code].body("comments")))
        for code in others
    }


def _run(table: Mapping[str, Any]) -> LessonRun:
    seeds = tuple(int(seed) for seed in table["seeds"])
    experiment = _experiment(table["link"]).with_(seed=seeds[0])
    return LessonRun(name=str(table["name"]), experiment=experiment, seeds=seeds)


def _experiment(link: str) -> Experiment:
    decoded = url.decode(dict(parse_qsl(link, keep_blank_values=True)))
    if decoded.problems:
        raise ValueError(f"{link}: {decoded.problems[0].text}")
    return decoded.experiment


def _words(document: Document) -> Words:
    bodies = {name: section.body for name, section in document.sections.items()}
    labels = parse_question("runs", document.body("runs")).choices
    return Words(
        title=document.title,
        summary=document.summary,
        question=bodies["question"],
        prediction=parse_question("prediction", bodies["prediction"]),
        runs={label.id: label.text for label in labels},
        explanation=bodies["explanation"],
        code=bodies["code"],
        quiz=tuple(
            parse_question(name.removeprefix(_QUIZ), body)
            for name, body in bodies.items()
            if name.startswith(_QUIZ)
        ),
        further=bodies["further"],
        cited=document.cited,
    )


def _check(lesson: Lesson) -> None:
    """Raise a ValueError that says which parts of a lesson do not fit."""
    _expect("figure", [lesson.figure], FIGURES)
    figure = FIGURES[lesson.figure]
    names = [run.name for run in lesson.runs]
    possible = figure.possible(lesson.choices, names)
    _same("choices of the prediction", lesson.choices, possible)
    _same("numbers of the figure", lesson.numbers, figure.numbers)
    _expect("pictures of the figure", lesson.pictures, DATASETS if figure.has_pictures else ())
    if figure.has_pictures and not lesson.pictures:
        raise ValueError("the figure needs a picture")
    if (lesson.recipe is not None) != figure.has_recipe:
        raise ValueError("a recipe belongs to a figure that builds, and to such a one alone")
    for claim in lesson.claims:
        _expect(f"run of the claim {claim.id}", filter(None, (claim.run, claim.than)), names)
    written = {code: lesson.words[code] for code in LANGUAGES if code in lesson.written_in}
    for code, words in written.items():
        texts = (words.title, words.summary, words.question, words.explanation, words.further)
        if not all((*texts, words.code, words.prediction.text)):
            raise ValueError(f"{code}.md: a section is empty")
        _same(
            f"{code}.md, choices of the prediction",
            _ids(words.prediction),
            lesson.choices,
        )
        _same(f"{code}.md, runs", words.runs, names)
        _same(f"{code}.md, questions", [question.id for question in words.quiz], lesson.answers)
        _same(f"{code}.md, claims", words.cited, {claim.id for claim in lesson.claims})
        for question in words.quiz:
            _expect(f"{code}.md, {question.id}", [lesson.answers[question.id]], _ids(question))
            unexplained = [choice.id for choice in question.choices if not choice.explanation]
            if unexplained or len(question.choices) < 2 or not question.text:
                raise ValueError(f"{code}.md, {question.id}: unexplained {unexplained}")
    first, *others = written.values()
    for words in others:
        for question, same in zip(first.quiz, words.quiz, strict=True):
            _same(f"choices of {question.id}", _ids(question), _ids(same))


def _ids(question: Question) -> tuple[str, ...]:
    return tuple(choice.id for choice in question.choices)


def _expect(what: str, received: Iterable[str], allowed: Iterable[str]) -> None:
    unknown = set(received) - set(allowed)
    if unknown:
        raise ValueError(f"{what}: received {sorted(unknown)}, expected of {sorted(allowed)}")


def _same(what: str, received: Iterable[str], expected: Iterable[str]) -> None:
    if sorted(received) != sorted(expected):
        raise ValueError(f"{what}: received {sorted(received)}, expected {sorted(expected)}")

"""Every lesson that is there, whatever it is about: its parts fit, and its code runs."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import numpy as np
import pytest

from playground.core.experiment import Experiment
from playground.data import FOLDER, load_split
from playground.jobs.contact import ROOT
from playground.lessons import CONTENT, Lesson, Walkthrough, find_lessons, load_walkthrough

LESSONS = find_lessons()
MARK = re.compile(r"\[\^|\[\w+\]:|<[a-z]")
RUN_SCRIPTS = """\
import contextlib, importlib.util, io, json, sys, traceback
assert importlib.util.find_spec("playground") is None, "the scripts are to run without this project"
import keras
from keras.src.utils import file_utils

file_utils.validate_file = lambda *_, **__: True  # the same arrays as in Keras's file, in other bytes

def load_few(load_data):
    (images, labels), test = load_data()
    return (images[:2_000], labels[:2_000]), test

known = {it: it.load_data for it in (keras.datasets.mnist, keras.datasets.fashion_mnist)}
printed = {}
for dataset, load_data in known.items():
    dataset.load_data = lambda it=load_data: load_few(it)
for name, code in json.load(sys.stdin).items():
    with contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            exec(compile(code, name, "exec"), {"__name__": "__main__"})
        except BaseException:
            out.write(traceback.format_exc())
    printed[name] = out.getvalue()
print(json.dumps(printed))
"""
"""Runs scripts one after the other, each with nothing but what it imports, in one process that has
imported TensorFlow once. They find 2,000 pictures to train on: enough to see that they run."""


@pytest.fixture(scope="module")
def keras_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what Keras has in its folder once it has downloaded both datasets."""
    home = tmp_path_factory.mktemp("keras")
    clothes = home / "datasets" / "fashion-mnist"
    clothes.mkdir(parents=True)
    for file in (FOLDER / "fashion").glob("*.gz"):
        (clothes / file.name).symlink_to(file)
    train, test = load_split("mnist", "train"), load_split("mnist", "test")
    np.savez(
        home / "datasets" / "mnist.npz",
        x_train=train.images,
        y_train=train.labels,
        x_test=test.images,
        y_test=test.labels,
    )
    return home


@pytest.fixture(scope="module")
def printed(keras_home: Path) -> dict[str, str]:
    """Return what each lesson's script prints, and the walk-through's."""
    scripts = {lesson.slug: lesson.code["en"] for lesson in LESSONS}
    scripts["walkthrough"] = "\n".join(load_walkthrough().code["en"])
    told = subprocess.run(
        [sys.executable, "-c", RUN_SCRIPTS],
        cwd=keras_home,
        env={
            **{name: it for name, it in os.environ.items() if name != "PYTHONPATH"},
            "CUDA_VISIBLE_DEVICES": "-1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "KERAS_HOME": str(keras_home),
        },
        input=json.dumps(scripts),
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-2000:]
    outputs: dict[str, str] = json.loads(told.stdout.splitlines()[-1])
    return outputs


def test_the_eight_lessons_are_there_in_order() -> None:
    assert [(lesson.number, lesson.slug) for lesson in LESSONS] == [
        (1, "ten-numbers"),
        (2, "more-neurons"),
        (3, "without-flatten"),
        (4, "five-outputs"),
        (5, "one-more-layer"),
        (6, "too-many-epochs"),
        (7, "without-normalising"),
        (8, "stop-in-time"),
    ]


@pytest.mark.parametrize("lesson", [*LESSONS, load_walkthrough()], ids=lambda it: type(it).__name__)
def test_all_are_in_english_and_in_chinese(lesson: Lesson | Walkthrough) -> None:
    assert {"en", "zh"} <= lesson.written_in


def test_no_folder_is_overlooked() -> None:
    folders = [path for path in CONTENT.iterdir() if path.is_dir() and path.name[0] not in "._"]
    assert len(folders) == len(LESSONS) + 1  # the walk-through


def test_every_part_of_the_notebook_has_its_place() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (.+?) \| `([^`]+)` \|$", text.partition("## What the notebook")[2], re.MULTILINE
    )
    assert [what.split(",")[0] for what, _ in rows] == [
        "the walk-through",
        *(f"exercise {number}" for number in range(1, 9)),
        "every run that it prints",
    ]
    assert [place for _, place in rows if not (ROOT / place).exists()] == []


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_a_lesson_reads_well(lesson: Lesson) -> None:
    for code in sorted(lesson.written_in):
        words = lesson.words[code]
        texts = [words.question, words.explanation, words.further, words.code, words.summary]
        texts += [words.prediction.text, *(choice.text for choice in words.prediction.choices)]
        for question in words.quiz:
            texts += [question.text]
            texts += [
                part for choice in question.choices for part in (choice.text, choice.explanation)
            ]
        for text in texts:
            assert MARK.search(text) is None, f"{code}: {text}"
            assert "!" not in text.replace("!=", ""), f"{code}: {text}"
            assert (re.search(r"[一-鿿]", text) is not None) == (code == "zh"), f"{code}: {text}"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_every_question_can_be_answered_wrong(lesson: Lesson) -> None:
    assert lesson.answers
    for words in lesson.words.values():
        for question in words.quiz:
            wrong = [
                choice for choice in question.choices if choice.id != lesson.answers[question.id]
            ]
            assert wrong
            assert len({choice.explanation for choice in question.choices}) == len(question.choices)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_its_runs_are_a_minutes_work(lesson: Lesson) -> None:
    """Two workers take some 0.6 s for an epoch of 128 units, four times that for 512."""
    seconds = sum(
        run.experiment.epochs * len(run.seeds) * 0.6 * max(1.0, parameters(run.experiment) / 1.2e5)
        for run in lesson.runs
    )
    assert seconds / 2 <= 75


def parameters(experiment: Experiment) -> int:
    from playground.core.network import Network

    return Network.of(experiment).parameters


def test_every_comment_in_the_code_is_in_the_language_of_the_page_and_the_code_is_the_same() -> (
    None
):
    walkthrough = load_walkthrough()
    steps = zip(walkthrough.code["en"], walkthrough.code["zh"], strict=True)
    for english, chinese in [
        *steps,
        *((lesson.code["en"], lesson.code["zh"]) for lesson in LESSONS),
    ]:
        assert ast.dump(ast.parse(english)) == ast.dump(ast.parse(chinese))
        for code, is_chinese in ((english, False), (chinese, True)):
            for comment in comments(code):
                assert (re.search(r"[一-鿿]", comment) is not None) == is_chinese, comment


def comments(code: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_its_code_runs_where_there_is_keras_alone(lesson: Lesson, printed: dict[str, str]) -> None:
    assert printed[lesson.slug].strip()
    assert "Traceback" not in printed[lesson.slug], printed[lesson.slug]


def test_the_steps_of_the_walk_through_run_one_after_the_other(printed: dict[str, str]) -> None:
    told = printed["walkthrough"]
    assert "Traceback" not in told, told
    assert "(10000, 28, 28)" in told
    accuracy = float(told.split()[-1])
    assert 0.70 < accuracy < 0.85, (
        "of the test pictures, after a thirtieth of the training pictures"
    )
    steps = load_walkthrough().steps
    assert all(len(one) == 8 for one in steps.values())
    assert all(step.title and step.text for one in steps.values() for step in one)

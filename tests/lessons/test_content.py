"""Every lesson that is there, whatever it is about: its parts fit, and its code runs."""

from __future__ import annotations

import ast
import io
import math
import re
import tokenize

import pytest

from playground.core.experiment import Experiment
from playground.core.recording import FOLDER as RECORDINGS
from playground.core.recording import load_recording
from playground.jobs.contact import ROOT
from playground.jobs.refusals import EACH
from playground.lessons import CONTENT, Lesson, Walkthrough, find_lessons, load_walkthrough
from playground.lessons.comments import strings_of
from reproduction.scripts import fill_keras_home, run_scripts
from reproduction.walkthrough import TOLERANCE, agree

LESSONS = find_lessons()
WALKTHROUGH = load_walkthrough()
MARK = re.compile(r"\[\^|\[\w+\]:|<[a-z]")
FEW = 2_000
"""Pictures that the scripts' networks train on here: enough to see that they run."""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Return what each lesson's script prints, in one language each, and the walk-through's in both."""
    home = tmp_path_factory.mktemp("keras")
    fill_keras_home(home)
    scripts = {it.slug: [it.code[("en", "zh")[it.number % 2]]] for it in LESSONS}
    steps = {code: [step.code for step in WALKTHROUGH.steps[code]] for code in ("en", "zh")}
    return run_scripts(scripts | steps, home, most=FEW, whole=steps)


def test_the_lessons_are_there_in_order() -> None:
    assert [(lesson.number, lesson.slug) for lesson in LESSONS] == [
        (1, "ten-numbers"),
        (2, "more-neurons"),
        (3, "without-flatten"),
        (4, "five-outputs"),
        (5, "one-more-layer"),
        (6, "too-many-epochs"),
        (7, "without-normalising"),
        (8, "stop-in-time"),
        (9, "learning-rate"),
        (10, "curing-overfitting"),
        (11, "all-equal"),
    ]


@pytest.mark.parametrize("lesson", [*LESSONS, WALKTHROUGH], ids=lambda it: type(it).__name__)
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
def test_one_press_trains_all_of_it(lesson: Lesson) -> None:
    assert sum(len(run.seeds) for run in lesson.runs) <= EACH.runs


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_its_runs_are_a_minutes_work(lesson: Lesson) -> None:
    """Two workers take some 0.6 s for an epoch of 128 units, four times that for 512."""
    seconds = sum(
        run.experiment.epochs
        * len(run.seeds)
        * (0.1 + 0.5 * run.experiment.train_size / run.experiment.data.train_images)
        * max(1.0, parameters(run.experiment) / 1.2e5)
        for run in lesson.runs
    )
    assert seconds / 2 <= 75


def parameters(experiment: Experiment) -> int:
    from playground.core.network import Network

    return Network.of(experiment).parameters


def scripts_in(code: str) -> list[str]:
    steps = [step.code for step in WALKTHROUGH.steps[code]]
    return [*steps, *(lesson.code[code] for lesson in LESSONS)]


def test_comments_and_words_in_the_code_are_in_the_language_of_the_page() -> None:
    for code, is_chinese in (("en", False), ("zh", True)):
        for script in scripts_in(code):
            words = [*comments(script), *filter(has_words, strings_of(script))]
            for text in words:
                assert (re.search(r"[一-鿿]", text) is not None) == is_chinese, text


def test_the_code_is_the_same_in_every_language_but_for_its_words() -> None:
    for english, chinese in zip(scripts_in("en"), scripts_in("zh"), strict=True):
        first, second = (ast.dump(Wordless().visit(ast.parse(it))) for it in (english, chinese))
        assert first == second


class Wordless(ast.NodeTransformer):
    """Takes out of a script all that it says, and leaves what it calculates."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.JoinedStr:
        values = [it for it in node.values if isinstance(it, ast.FormattedValue)]
        return ast.JoinedStr(sorted(values, key=ast.dump))


def has_words(string: str) -> bool:
    """Return whether a string of a script says something: `"sum of all"`, and not `"relu"`."""
    said = re.sub(r"\{[^}]*\}|\\n|^f?\"+|\"+$", "", string)
    return " " in said and re.search(r"\w", said) is not None


def comments(code: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_its_code_runs_where_there_is_keras_alone(
    lesson: Lesson, printed: dict[str, list[str]]
) -> None:
    (told,) = printed[lesson.slug]
    assert told.strip()
    assert "Traceback" not in told, told


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_walk_through_shows_what_its_code_prints(
    language: str, printed: dict[str, list[str]]
) -> None:
    steps, told = WALKTHROUGH.steps[language], printed[language]
    assert len(steps) == 9
    assert all(step.title and step.text for step in steps)
    for number, (step, text) in enumerate(zip(steps, told, strict=True)):
        trains = number >= len(steps) - 2  # on few pictures here: other figures in the same words
        within = math.inf if trains else 0
        assert agree(step.printed, text, within=within), f"step {number}: make baseline\n{text}"
    accuracy = float(told[-1].split()[-1])
    assert 0.70 < accuracy < 0.85, (
        "of the test pictures, after a thirtieth of the training pictures"
    )


def test_the_figures_that_the_walk_through_shows_are_those_of_the_recorded_run() -> None:
    view = load_recording(RECORDINGS / f"{WALKTHROUGH.dataset}.npz").view
    *_, training, _test = WALKTHROUGH.steps["en"]
    shown = [float(it) for it in re.findall(r"(?:accuracy|loss): (\S+)", training.printed)]
    recorded = [it for end in view.epochs if end.epoch > 0 for it in (end.accuracy, end.loss)]
    assert shown == pytest.approx(recorded, abs=TOLERANCE)
    assert WALKTHROUGH.accuracies[1] == pytest.approx(view.epochs[-1].val_accuracy, abs=TOLERANCE)


@pytest.mark.parametrize(
    ("printed", "same"),
    [
        ("Epoch 1/5\n1875/1875 - 6s - 958us/step - loss: 0.52", True),
        ("Epoch 1/5\n1875/1875 - 3s - 2ms/step - loss: 0.54", False),
        ("Epoch 1/5\n1875/1875 - 3s - 2ms/step - error: 0.50", False),
    ],
)
def test_outputs_agree_if_words_and_figures_do(printed: str, same: bool) -> None:
    recorded = "Epoch 1/5\n1875/1875 - 3s - 2ms/step - loss: 0.50"
    assert agree(recorded, printed, within=0.03) is same

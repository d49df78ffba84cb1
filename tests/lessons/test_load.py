"""Reading lessons: what is taken, and what a broken one says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.core.errors import LessonError
from playground.lessons import Choice, Claim, load_lesson

TABLE = """
figure = "units"
[numbers]
another_width = 4
[[runs]]
name = "small"
link = "dataset=mnist&hidden=16"
seeds = [3, 4]
[prediction]
choices = ["equal", "little", "some", "much"]
[quiz]
impact = "slower"
[further]
link = "hidden=32"
[[claims]]
id = "slow"
metric = "seconds"
run = "small"
low = 0.1
high = 9.0
"""

WORDS = """# A title

A summary.

## question
Why?

## prediction
What?
- equal: None of it.
- little: Little of it.
- some: Some of it.
- much: Much of it.

## runs
- small: Sixteen

## explanation
It takes time.[^slow]

## code
Look.

## quiz impact
And so?
- slower: Slower.
  Yes, it is.
  It really is.
- faster: Faster.
  No.

## further
Go on.
"""

CODE = 'print("# no comment", f"{1 + 1} in all")  # so much\n'

COMMENTS = """
## comments
- so much → 这么多
- f"{1 + 1} in all" → f"共 {1 + 1}"
"""


def write(
    folder: Path, table: str = TABLE, en: str = WORDS, zh: str | None = WORDS + COMMENTS
) -> Path:
    lesson = folder / "7-a-slug"
    lesson.mkdir()
    (lesson / "lesson.toml").write_text(table, encoding="utf-8")
    (lesson / "en.md").write_text(en, encoding="utf-8")
    if zh is not None:
        (lesson / "zh.md").write_text(zh, encoding="utf-8")
    (lesson / "code.py").write_text(CODE, encoding="utf-8")
    return lesson


def test_a_lesson_is_read(tmp_path: Path) -> None:
    lesson = load_lesson(write(tmp_path))
    assert (lesson.number, lesson.slug, lesson.figure) == (7, "a-slug", "units")
    (run,) = lesson.runs
    assert [experiment.seed for experiment in run.repetitions] == [3, 4]
    assert run.experiment.hidden == (16,)
    assert lesson.numbers == {"another_width": 4}
    assert lesson.claims == (Claim(id="slow", metric="seconds", run="small", low=0.1, high=9.0),)
    words = lesson.words["en"]
    assert (words.title, words.summary, words.question) == ("A title", "A summary.", "Why?")
    assert words.explanation == "It takes time."
    assert words.runs == {"small": "Sixteen"}
    assert lesson.code == {
        "en": CODE,
        "zh": 'print("# no comment", f"共 {1 + 1}")  # 这么多\n',
    }
    (question,) = words.quiz
    assert question.choices == (
        Choice("slower", "Slower.", "Yes, it is. It really is."),
        Choice("faster", "Faster.", "No."),
    )


def test_a_lesson_without_words_in_a_language_has_english_ones_there(tmp_path: Path) -> None:
    lesson = load_lesson(write(tmp_path, zh=None))
    assert lesson.written_in == {"en"}
    assert lesson.words["zh"] == lesson.words["en"]
    assert lesson.code == {"en": CODE, "zh": CODE}


def test_a_lesson_without_english_words_cannot_be_read(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "en.md").unlink()
    with pytest.raises(LessonError, match=r"en\.md"):
        load_lesson(folder)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"table": TABLE.replace("units", "pie")}, "figure: received ['pie']"),
        ({"table": TABLE.replace("hidden=16", "hidden=x")}, "hidden=x"),
        (
            {"table": TABLE.replace('"little", ', "")},
            "prediction: received ['equal', 'much', 'some']",
        ),
        (
            {"table": TABLE.replace('"units"\n[numbers]\nanother_width = 4', '"rates"')},
            "expected ['open', 'small']",
        ),
        ({"table": TABLE + "[recipe]\nhidden = 64\n"}, "a recipe belongs to a figure that builds"),
        (
            {"table": TABLE.replace("another_width", "depth")},
            "numbers of the figure: received ['depth']",
        ),
        (
            {"table": TABLE + "[pictures]\nmnist = 3\n"},
            "pictures of the figure: received ['mnist']",
        ),
        ({"table": TABLE + "[recipe]\nfloors = 64\n"}, "floors"),
        (
            {"table": TABLE.replace('run = "small"', 'run = "tiny"')},
            "run of the claim slow: received ['tiny'], expected of ['small']",
        ),
        ({"en": WORDS.replace("[^slow]", "")}, "en.md, claims: received [], expected ['slow']"),
        ({"zh": WORDS}, "comments: not in both code and table: ['so much']"),
        ({"zh": WORDS + COMMENTS.replace(" →", ":")}, "comments: received '- so much: 这么多'"),
        ({"zh": WORDS + COMMENTS.replace("in all", "at all")}, 'f"{1 + 1} at all"'),
        ({"zh": WORDS + COMMENTS.replace('f"共 {1 + 1}"', "共 2")}, "or both in quotes"),
        ({"zh": WORDS.replace("- faster", "- quicker") + COMMENTS}, "choices of impact: received"),
        ({"en": WORDS.replace("  No.\n", "")}, "en.md, impact: unexplained ['faster']"),
        ({"en": WORDS.replace("## further\nGo on.", "")}, "KeyError: 'further'"),
        ({"table": TABLE.replace('"slower"', '"dearer"')}, "en.md, impact: received ['dearer']"),
    ],
)
def test_a_broken_lesson_says_what_does_not_fit(
    changes: dict[str, str], reason: str, tmp_path: Path
) -> None:
    with pytest.raises(LessonError) as caught:
        load_lesson(write(tmp_path, **changes))
    said = str(caught.value)
    assert said.startswith("The lesson 7-a-slug cannot be read (")
    assert reason in said

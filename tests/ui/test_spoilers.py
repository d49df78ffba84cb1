"""Nothing that a page says before a prediction gives away what is about to be predicted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from streamlit.testing.v1 import AppTest

from playground.core.experiment import every_choice
from playground.core.languages import LANGUAGES
from playground.lessons import find_lessons, load_walkthrough
from playground.ui.language import say
from tests.ui.test_pages import app
from tests.ui.test_pages import navigation_leads as navigation_leads  # noqa: PLC0414 - a fixture

LESSONS: Final = {lesson.slug: lesson for lesson in find_lessons()}

GIVEN_AWAY: Final = {
    "ten-numbers": {
        "en": r"divide|shrink|shorter|add up|sum rises|100%",
        "zh": r"除以|变短|总和|加起来|100%",
    },
    "more-neurons": {
        "en": r"overlap|settle|lower training loss|takes longer|97",
        "zh": r"重叠|断定|损失更低|时间更长|97",
    },
    "without-flatten": {"en": r"error|raise|fit\b|fail", "zh": r"报错|错误|不符|出错"},
    "five-outputs": {
        "en": r"outside|range|too few|as many .* as|no place",
        "zh": r"超出|范围|太少|一样多|没有位置",
    },
    "one-more-layer": {"en": r"overlap|no gain|92|97", "zh": r"重叠|没有看到好处|92|97"},
    "too-many-epochs": {
        "en": r"overfit|by heart|the turn\b|turns and|climb|worse|hides",
        "zh": r"过拟合|死记硬背|转折|攀升|变差|掩盖",
    },
    "without-normalising": {
        "en": r"stead|overshoot|certain|sure|silent|94|98",
        "zh": r"平稳|越过最低点|把握|沉默|94|98",
    },
    "stop-in-time": {"en": r"87", "zh": r"87"},
    "learning-rate": {
        "en": r"too small|too large|overshoot|leaps|97|84",
        "zh": r"太小|太大|越过最低点|97|84",
    },
    "curing-overfitting": {
        "en": r"overlap|helps? most|narrow|87",
        "zh": r"重叠|最有用|缩小|87",
    },
    "all-equal": {
        "en": r"\bcop(y|ies)|symmetry|differ\b|35|23",
        "zh": r"副本|对称|各不相同|35|23",
    },
}
"""What a page must not say before the prediction, a pattern a lesson and language."""


def said(page: AppTest) -> Iterator[str]:
    """Yield all that a page says, what can be chosen left out: there the outcome stands among others."""
    elements: list[Any] = [
        *page.markdown,
        *page.caption,
        *page.info,
        *page.success,
        *page.get("html"),
    ]
    for element in elements:
        yield re.sub(r"<style>.*?</style>|<[^>]*>", " ", str(element.proto.body), flags=re.DOTALL)
    for button in page.button:
        yield f"{button.label} {button.proto.help}"
    for expander in page.expander:
        yield str(expander.label)


def opened(slug: str | None, language: str) -> AppTest:
    """Return the page of a lesson, or of their list, as whoever comes for the first time finds it."""
    page = app(locale=LANGUAGES[language].tag).switch_page("pages/lessons.py").run()
    if slug is not None:
        page = page.button(key=f"open_{slug}").click().run()
    assert not page.exception
    return page


def test_every_lesson_has_its_words() -> None:
    assert set(GIVEN_AWAY) == set(LESSONS)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("slug", LESSONS)
def test_a_lesson_does_not_answer_what_it_asks(slug: str, language: str) -> None:
    words = LESSONS[slug].words[language]
    texts = list(said(opened(slug, language)))
    assert any(words.question in text for text in texts)
    assert not any(words.summary in text or words.explanation in text for text in texts)
    pattern = GIVEN_AWAY[slug][language]
    assert re.search(pattern, words.summary + words.explanation), "the pattern never matches"
    assert [text for text in texts if re.search(pattern, text, re.IGNORECASE)] == []


@pytest.mark.parametrize(
    ("language", "pattern"),
    [("en", r"smaller share|holds only|overfit"), ("zh", r"低一些|只对它学过|过拟合")],
)
def test_the_walk_through_does_not_answer_what_it_asks(language: str, pattern: str) -> None:
    *steps, last = load_walkthrough().steps[language]
    texts = list(said(opened("walkthrough", language)))
    for step in steps:
        assert any(step.text in text for text in texts)
    assert re.search(pattern, last.text), "the pattern never matches"
    assert [text for text in texts if re.search(pattern, text) or last.printed in text] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_list_gives_nothing_away(language: str) -> None:
    texts = list(said(opened(None, language)))
    for slug, lesson in LESSONS.items():
        asked = lesson.words[language].prediction.text
        about = [text for text in texts if asked in text or lesson.words[language].title in text]
        assert len(about) >= 2
        assert [text for text in about if re.search(GIVEN_AWAY[slug][language], text)] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_help_of_the_playground_gives_anything_away(language: str) -> None:
    helps = [say(language, choice.help) for choice in every_choice()]
    patterns = ("too-many-epochs", "without-normalising", "more-neurons")
    pattern = "|".join(GIVEN_AWAY[slug][language] for slug in patterns)
    assert [text for text in helps if re.search(pattern, text, re.IGNORECASE)] == []

"""How long lessons take, on texts whose words can be counted by hand."""

from __future__ import annotations

import pytest

from playground.lessons import find_lessons, lesson_seconds, load_walkthrough, walkthrough_seconds
from playground.lessons.duration import reading_seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0.0),
        ("It doesn't: two words and 0.665 more.", 7 * 0.3),
        ("准确率是 0.97", 4 * 0.2 + 0.3),
        ("model.fit(x_train, epochs=5)", 4 * 0.3),
    ],
)
def test_words_and_signs_take_their_time(text: str, seconds: float) -> None:
    assert reading_seconds(text) == pytest.approx(seconds)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_lesson_takes_some_minutes_in_each_language(language: str) -> None:
    for lesson in find_lessons():
        assert 120 < lesson_seconds(lesson, language) < 1200, lesson.slug
    assert 120 < walkthrough_seconds(load_walkthrough(), language) < 1800

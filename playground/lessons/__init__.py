"""The lessons: content in `content/`, a folder a lesson, found by itself; it draws nothing.

Adding a lesson is adding a folder; the format stands in CONTRIBUTING.md and a contract test runs over
all of them.
"""

from playground.lessons.duration import (
    QUESTION_SECONDS,
    SIGNS_A_MINUTE,
    WORDS_A_MINUTE,
    lesson_seconds,
    walkthrough_seconds,
)
from playground.lessons.lesson import (
    OPEN,
    Asking,
    Choice,
    Claim,
    Lesson,
    LessonRun,
    Question,
    Words,
)
from playground.lessons.load import (
    CONTENT,
    find_lessons,
    load_lesson,
    load_walkthrough,
    recorded_output,
)
from playground.lessons.walkthrough import Step, Walkthrough

__all__ = [
    "CONTENT",
    "OPEN",
    "Asking",
    "QUESTION_SECONDS",
    "SIGNS_A_MINUTE",
    "WORDS_A_MINUTE",
    "Choice",
    "Claim",
    "Lesson",
    "LessonRun",
    "Question",
    "Step",
    "Walkthrough",
    "Words",
    "find_lessons",
    "lesson_seconds",
    "load_lesson",
    "load_walkthrough",
    "recorded_output",
    "walkthrough_seconds",
]

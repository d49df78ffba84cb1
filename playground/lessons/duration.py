"""How long a lesson's words take a reader; how long its networks train, a server knows."""

from __future__ import annotations

import re
from typing import Final

from playground.lessons.lesson import Lesson, Question
from playground.lessons.walkthrough import Walkthrough

WORDS_A_MINUTE: Final = 200
"""Of who reads to learn; for pleasure it is some 240 in English (Brysbaert, 2019)."""

SIGNS_A_MINUTE: Final = 300
"""Chinese characters, at the same pace: a word has one and a half."""

QUESTION_SECONDS: Final = 30.0
"""To think about a question, the prediction among them."""

_SIGN: Final = re.compile(r"[\u4e00-\u9fff]")
_WORD: Final = re.compile(r"[^\W\u4e00-\u9fff]+(?:['’.][^\W\u4e00-\u9fff]+)*")


def reading_seconds(*texts: str) -> float:
    """Return how many seconds texts take to read, code among them as the words that it has."""
    words = sum(len(_WORD.findall(text)) for text in texts)
    signs = sum(len(_SIGN.findall(text)) for text in texts)
    return 60 * (words / WORDS_A_MINUTE + signs / SIGNS_A_MINUTE)


def lesson_seconds(lesson: Lesson, language: str) -> float:
    """Return how many seconds a lesson takes in a language, without its training."""
    words = lesson.words[language]
    texts = (words.question, words.explanation, words.summary, words.code, words.further)
    questions = (words.prediction, *words.quiz)
    asked = (text for question in questions for text in _texts(question))
    reading = reading_seconds(*texts, lesson.code[language], *asked)
    return reading + QUESTION_SECONDS * len(questions)


def walkthrough_seconds(walkthrough: Walkthrough, language: str) -> float:
    """Return how many seconds the walk-through takes in a language; what it prints is looked at, not read."""
    question = walkthrough.asked(language)
    steps = (
        text for step in walkthrough.steps[language] for text in (step.title, step.text, step.code)
    )
    reading = reading_seconds(walkthrough.summaries[language], *steps, *_texts(question))
    return reading + QUESTION_SECONDS


def _texts(question: Question) -> tuple[str, ...]:
    """Return what is read of a question: of the explanations the longest stands for the one that is shown."""
    explanations = [choice.explanation for choice in question.choices]
    return (question.text, *question.texts.values(), max(explanations, key=len))

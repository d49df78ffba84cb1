"""Short questions: one a person at a time, few at once, and everybody's turn comes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from playground.jobs import TrainingService, questions
from playground.jobs.questions import AT_ONCE, Questions
from playground.jobs.refusals import TooManyQuestionsError
from tests.jobs.conftest import PATIENCE, eventually


def test_a_person_asks_one_question_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MOST_EACH", 2)
    desk, release, answered = Questions(), threading.Event(), []

    def ask(name: str) -> None:
        with desk.turn("ann", PATIENCE):
            answered.append(name)
            assert release.wait(PATIENCE)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask, "first")
        eventually(lambda: answered == ["first"])
        second = pool.submit(ask, "second")  # as when the page that asked is drawn anew: it waits
        eventually(lambda: desk._asked["ann"] == 2)
        with pytest.raises(TooManyQuestionsError) as refused, desk.turn("ann", 1.0):
            pass
        with desk.turn("bob", 1.0):
            assert answered == ["first"]
        release.set()
        first.result()
        second.result()
    assert answered == ["first", "second"]
    assert str(refused.value) == (
        "Your question before this one is still being answered. Wait for its answer."
    )
    assert not desk._asked


def test_a_question_that_fails_leaves_its_turn_to_others() -> None:
    desk = Questions()
    for _ in range(AT_ONCE + 1):
        with pytest.raises(OSError, match="lost"), desk.turn("ann", 1.0):
            raise OSError("lost")


def test_few_are_answered_at_once_and_the_others_wait() -> None:
    desk, release, answered, most = Questions(), threading.Event(), 0, 0
    lock = threading.Lock()

    def ask(person: int) -> None:
        nonlocal answered, most
        with desk.turn(str(person), PATIENCE):
            with lock:
                answered += 1
                most = max(most, answered)
            assert release.wait(PATIENCE)
            with lock:
                answered -= 1

    with ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(ask, person) for person in range(8)]
        eventually(lambda: answered == AT_ONCE and desk._asked.total() == 8)
        with (
            pytest.raises(TooManyQuestionsError, match="Many people are asking"),
            desk.turn("x", 0.0),
        ):
            pass
        release.set()
        for one in asking:
            one.result()
    assert most == AT_ONCE
    assert not desk._asked


def test_those_who_wait_are_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MOST_WAITING", 1)
    desk = Questions()
    with (
        desk.turn("ann", 1.0),
        pytest.raises(TooManyQuestionsError, match="Many people are asking"),
        desk.turn("bob", PATIENCE),
    ):
        pass


def test_the_service_bounds_the_questions_of_a_person() -> None:
    service = TrainingService()
    desk = service._dispatcher._questions
    desk._asked["ann"] = questions.MOST_EACH
    with pytest.raises(TooManyQuestionsError, match="before this one"):
        service.call_lab("attempt", {}, by="ann")

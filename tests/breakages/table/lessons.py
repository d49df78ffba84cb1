"""What the lessons say, broken on purpose."""

from typing import Final

from tests.breakages.breakage import Breakage

BREAKAGES: Final = (
    Breakage(
        name="lesson-says-the-opposite-of-what-came-out",
        file="playground/ui/lessons/figures/comparison.py",
        text="for one in (other, base)]\n",
        instead="for one in (base, other)]\n",
        tests=(
            "tests/ui/test_lessons.py::test_a_sentence_says_how_the_other_network_lies_to_the_baseline",
        ),
    ),
    Breakage(
        name="every-prediction-came-out-so",
        file="playground/ui/lessons/prediction.py",
        text="        elif made == outcome.value:\n",
        instead="        elif made:\n",
        tests=("tests/ui/test_lessons.py::test_a_prediction_is_held_against_what_came_out",),
    ),
    Breakage(
        name="wrong-answer-is-called-right",
        file="playground/ui/lessons/quiz.py",
        text="        if chosen == right:\n",
        instead="        if chosen:\n",
        tests=(
            "tests/browser/test_lessons.py::test_a_lesson_from_the_question_to_the_last_answer[ten-numbers]",
        ),
    ),
    Breakage(
        name="lesson-trains-before-there-is-a-prediction",
        file="playground/ui/lessons/prediction.py",
        text="    return _vote(lesson, _NAME) is not None or bool(note(lesson.slug, _SKIPPED))\n",
        instead="    return True\n",
        tests=(
            "tests/browser/test_lessons.py::test_a_lesson_from_the_question_to_the_last_answer[ten-numbers]",
        ),
    ),
    Breakage(
        name="walk-through-prints-the-answer-before-the-prediction",
        file="playground/ui/lessons/walkthrough.py",
        text="    may_go_on = has_committed(walkthrough)\n",
        instead="    may_go_on = True\n",
        tests=("tests/ui/test_spoilers.py::test_the_walk_through_does_not_answer_what_it_asks",),
    ),
    Breakage(
        name="outcome-can-be-opened-before-it-is-there",
        file="playground/ui/lessons/steps.py",
        text='    return has_come_out(slug) or bool(note(slug, "skipped"))\n',
        instead="    return True\n",
        tests=(
            "tests/ui/test_steps.py::test_what_tells_the_outcome_cannot_be_opened_before_it",
            "tests/ui/test_spoilers.py::test_a_lesson_does_not_answer_what_it_asks[ten-numbers-en]",
        ),
    ),
    Breakage(
        name="outcome-takes-the-learner-away-from-another-step",
        file="playground/ui/lessons/steps.py",
        text='    if _open_step(slug) == "prediction":\n',
        instead="    if _open_step(slug):\n",
        tests=(
            "tests/ui/test_steps.py::test_with_the_outcome_moves_on_who_waits_for_it_once[question-question]",
        ),
    ),
    Breakage(
        name="claim-may-be-about-a-run-that-is-not-there",
        file="playground/lessons/load.py",
        text='        _expect(f"run of the claim {claim.id}", filter(None, (claim.run, claim.than)), names)\n',
        instead="        pass\n",
        tests=("tests/lessons/test_load.py::test_a_broken_lesson_says_what_does_not_fit",),
    ),
    Breakage(
        name="text-may-lack-a-claim",
        file="playground/lessons/load.py",
        text='        _same(f"{code}.md, claims", words.cited, {claim.id for claim in lesson.claims})\n',
        instead="",
        tests=("tests/lessons/test_load.py::test_a_broken_lesson_says_what_does_not_fit",),
    ),
    Breakage(
        name="network-ahead-of-one-other-is-ahead-of-all",
        file="playground/core/verdict.py",
        text="        if all(compare(own, them) == direction for them in others):\n",
        instead="        if any(compare(own, them) == direction for them in others):\n",
        tests=(
            "tests/core/test_verdict.py::test_one_is_ahead_only_if_each_of_its_seeds_is",
            "tests/ui/test_lessons.py::test_the_network_that_is_ahead_is_named_whichever_it_is",
        ),
    ),
    Breakage(
        name="copies-of-a-neuron-count-as-different",
        file="playground/core/weights.py",
        text="        if all(np.abs(column - other).max() > near for other in distinct):\n",
        instead="        if all(np.abs(column - other).max() >= 0 for other in distinct):\n",
        tests=("tests/core/test_weights.py::test_neurons_that_weigh_the_same_are_counted_once",),
    ),
    Breakage(
        name="overlapping-seeds-are-called-better",
        file="playground/core/verdict.py",
        text="    if min(values) > max(others):\n",
        instead="    if max(values) > max(others):\n",
        tests=("tests/core/test_verdict.py::test_one_is_higher_only_if_every_seed_is",),
    ),
)

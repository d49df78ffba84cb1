"""What those hear who follow runs, broken on purpose."""

from typing import Final

from tests.breakages.breakage import Breakage

_FILE: Final = "playground/ui/live/feed.py"
_TESTS: Final = "tests/ui/test_live.py"

BREAKAGES: Final = (
    Breakage(
        name="each-event-is-told-again-and-again",
        file=_FILE,
        text="            known.after = event.seq\n",
        instead="",
        tests=(f"{_TESTS}::test_each_event_is_told_once",),
    ),
    Breakage(
        name="events-come-out-of-order",
        file=_FILE,
        text="        for event in news.events:\n",
        instead="        for event in reversed(news.events):\n",
        tests=(f"{_TESTS}::test_each_event_is_told_once",),
    ),
    Breakage(
        name="page-hears-on-of-a-run-that-it-left",
        file=_FILE,
        text="        for run in self._followed.keys() - known.keys():\n            del self._followed[run]\n",
        instead="",
        tests=(f"{_TESTS}::test_a_run_that_was_left_is_told_of_no_more",),
    ),
    Breakage(
        name="points-of-a-run-that-began-again-are-not-told",
        file=_FILE,
        text="            if known.wants_events:\n                known.after = 0\n",
        instead="",
        tests=(f"{_TESTS}::test_a_run_that_begins_anew_tells_its_events_again",),
    ),
    Breakage(
        name="page-is-not-drawn-anew-when-a-run-is-anothers",
        file=_FILE,
        text="        standing = (news.state, news.owner, known.rates, self._service.trouble)\n",
        instead="        standing = (news.state, known.rates, self._service.trouble)\n",
        tests=(f"{_TESTS}::test_the_page_is_drawn_anew_when_it_says_something_else",),
    ),
    Breakage(
        name="run-that-is-gone-ends-what-is-told-of-others",
        file=_FILE,
        text='            return [_message(run, "gone", {})]\n',
        instead="            raise\n",
        tests=(f"{_TESTS}::test_a_run_that_is_gone_is_said_and_the_others_go_on",),
    ),
    Breakage(
        name="whoever-leaves-is-listened-to-for-ever",
        file=_FILE,
        text="        self._service.leave(self._listener)\n",
        instead="        self._is_over = True\n",
        tests=(f"{_TESTS}::test_a_page_that_leaves_is_listened_to_no_more",),
    ),
    Breakage(
        name="answer-about-another-picture",
        file="playground/ui/live/routes.py",
        text="else probabilities[index]\n",
        instead="else probabilities[index - 1]\n",
        tests=(f"{_TESTS}::test_what_a_network_says_of_one_picture_is_served",),
    ),
)

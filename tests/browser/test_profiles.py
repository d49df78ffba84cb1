"""Who gets a browser that another has left is a stranger to the page all the same."""

from __future__ import annotations

import pytest

from tests.browser.visits import Visits

pytestmark = pytest.mark.browser

KEEP = """() => {
    localStorage.setItem("kept", "1");
    sessionStorage.setItem("kept", "1");
    document.cookie = "kept=1; path=/";
}"""

KEPT = """() => [
    localStorage.getItem("kept"), sessionStorage.getItem("kept"), document.cookie.includes("kept")
]"""


def test_nothing_is_left_for_the_next_visitor(open_page: Visits) -> None:
    first = open_page("/about", width=999)
    browser, cookies = first.context, first.context.cookies()
    first.evaluate(KEEP)
    open_page.leave(first)
    second = open_page("/about", width=999)
    assert second.context is browser
    assert second.evaluate(KEPT) == [None, None, False]
    assert second.evaluate("history.length") <= 2  # of its own: the empty tab and the page
    assert cookies
    assert {it["value"] for it in cookies}.isdisjoint(it["value"] for it in browser.cookies())

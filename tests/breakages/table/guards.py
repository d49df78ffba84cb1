"""What keeps strangers out, broken on purpose."""

from typing import Final

from tests.breakages.breakage import Breakage

_GUARDS: Final = "tests/ui/guard"

BREAKAGES: Final = (
    Breakage(
        name="no-rate-is-kept-to",
        file="playground/ui/guard/rates.py",
        text="        return max(0.0, -self._level / self._rate.each_second)\n",
        instead="        return 0.0\n",
        tests=(f"{_GUARDS}/test_rates.py::test_what_comes_at_once_and_what_comes_later",),
    ),
    Breakage(
        name="page-that-sends-without-end-is-heard",
        file="playground/ui/guard/messages.py",
        text="            if self._in_a_row > ENDLESS:\n",
        instead="            if self._in_a_row < 0:\n",
        tests=(f"{_GUARDS}/test_messages.py::test_who_sends_without_end_is_left",),
    ),
    Breakage(
        name="page-of-another-site-may-ask",
        file="playground/ui/guard/origins.py",
        text="        if place is not None and place in map(Place.of_host, hosts):\n",
        instead="        if place is not None:\n",
        tests=(f"{_GUARDS}/test_origins.py::test_who_may_ask",),
    ),
    Breakage(
        name="any-name-stands-for-this-machine",
        file="playground/ui/guard/origins.py",
        text="        reason = self._wrong_host(headers) or self._wrong_origin(headers)\n",
        instead="        reason = self._wrong_origin(headers)\n",
        tests=(f"{_GUARDS}/test_origins.py::test_who_may_ask",),
    ),
    Breakage(
        name="visitor-is-whoever-a-cookie-says",
        file="playground/ui/visitor.py",
        text="    if not SECRET.fullmatch(secret) or not hmac.compare_digest(signature, _signature(secret)):\n",
        instead="    if not SECRET.fullmatch(secret):\n",
        tests=(f"{_GUARDS}/test_cookie.py::test_what_this_server_has_not_signed_is_not_believed",),
    ),
    Breakage(
        name="scripts-can-read-the-visitors-secret",
        file="playground/ui/guard/cookie.py",
        text='{cookie_value(secret)}", "HttpOnly"]',
        instead='{cookie_value(secret)}"]',
        tests=(f"{_GUARDS}/test_cookie.py::test_a_page_brings_a_secret_that_no_script_can_read",),
    ),
)

"""Only the server's own pages may ask it, and only by names that are its own."""

from __future__ import annotations

import pytest

from playground.ui.guard.origins import Origins, listed
from tests.ui.guard.asking import ask, behind, scope_of

SCHOOL = "https://playground.example.org"


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("address", "host", "origin", "further", "status"),
    [
        ("127.0.0.1", "127.0.0.1:8501", None, {}, 200),
        ("127.0.0.1", "localhost:8501", "http://localhost:8501", {}, 200),
        ("127.0.0.1", "[::1]:8501", "http://[::1]:8501", {}, 200),
        ("::1", "[::1]:8501", None, {}, 200),
        ("127.0.0.1", "play.localhost:8501", "http://play.localhost:8501", {}, 200),
        ("127.0.0.1", "127.0.0.1:8501", "http://evil.example", {}, 403),
        ("127.0.0.1", "127.0.0.1:8501", "http://127.0.0.1:9999", {}, 403),
        ("127.0.0.1", "127.0.0.1:8501", "http://127.0.0.1.evil.example:8501", {}, 403),
        ("127.0.0.1", "127.0.0.1:8501", "null", {}, 403),
        ("127.0.0.1", "127.0.0.1:8501", "", {}, 403),
        ("127.0.0.1", "127.0.0.1:8501", "http://[::1", {}, 403),
        # a name of another site that stands for 127.0.0.1
        ("127.0.0.1", "evil.example:8501", None, {}, 403),
        ("127.0.0.1", "evil.example:8501", "http://evil.example:8501", {}, 403),
        ("localhost", "evil.example:8501", "http://evil.example:8501", {}, 403),
        ("127.0.0.1", "127.0.0.1@evil.example", None, {}, 403),
        ("127.0.0.1", "a/b", None, {}, 403),
        ("127.0.0.1", "localhost:99999", None, {}, 403),
        # behind a proxy on the same machine
        ("127.0.0.1", "playground.example.org", SCHOOL, {"X-Forwarded-For": "10.0.0.9"}, 200),
        ("127.0.0.1", "playground.example.org", "https://evil.example", {"X-Forwarded-For": "1"}, 403),
        ("127.0.0.1", "localhost:8501", SCHOOL, {"X-Forwarded-Host": "playground.example.org"}, 200),
        ("127.0.0.1", "127.0.0.1:8501", "https://evil.example", {"X-Forwarded-Host": "b.example"}, 403),
        # for all to see
        ("::", "192.168.1.5:8501", "http://192.168.1.5:8501", {}, 200),
        (None, "App.streamlit.app", "https://app.streamlit.app", {}, 200),
        (None, "app.streamlit.app:443", "https://app.streamlit.app", {}, 200),
        (None, "app.streamlit.app", "https://evil.example", {}, 403),
        (None, "10.1.2.3:8501", None, {}, 200),
    ],
)  # fmt: skip
def test_who_may_ask(
    kind: str,
    address: str | None,
    host: str,
    origin: str | None,
    further: dict[str, str],
    status: int,
) -> None:
    headers = {"Host": host, **further} | ({} if origin is None else {"Origin": origin})
    asked = ask(Origins(behind, address), scope_of(kind=kind, headers=headers))
    assert asked.status == (101 if (kind, status) == ("websocket", 200) else status)
    assert len(asked.scopes) == (status == 200)


def test_a_listed_origin_is_the_servers_own() -> None:
    headers = {"Host": "playground.example.org", "Origin": SCHOOL}
    guard = Origins(behind, "127.0.0.1", listed(f"https://a.example, {SCHOOL}/"))
    assert ask(guard, scope_of(headers=headers)).status == 200
    other = scope_of(headers={"Host": "localhost", "Origin": "https://b.example"})
    assert ask(guard, other).status == 403


def test_streamlit_sees_a_page_of_its_own_even_behind_a_proxy() -> None:
    further = {"Origin": SCHOOL, "X-Forwarded-Host": "playground.example.org"}
    scope = scope_of(kind="websocket", headers={"Host": "127.0.0.1:8501", **further})
    (seen,) = ask(Origins(behind, None), scope).scopes
    assert dict(seen["headers"])[b"host"] == b"playground.example.org"
    assert dict(scope["headers"])[b"host"] == b"127.0.0.1:8501"  # the server's own is left alone


def test_an_operator_may_open_the_server_to_all() -> None:
    headers = {"Host": "127.0.0.1:8501", "Origin": "https://any.example"}
    guard = Origins(behind, "127.0.0.1", open_to_all=True)
    assert ask(guard, scope_of(kind="websocket", headers=headers)).status == 101


def test_a_refusal_says_what_to_do() -> None:
    guard = Origins(behind, "127.0.0.1")
    assert ask(guard, scope_of(headers={"Host": "play.example"})).text == (
        "received the host 'play.example', expected localhost or 127.0.0.1, because this server listens "
        "on its own machine only. If that name is its own, list it: PLAYGROUND_ORIGINS=https://play.example\n"
    )

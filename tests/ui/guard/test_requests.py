"""What a request may be: its method, its path, its size."""

from __future__ import annotations

import pytest
from starlette.types import Scope

from playground.ui.guard.requests import Requests, TooMuchError
from tests.ui.guard.asking import ask, behind, scope_of

UPLOAD = "_stcore/upload_file/"


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        (scope_of("/"), 200),
        (scope_of("/lessons", method="HEAD"), 200),
        (scope_of("/_stcore/health"), 200),
        (scope_of("/_stcore/host-config"), 200),
        (scope_of("/_stcore/stream", kind="websocket"), 101),
        (scope_of("/_stcore/metrics"), 404),
        (scope_of("/_stcore/script-health-check"), 404),
        (scope_of("/_stcore/agent/openapi.json"), 404),
        (scope_of("/_stcore/upload_file/session/file", method="PUT"), 404),
        (scope_of("/auth/login"), 404),
        (scope_of("/oauth2callback"), 404),
        (scope_of("/component/x/index.html"), 404),
        (scope_of("/", method="POST"), 405),
        (scope_of("/", method="DELETE"), 405),
        (scope_of("/" + "x" * 3_000), 414),
        (scope_of(query=b"x" * 40_000), 414),
        (scope_of("/_stcore/stream", kind="websocket", query=b"x" * 40_000), 403),
        (scope_of(headers={"Cookie": "x" * 40_000}), 431),
        (scope_of(headers={"Content-Length": "5"}), 413),
        (scope_of(headers={"Content-Length": "9" * 5_000}), 413),
        (scope_of(headers={"Content-Length": "-5"}), 400),
        (scope_of(headers={"Transfer-Encoding": "chunked"}), 413),
    ],
    ids=lambda it: f"{it['path']:.20}" if isinstance(it, dict) else str(it),
)
@pytest.mark.parametrize("base", ["", "/play"])
def test_what_may_be_asked(scope: Scope, status: int, base: str) -> None:
    asked = ask(Requests(behind, base), {**scope, "path": base + scope["path"]})
    assert asked.status == status
    assert bool(asked.scopes) == (status in (101, 200))


def test_a_path_that_takes_a_body_takes_so_much_of_it() -> None:
    guard = Requests(behind, "", {UPLOAD: 10})

    def upload(*parts: bytes, **headers: str) -> int:
        scope = scope_of(f"/{UPLOAD}a/b", method="PUT", headers=headers)
        last = len(parts) - 1
        messages = [
            {"type": "http.request", "body": part, "more_body": number < last}
            for number, part in enumerate(parts)
        ]
        return ask(guard, scope, messages).status

    assert upload(b"12345", b"67890", **{"Content-Length": "10"}) == 200
    assert upload(b"12345", b"678901", **{"Content-Length": "11"}) == 413
    with pytest.raises(TooMuchError):  # whatever it said before
        upload(b"12345", b"678901", **{"Transfer-Encoding": "chunked"})
    assert ask(guard, scope_of("/", method="PUT")).status == 405

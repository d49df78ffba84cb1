"""Each browser gets a secret of its own with the page; only what this server has signed is believed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from playground.core.errors import StoreError
from playground.core.visitor import owner_of, renewed
from playground.ui import signing_key, visitor
from playground.ui.guard import cookie
from playground.ui.guard.cookie import OLD, VisitorCookie
from playground.ui.visitor import visitor_of
from tests.ui.guard.asking import ask, behind, scope_of

KNOWN = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield the data folder of a server that has just started."""
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path))
    service = SimpleNamespace(has_owner=lambda owner: owner == owner_of(renewed(KNOWN)))
    monkeypatch.setattr(cookie, "training_service", lambda: service)
    forget()
    yield tmp_path
    forget()


def forget() -> None:
    """Be a server that starts anew."""
    signing_key.signing_key.cache_clear()
    visitor.cookie_name.cache_clear()


def open_page(
    cookies: dict[str, str] | None = None,
    *,
    base: str = "",
    embedded: bool = False,
    scheme: str = "http",
    proxy: str = "",
) -> list[str]:
    """Return what the server sets with a page.

    Args:
        cookies: of the browser.
        base: the path under which the app is served.
        embedded: whether other sites may show the page.
        scheme: by which the server is reached.
        proxy: by which scheme a proxy in front says that it is.
    """
    sent = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
    headers = {"Accept": "text/html,*/*", "Cookie": sent, "X-Forwarded-Proto": proxy}
    guard = VisitorCookie(behind, base, is_embedded=embedded)
    return ask(guard, scope_of(scheme=scheme, headers=headers)).headers("set-cookie")


def kept(line: str) -> dict[str, str]:
    """Return what a browser keeps of a cookie that was set."""
    name, _, value = line.partition(";")[0].partition("=")
    return {name: value}


def test_a_page_brings_a_secret_that_no_script_can_read() -> None:
    (line,) = open_page()
    assert re.fullmatch(
        r"playground_[0-9a-f]{8}=[0-9a-f]{32}\.[0-9a-f]{32}; HttpOnly; Path=/; Max-Age=31536000; SameSite=Lax",
        line,
    )
    assert kept(open_page()[0]) != kept(line)


def test_a_known_browser_keeps_its_secret_and_its_name() -> None:
    (first,) = open_page()
    (second,) = open_page(kept(first))
    assert kept(second) == kept(first)
    assert re.fullmatch(r"[0-9a-f]{32}", visitor_of(kept(first)))
    secret = next(iter(kept(first).values())).partition(".")[0]
    assert visitor_of(kept(first)) == owner_of(secret)
    forget()  # the server is started again
    assert kept(open_page(kept(first))[0]) == kept(first)


def test_what_is_no_page_brings_none() -> None:
    assert ask(VisitorCookie(behind, "", is_embedded=False), scope_of()).headers("set-cookie") == []


def test_what_this_server_has_not_signed_is_not_believed() -> None:
    (line,) = open_page()
    ((name, value),) = kept(line).items()
    for forged in (KNOWN, f"{KNOWN}.{'0' * 32}", f"{KNOWN}.{value[33:]}", value[:-1], "", "."):
        assert visitor_of({name: forged}) == ""
        assert kept(open_page({name: forged})[0])[name].partition(".")[0] != KNOWN


def test_over_https_the_cookie_stays_there_and_cannot_come_from_elsewhere() -> None:
    (plain,) = open_page()
    for scheme, proxy in (("https", ""), ("http", "https")):
        (line,) = open_page(base="/play", scheme=scheme, proxy=proxy)
        assert line.startswith("__Host-playground_")
        assert line.endswith("; HttpOnly; Path=/; Max-Age=31536000; Secure; SameSite=Lax")
        assert visitor_of(kept(plain) | kept(line)) == visitor_of(kept(line)) != ""
        (again,) = open_page(kept(line) | kept(plain), scheme=scheme, proxy=proxy)
        assert kept(again) == kept(line)
        assert visitor_of(kept(open_page(kept(plain), scheme=scheme, proxy=proxy)[0])) not in (
            "",
            visitor_of(kept(plain)),
        )


def test_where_other_sites_may_show_the_page_its_cookie_goes_with_it() -> None:
    (line,) = open_page(embedded=True, scheme="https")
    assert line.endswith("; Secure; SameSite=None; Partitioned")
    assert open_page(embedded=True)[0].endswith(
        "SameSite=Lax"
    )  # browsers take no other without HTTPS


def test_below_a_base_path_the_cookie_goes_there_only() -> None:
    assert "; Path=/play;" in open_page(base="/play")[0]


def test_two_servers_of_one_host_do_not_take_each_others_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = open_page()
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path / "other"))
    forget()
    (second,) = open_page(kept(first))
    assert kept(first).keys() != kept(second).keys()
    assert visitor_of(kept(first)) == ""


def test_an_old_name_with_runs_is_exchanged_for_a_secret_that_keeps_them() -> None:
    new, old = open_page({OLD: KNOWN}, base="/play")
    assert visitor_of(kept(new)) == owner_of(renewed(KNOWN))
    assert KNOWN not in new
    assert old == f"{OLD}=; Path=/play; Max-Age=0"


def test_an_old_name_that_was_planted_is_worth_nothing() -> None:
    mine = kept(open_page()[0])
    secret = next(iter(mine.values())).partition(".")[0]
    for planted in ("f" * 32, secret, "x", KNOWN[:-1]):
        new, _ = open_page({OLD: planted})
        assert visitor_of(kept(new)) not in ("", visitor_of(mine), owner_of(renewed(planted)))
    (new, _) = open_page({**mine, OLD: KNOWN})
    assert visitor_of(kept(new)) == visitor_of(mine)  # who has a secret needs no old name


def test_while_the_store_cannot_be_asked_an_old_name_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_owner: str) -> bool:
        raise StoreError("locked")

    monkeypatch.setattr(cookie, "training_service", lambda: SimpleNamespace(has_owner=fail))
    assert open_page({OLD: KNOWN}) == []
    assert len(open_page()) == 1


def test_without_a_folder_a_visitor_is_known_while_the_browser_and_the_server_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder / "a file"
    file.touch()
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(file / "no folder"))
    forget()
    (line,) = open_page()
    assert "Max-Age" not in line
    assert kept(open_page(kept(line))[0]) == kept(line)

"""The server's process: cold deep links, no stray pages, memory, sockets, and a base path.

One server is asked in the order of the tests: it is cold at the first, and ended by the last.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import expect

from tests.browser.app_server import ROOT, AppServer, serve
from tests.browser.conftest import ONE_WORKER, Launch
from tests.browser.visits import Visits
from tests.browser.watching import (
    ENDLESS,
    button,
    curves,
    link,
    press_train,
    sentence,
    wait_for_points,
    wait_until_over,
    wait_until_paused,
)

pytestmark = pytest.mark.browser

MEMORY = 260e6
"""Bytes that the page's process may take after six visitors."""

Visit = Callable[[str], Visits]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """Yield a server of the tests below alone, which the last of them ends."""
    with serve(tmp_path_factory.mktemp("server"), environment=ONE_WORKER) as server:
        yield server


def test_a_cold_server_shows_the_page_of_a_deep_link(open_page: Visits) -> None:
    page = open_page("/about?lang=zh")
    expect(page.locator(".st-key-header h1")).to_have_text("神经网络游乐场")
    expect(page.locator(".st-key-about")).to_be_visible()
    expect(page.locator(".curves")).to_have_count(0)
    page.get_by_role("link", name="游乐场", exact=True).click()
    expect(curves(page, "recorded")).to_have_count(1)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_the_pages_process_stays_small_and_never_loads_tensorflow(
    server: AppServer, open_page: Visits
) -> None:
    for number in range(5):
        page = open_page(f"/?train_size=2000&epochs=2&seed={number}")
        if number % 4 == 0:
            press_train(page)
            wait_until_over(page)
        open_page.leave(page)
    loaded = Path(f"/proc/{server.process.pid}/maps").read_text(encoding="utf-8")
    assert "numpy" in loaded
    assert [line for line in loaded.splitlines() if "tensorflow" in line or "keras" in line] == []
    assert server.process.memory_info().rss < MEMORY


def test_nothing_listens_or_speaks_beyond_this_computer(
    server: AppServer, open_page: Visits
) -> None:
    page = open_page("/?train_size=2000&epochs=100")
    press_train(page)
    wait_for_points(page, 2)
    listening = set()
    for process in (server.process, *server.children()):
        for socket in process.net_connections(kind="inet"):
            assert socket.laddr.ip == "127.0.0.1", (process.cmdline(), socket)
            assert not socket.raddr or socket.raddr.ip == "127.0.0.1", (process.cmdline(), socket)
            if socket.status == psutil.CONN_LISTEN:
                listening.add(socket.laddr.port)
    assert server.port in listening
    button(page, "stop").click()
    wait_until_over(page)


def test_a_page_that_asked_another_computer_would_be_noted_and_get_no_answer(
    open_page: Visits,
) -> None:
    page = open_page("/about", obeys_policy=False)  # which lets a page ask nobody else
    # The same server by a name, which a browser may not look up; it would answer.
    address = f"{page.url.partition('/about')[0].replace('127.0.0.1', 'localhost')}/_stcore/health"
    answer = page.evaluate(
        "(address) => fetch(address, { mode: 'no-cors' }).then(() => 'yes', () => 'no')", address
    )
    assert (answer, open_page.outside) == ("no", [address])
    open_page.outside.clear()
    assert all("ERR_NAME_NOT_RESOLVED" in error for error in open_page.errors)
    open_page.errors.clear()


def test_under_a_base_path_the_curves_are_live_and_no_stray_file_is_served(
    launch: Launch, visit: Visit, tmp_path: Path
) -> None:
    copy = tmp_path / "project"
    copy.mkdir()
    for name in ("streamlit_app.py", "playground", ".streamlit"):
        (copy / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "pages", copy / "pages")
    stray = copy / "pages" / "secret.py"
    stray.write_text('import streamlit as st\n\nst.write("nobody should read this")\n')
    server = launch(root=copy, base="/play")
    visitors = visit(server.url)
    page = visitors("/secret")  # the first that this server is ever asked
    expect(page.locator(".st-key-header h1")).to_be_visible()
    expect(page.get_by_text("nobody should read this")).to_have_count(0)
    expect(curves(page, "recorded")).to_have_count(1)
    # Streamlit's own script says that there is no such page; any other error is one of ours.
    assert [error for error in visitors.errors if "does not seem to exist" not in error] == []
    visitors.errors.clear()

    page = visitors("/?train_size=2000&epochs=2")
    asked: list[tuple[str, int]] = []
    sockets: list[str] = []
    page.on("websocket", lambda it: sockets.append(it.url))
    page.on(
        "response",
        lambda it: asked.append((it.url, it.status)) if "/live/" in it.url else None,
    )
    press_train(page)
    wait_until_over(page)
    assert sentence(page) == "Trained all 2 epochs."
    live = f"{server.url}/live"
    assert sockets == [live.replace("http", "ws")]
    assert set(asked) == {(f"{live}/{link(page)['run']}/answers/0", 200)}
    expect(visitors("/about").locator(".st-key-about")).to_be_visible()


def test_a_server_ends_when_it_is_told_to_although_a_page_is_open(
    server: AppServer, open_page: Visits
) -> None:
    page = open_page(ENDLESS)
    press_train(page)
    wait_for_points(page, 2)
    button(page, "pause").click()
    wait_until_paused(page)
    page.wait_for_timeout(500)  # its stream is open, and there is nothing to tell
    assert server.stop() == []
    page.close()
    open_page.errors.clear()  # all are about the server that is away

"""What strangers try with the real server: it asks nobody, takes little in, and quotes without links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

import psutil
import pytest
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets import Origin
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.browser.app_server import PATIENCE, AppServer
from tests.browser.conftest import Launch
from tests.browser.visits import Visits, wait_until_drawn
from tests.browser.watching import button, curves, press_train, wait_for_points, wait_until_over

pytestmark = pytest.mark.browser

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what a teacher serves a class on
HEARTBEAT = BackMsg(app_heartbeat=True).SerializeToString()
MEGABYTE = 1_000_000
ROOM = 25 * MEGABYTE
"""By how much the page's process may grow while it is flooded."""


@contextmanager
def stream(server: AppServer, origin: str | None = None) -> Iterator[ClientConnection]:
    """Yield a websocket to the server, as a page's."""
    address = f"{server.url.replace('http', 'ws', 1)}/_stcore/stream"
    asked_by = None if origin is None else Origin(origin)
    with connect(address, origin=asked_by, open_timeout=PATIENCE, max_size=None) as socket:
        yield socket


def send_and_wait(server: AppServer, message: str | bytes | Iterable[bytes]) -> None:
    """Send a message through a websocket of its own, and wait for more than will ever come.

    Raises:
        ConnectionClosed: the server ended the connection.
    """
    with stream(server) as socket:
        socket.send(message)
        while True:
            socket.recv(timeout=PATIENCE)


def refusal(server: AppServer, origin: str) -> int:
    """Return the status with which a websocket of a page of that origin is refused."""
    with pytest.raises(InvalidStatus) as refused, stream(server, origin):
        pass
    return refused.value.response.status_code


def status(
    server: AppServer, path: str, method: str = "GET", body: bytes = b"", **headers: str
) -> int:
    """Return what a request is answered with."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    try:
        connection.request(method, path, body or None, headers)
        return connection.getresponse().status
    except ConnectionError:  # it hung up amid what it did not want to hear
        return 413
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("address", "base"),
    [(None, ""), (EVERYWHERE, "/play")],
    ids=["as it comes", "for all"],
)
def test_nobody_is_asked_for_anything_whatever_an_origin_says(
    launch: Launch, address: str | None, base: str
) -> None:
    server = launch(address=address, base=base)
    own = server.url.removesuffix(base)
    for origin in ("http://evil.example", "https://8.8.8.8:8501", "http://[2001:db8::1]", "null"):
        assert refusal(server, origin) == 403
        assert status(server, f"{base}/live/x", Origin=origin) == 403
    with stream(server, own) as socket:
        socket.send(HEARTBEAT)
        assert socket.recv(timeout=PATIENCE)
    # The server notes each look-up, and each address beyond this computer, of all its processes.
    assert server.asked_outside == ""
    assert f"The playground: http://localhost:{server.port}{base}\n" in server.log


def test_a_server_for_this_computer_answers_to_its_own_names_only(server: AppServer) -> None:
    assert status(server, "/", Host=f"localhost:{server.port}") == 200
    assert status(server, "/", Host=f"evil.example:{server.port}") == 403


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"/live/x/answers/{'9' * 1_500}", 404),
        (f"/live/x/answers/{'9' * 5_000}", 414),
        (f"/live/x?after={'9' * 40_000}", 414),
        ("/live/%00/answers/1", 400),
        ("/live/..%2f..%2fetc/answers/1", 400),
        ("/_stcore/metrics", 404),
        ("/_stcore/agent/openapi.json", 404),
        ("/_stcore/upload_file/a/b", 404),
        ("/auth/login?provider=x", 404),
        ("/component/a/b", 404),
    ],
)
def test_a_bad_request_gets_a_plain_answer(server: AppServer, path: str, expected: int) -> None:
    assert status(server, path) == expected


@pytest.fixture
def steady(server: AppServer, open_page: Visits) -> Iterator[None]:
    """See that neither the page's process nor its log grows while a test floods the server."""
    open_page("/")  # so that what a first page needs is there
    before, lines = server.process.memory_info().rss, server.log.count("\n")
    yield
    assert server.process.memory_info().rss - before < ROOM
    assert server.log.count("\n") - lines < 150


@pytest.mark.usefixtures("steady")
def test_uploads_and_floods_of_bad_requests_leave_nothing_behind(server: AppServer) -> None:
    upload = bytes(5 * MEGABYTE)
    for _ in range(20):
        assert status(server, "/_stcore/upload_file/a/b", "PUT", upload) in (404, 413)
    for number in range(300):
        assert status(server, f"/live/x/answers/{number}{'9' * 900}") == 404
        assert status(server, "/", "POST") == 405


@pytest.mark.usefixtures("steady")
def test_messages_that_no_page_sends_end_their_connection(
    server: AppServer, open_page: Visits
) -> None:
    page = open_page("/about")
    parts = (bytes(10_000) for _ in range(3_000))
    large = bytes(30 * MEGABYTE)
    noise: list[str | bytes] = [b"\xff" * 100, "a text"] * 40
    messages: list[tuple[str | bytes | Iterable[bytes], int]] = [
        (large, 1009),
        (bytes(200_000), 1009),
        (parts, 1009),
    ]
    for message, code in messages + [(it, 1002) for it in noise]:
        with pytest.raises(ConnectionClosed) as closed:
            send_and_wait(server, message)
        assert closed.value.rcvd is None or closed.value.rcvd.code == code
    page.reload()
    wait_until_drawn(page)


def test_what_came_is_shown_as_text_and_never_as_a_link(open_page: Visits) -> None:
    evil = "https://evil.example/login"
    seen = 0
    for path in (
        f"/?dataset={evil}&epochs=www.evil.example&seed=me@evil.example&lang={evil}",
        f"/?run={evil}&{evil}=1&:material/bolt:=1&lr=[a]({evil})&l2=<a href={evil}>",
        f"/about?{evil}=1&dataset=mailto:me@evil.example&lang=zh",
    ):
        page = open_page(path)
        warning = page.locator(".st-key-link_problems [data-testid=stAlert]")
        expect(warning).to_contain_text("evil.example")
        seen += (warning.text_content() or "").count("evil")
        hrefs = page.eval_on_selector_all("a[href]", "links => links.map((link) => link.href)")
        assert [href for href in hrefs if not href.startswith(open_page.url)] == []
        assert (
            warning.locator("a, img, [data-testid=stIconMaterial]:not(:first-child)").count() == 0
        )
        open_page.leave(page)
    assert seen >= 9


def test_our_policy_holds_nothing_up_that_a_page_needs(open_page: Visits) -> None:
    """What it holds up is an error in the console, and an error there fails every test: those of lessons, too."""
    page = open_page("/?train_size=1000&epochs=1")
    expect(page.locator(".curves-plot .main-svg").first).to_be_visible()
    expect(page.locator(".picture[data-index]")).to_be_visible()
    button(page, "train").click()
    expect(curves(page, "finished")).to_have_count(1)
    plain = open_page("/about", blocked="/assets/")
    plain.goto(open_page.url)  # with the chart of Streamlit's own
    expect(plain.locator("[data-testid=stPlotlyChart] .main-svg").first).to_be_visible()


def test_only_pages_that_may_can_show_ours_inside_them(server: AppServer) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    connection.request("GET", "/")
    policy = connection.getresponse().headers["Content-Security-Policy"]
    connection.close()
    assert "frame-ancestors 'self' https://*.streamlit.app" in policy
    assert "default-src 'self'; " in policy


def test_a_visitor_is_known_by_a_cookie_that_scripts_cannot_read(open_page: Visits) -> None:
    page = open_page("/?train_size=1000&epochs=100&seed=77")
    (cookie,) = (it for it in page.context.cookies() if it["name"].startswith("playground"))
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")
    assert "playground" not in page.evaluate("document.cookie")
    press_train(page)
    wait_for_points(page, 1)
    page.reload()
    wait_until_drawn(page)
    button(page, "stop").click()  # so the run is still this visitor's
    wait_until_over(page)
    expect(curves(page, "stopped")).to_have_count(1)


def test_a_name_that_was_planted_is_not_taken_on(open_page: Visits) -> None:
    page = open_page("/about")
    planted = {"name": "playground_visitor", "value": "0" * 32, "url": open_page.url}
    page.context.clear_cookies()
    page.context.add_cookies([planted])  # type: ignore[list-item]
    page.reload()
    wait_until_drawn(page)
    names = {it["name"]: it["value"] for it in page.context.cookies()}
    assert "playground_visitor" not in names
    assert not any("0" * 32 in value for value in names.values())


def test_as_many_files_may_be_open_as_the_system_allows(server: AppServer) -> None:
    if not psutil.LINUX:
        pytest.skip("psutil reads limits of other processes on Linux only")
    soft, hard = server.process.rlimit(psutil.RLIMIT_NOFILE)
    assert soft == (65_536 if hard == psutil.RLIM_INFINITY else min(hard, 65_536))

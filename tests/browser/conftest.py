"""One server and one browser for all browser tests; each test has visitors of its own.

Whatever a test is about, it fails if a page or the server asks another computer for anything, if a
script of the page breaks, or if the server logs a traceback.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.app_server import PATIENCE, AppServer, serve
from tests.browser.profiles import Profiles
from tests.browser.visits import Visits, open_browser

OUTPUT = Path(__file__).parent / "output"
FAILED = pytest.StashKey[bool]()
ONE_WORKER = {"PLAYGROUND_WORKERS": "1"}

Launch = Callable[..., AppServer]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether a test failed, so that its pages can be kept as pictures."""
    report = yield
    if call.when == "call":
        item.stash[FAILED] = report.failed
    return report


# The scope is the package and not the session: Playwright keeps an event loop in the main thread, and
# other packages' tests run loops of their own there.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Yield a Chromium."""
    expect.set_options(timeout=1000 * PATIENCE)
    with sync_playwright() as playwright, open_browser(playwright) as browser:
        yield browser


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """Yield the app, served as `make run` serves it on a machine of one core: two run tests at once."""
    with serve(tmp_path_factory.mktemp("server"), environment=ONE_WORKER) as server:
        yield server


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    """Return a function that serves the app anew, with one worker, for one test alone."""
    with ExitStack() as servers:

        def launch(**arguments: Any) -> AppServer:
            arguments.setdefault("environment", ONE_WORKER)
            return servers.enter_context(serve(tmp_path, **arguments))

        yield launch


@pytest.fixture(scope="package")
def profiles(browser: Browser) -> Profiles:
    """Return the browsers that visitors have left, emptied for the next ones."""
    return Profiles(browser)


@pytest.fixture
def visit(
    browser: Browser, profiles: Profiles, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], Visits]]:
    """Return a function that gives visitors to the server at an address."""
    made: list[Visits] = []

    def visit(url: str) -> Visits:
        made.append(Visits(browser, url, profiles))
        return made[-1]

    yield visit
    picture = None
    if request.node.stash.get(FAILED, False):
        picture = OUTPUT / (re.sub(r"\W+", "-", request.node.name).strip("-") + ".png")
        OUTPUT.mkdir(exist_ok=True)
    for visits in made:
        visits.end(picture)
    assert [address for visits in made for address in visits.outside] == []
    assert [error for visits in made for error in visits.errors] == []


@pytest.fixture
def open_page(visit: Callable[[str], Visits], server: AppServer) -> Visits:
    """Return a function that opens a page of the app for a new visitor; see `Visits`."""
    return visit(server.url)

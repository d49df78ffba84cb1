"""Visitors with a browser of their own: what they load from elsewhere and what breaks is noted."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    Route,
)

from tests.browser.app_server import PATIENCE
from tests.browser.profiles import Profile, Profiles

Scheme = Literal["light", "dark"]

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
"""The last one lets every request to another computer fail, and costs the others nothing."""

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
"""The first draws the same with less work: it has no window to draw."""

PROBE = re.compile(r"/\w+/_stcore/(health|host-config)$")
"""On a deep link Streamlit's script asks for these below the page's own path first, to find out
whether that is the app's base path; the refusal is its answer."""


@contextmanager
def open_browser(playwright: Playwright) -> Iterator[Browser]:
    """Yield the machine's own Chromium, or else the one that Playwright fetched."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
    try:
        yield browser
    finally:
        browser.close()


@dataclass(frozen=True, slots=True)
class Looks:
    """What a visitor's browser is like; see `Visits.__call__`."""

    locale: str
    scheme: Scheme
    width: int
    height: int
    touch: bool
    obeys_policy: bool

    def open(self, browser: Browser) -> BrowserContext:
        """Return a fresh browser like that, without a page."""
        context = browser.new_context(
            locale=self.locale,
            color_scheme=self.scheme,
            viewport={"width": self.width, "height": self.height},
            has_touch=self.touch,
            is_mobile=self.touch,
            service_workers="block",
            bypass_csp=not self.obeys_policy,
        )
        context.set_default_timeout(1000 * PATIENCE)
        context.set_default_navigation_timeout(1000 * PATIENCE)
        return context


@dataclass
class Visits:
    """Opens pages, each for a visitor of its own, and keeps account of what they met.

    Args:
        browser: the browser that all visitors share; nothing that a page can read is shared.
        url: the server's address, without a slash at the end.
        profiles: where visitors get a browser that another has left; each gets a fresh one if there are none.
    """

    browser: Browser
    url: str
    profiles: Profiles | None = None
    outside: list[str] = field(default_factory=list)
    """Addresses on other computers that a page asked for; it got an answer from none of them."""
    errors: list[str] = field(default_factory=list)
    """Errors of the pages' scripts."""
    _contexts: dict[BrowserContext, Callable[[], None]] = field(default_factory=dict)
    """Those of the visits that go on, each with what ends that it is listened to."""
    _borrowed: dict[BrowserContext, Profile] = field(default_factory=dict)

    def __call__(
        self,
        path: str = "/",
        *,
        locale: str = "en-US",
        scheme: Scheme = "light",
        width: int = 1280,
        height: int = 800,
        touch: bool = False,
        blocked: str = "",
        obeys_policy: bool = True,
    ) -> Page:
        """Return a new visitor's page, drawn to the end.

        Args:
            path: what follows the server's address.
            locale: the browser's language.
            scheme: the browser's theme.
            width: of the window, CSS pixels.
            height: of the window, CSS pixels.
            touch: whether the window is a phone's, which knows fingers and no mouse.
            blocked: part of an address; requests for such addresses fail, websockets too.
            obeys_policy: whether the browser obeys the page's Content-Security-Policy.
        """
        looks = Looks(locale, scheme, width, height, touch, obeys_policy)
        if blocked or self.profiles is None:
            page = self._open(looks, blocked).new_page()
        else:
            page = self._borrow(looks, self.profiles).new_page()
        page.goto(self.url + path)
        wait_until_drawn(page)
        return page

    def visitor(
        self,
        *,
        locale: str = "en-US",
        scheme: Scheme = "light",
        width: int = 1280,
        height: int = 800,
        touch: bool = False,
        blocked: str = "",
        obeys_policy: bool = True,
    ) -> BrowserContext:
        """Return a fresh browser without a page; what its pages meet is noted; see `__call__`."""
        return self._open(Looks(locale, scheme, width, height, touch, obeys_policy), blocked)

    def leave(self, page: Page) -> None:
        """End a visit."""
        self._end(page.context)

    def end(self, picture: Path | None = None) -> None:
        """End all visits.

        Args:
            picture: where to keep what was seen last, if anything.
        """
        for number, context in enumerate([*self._contexts]):
            for page in self._pages(context):
                if picture is not None:
                    page.screenshot(path=picture.with_stem(f"{picture.stem}-{number}"))
                # A run that a failed test left behind would hold a worker for minutes.
                for stop in page.locator(".st-key-stop button:visible:enabled").all():
                    stop.click(timeout=5_000)
                    page.wait_for_selector('.curves:not([data-state="running"])', timeout=20_000)
            self._end(context)

    def _open(self, looks: Looks, blocked: str = "") -> BrowserContext:
        context = looks.open(self.browser)
        if blocked:
            context.route(re.compile(re.escape(blocked)), _abort)
            context.route_web_socket(re.compile(re.escape(blocked)), lambda way: way.close())
        self._listen(context, blocked)
        return context

    def _borrow(self, looks: Looks, profiles: Profiles) -> Profile:
        profile = profiles.take(looks)
        if profile is None:
            profile = Profile.open(looks, looks.open(self.browser), f"{self.url}/_stcore/health")
        self._borrowed[profile.context] = profile
        self._listen(profile.context)
        return profile

    def _end(self, context: BrowserContext) -> None:
        stop_listening = self._contexts.pop(context)
        profile = self._borrowed.pop(context, None)
        if profile is None or self.profiles is None:
            context.close()
            return
        profile.empty(self.url)
        stop_listening()
        self.profiles.leave(profile)

    def _pages(self, context: BrowserContext) -> list[Page]:
        profile = self._borrowed.get(context)
        return context.pages if profile is None else profile.pages()

    def _listen(self, context: BrowserContext, blocked: str = "") -> None:
        def watch(page: Page) -> None:
            self._watch(page, blocked)

        def note(request: Request) -> None:
            self._note_address(request.url)

        def stop() -> None:
            context.remove_listener("page", watch)
            context.remove_listener("request", note)

        context.on("page", watch)
        context.on("request", note)
        self._contexts[context] = stop

    def _watch(self, page: Page, blocked: str) -> None:
        def note(message: ConsoleMessage) -> None:
            address = message.location["url"]
            is_meant = (bool(blocked) and blocked in address) or bool(PROBE.search(address))
            if message.type == "error" and not is_meant:
                self.errors.append(f"{address}: {message.text}")

        page.on("console", note)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("websocket", lambda socket: self._note_address(socket.url))

    def _note_address(self, address: str) -> None:
        if _is_outside(address):
            self.outside.append(address)


def wait_until(page: Page, script: str, arg: object = None) -> None:
    """Wait until a script on a page returns something true.

    It is asked twenty times a second. At every frame, as Playwright does by itself, pages that wait take from a
    busy machine what they wait for.
    """
    page.wait_for_function(script, arg=arg, polling=50)


def wait_until_drawn(page: Page) -> None:
    """Wait until the page's script has run to its end and what it draws itself stands."""
    page.wait_for_selector(
        "[data-testid=stApp][data-test-connection-state=CONNECTED]"
        "[data-test-script-state=notRunning] .st-key-lang_switch button"
    )
    wait_until(
        page,
        """() => {
            const there = (selector) => document.querySelector(selector) !== null;
            return there(".st-key-about") || there(".st-key-lesson_list") || there(".lesson-title")
                || there(".curves-plot .main-svg") && there(".picture[data-index]");
        }""",
    )


def _is_outside(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1"


def _abort(route: Route) -> None:
    route.abort()

"""A walker: does with real browsers and a server of its own what actions say, and sees what comes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from playwright.sync_api import Browser, BrowserContext, ElementHandle, Page
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import TimeoutError as BrowserTimeoutError

from playground.core import url
from tests.browser.app_server import AppServer
from tests.browser.visits import Visits
from tests.browser.walk.actions import Action
from tests.browser.walk.links import SHOWN_RUN
from tests.browser.walk.own_server import OwnServer
from tests.browser.walk.page_state import PageState, find_control, read_page

QUIET: Final = 250
"""Milliseconds without a rerun or an input after which nothing more is to come: Streamlit collects
what a slider tells for 200 of them."""

REST_LIMIT: Final = 40_000
"""Milliseconds after which a page that still works is one that never rests."""

PRESS_LIMIT: Final = 6_000
"""Milliseconds in which a control that can be seen has to take a press."""

WAIT_LIMIT: Final = 60_000
"""Milliseconds for which a run is waited for, if it is short."""

SHORT: Final = 30_000
"""Pictures, those of all epochs together, that are trained in a moment."""

NOTE_CHANGES: Final = """() => {
    const walk = window.walk = { changed: performance.now(), asked: 0, begun: 0, ended: 0, answered: 0 };
    const note = () => { walk.changed = performance.now(); };
    const RERUN = 11, BEGUN = 4, ENDED = 6;  // fields of Streamlit's BackMsg and ForwardMsg
    const fields = (data) => {
        const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
        const found = new Set();
        let at = 0;
        const number = () => {
            let value = 0;
            for (let scale = 1, byte = 128; byte >= 128; scale *= 128) {
                byte = bytes[at++];
                value += (byte % 128) * scale;
            }
            return value;
        };
        while (at < bytes.length) {
            const tag = number();
            found.add(Math.floor(tag / 8));
            const length = number();  // of what is no number
            if (tag % 8 === 2) at += length;
        }
        return found;
    };
    window.WebSocket = class extends WebSocket {
        constructor(...given) {
            super(...given);
            this.addEventListener("message", ({ data }) => {
                note();
                const told = fields(data);
                if (told.has(BEGUN)) walk.begun = performance.now();
                if (told.has(ENDED)) walk.ended = performance.now();
                if (told.has(ENDED) && walk.begun > walk.asked) walk.answered = performance.now();
            });
        }
        send(data) {
            if (fields(data).has(RERUN)) walk.asked = performance.now();
            super.send(data);
        }
    };
    for (const name of ["input", "change", "click", "keydown", "popstate"]) {
        addEventListener(name, note, true);
    }
    const states = { attributes: true, subtree: true,
        attributeFilter: ["data-test-script-state", "data-test-connection-state"] };
    new MutationObserver(note).observe(document, states);
}"""
"""Notes when something last happened that a page answers with a rerun, or that was one, or was told by
one; when the page last asked its server for one, and when one that began after that had ended."""

UNANSWERED: Final = 5_000
"""Milliseconds after which nothing more is to come: a fragment that is gone is asked for in vain."""

AT_REST: Final = """([quiet, unanswered]) => {
    const { changed, asked, begun, ended, answered } = window.walk;
    const there = (selector) => document.querySelector(selector) !== null;
    return there("[data-testid=stApp][data-test-connection-state=CONNECTED]"
            + "[data-test-script-state=notRunning]")
        && !there("[data-testid=stSkeleton]")
        && [...document.querySelectorAll("details")].every(
            (box) => box.getAnimations({ subtree: true }).every((it) => it.playState !== "running"))
        && performance.now() - changed > quiet
        && ended >= begun
        && (answered > asked || performance.now() - asked > unanswered)
        && (there("[data-testid=stAlertContentError], [data-testid=stException]")
            || there(".st-key-lang_switch button") && (there(".st-key-about")
                || there(".st-key-lesson_list") || there(".lesson-title")
                || there(".curves-plot .main-svg") && there(".picture[data-index]")));
}"""
"""Whether the page's script has run to its end and what it draws stands, or it says that it broke."""

DRAWN: Final = """(limit) => new Promise((resolve) => {
    const idle = (then) => requestIdleCallback(then, { timeout: limit });
    idle(() => idle(resolve));
})"""
"""Waits until a browser has nothing left to draw; on a busy machine that is later than what it was told."""

MEANT_WHILE_AWAY: Final = re.compile(
    r"ERR_(CONNECTION|INCOMPLETE|EMPTY|SOCKET|NETWORK)|/_stcore/|server is not responding"
)
"""What a browser says of a server that is not there."""


class NotPossibleError(Exception):
    """What an action needs is not on the page."""


@dataclass(frozen=True, slots=True)
class Start:
    """How a walk begins.

    Args:
        path: what follows the server's address.
        locale: the browser's language.
        width: of the window, CSS pixels.
        height: of the window, CSS pixels.
    """

    path: str = "/"
    locale: str = "en-US"
    width: int = 1280
    height: int = 800


@dataclass
class Walker:
    """Someone at a browser, or two people at two.

    Args:
        browser: where the windows open.
        server: what is walked through; only a walk's own is ever restarted.
        start: how it begins.
    """

    browser: Browser
    server: AppServer | OwnServer
    start: Start
    tabs: list[Page] = field(default_factory=list)
    tab: int = 0
    pasted: dict[str, str] | None = None
    """The parameters of the link that the last action opened, if it opened one."""
    trouble: list[str] = field(default_factory=list)
    """What could not be done although the page offered it."""

    hurries: bool = False
    """Whether what is done now and what is done next, or was before, come as fast as they can."""
    _after_another: bool = False

    def __post_init__(self) -> None:
        self.visits = Visits(self.browser, self.server.url)
        self._people: dict[int, BrowserContext] = {}
        self._open(0, self.start.path)

    @property
    def page(self) -> Page:
        """The tab that is looked at."""
        return self.tabs[self.tab]

    def read(self) -> PageState:
        """Return the page as it stands at this moment."""
        return read_page(self.page)

    def cookies(self) -> list[Any]:
        """Return the cookies of whoever looks at the page."""
        return list(self.page.context.cookies())

    def rest(self, limit: int = REST_LIMIT) -> bool:
        """Wait until the page has answered to all that was done; return whether it came to rest.

        Args:
            limit: milliseconds after which it is given up.
        """
        try:
            self.page.wait_for_function(AT_REST, arg=[QUIET, UNANSWERED], timeout=limit)
            self.page.evaluate(DRAWN, QUIET)
        except BrowserTimeoutError:
            return False
        return True

    def do(self, action: Action) -> bool:
        """Do what an action says; return whether it was possible."""
        self.pasted = None
        after_another, self._after_another = self._after_another, action.hurried
        self.hurries = action.hurried or after_another
        try:
            getattr(self, f"_{action.name}")(**action.parameters)
        except NotPossibleError:
            return False
        return True

    def end(self) -> None:
        """Close every window."""
        for person in self._people.values():
            person.close()
        self._people.clear()

    # --- controls ----------------------------------------------------------------------------------

    def _press(self, kind: str, key: str, nth: int) -> None:
        """Click where a mouse would: of an unseen field, on its label; in a hurry without a look."""

        def click(element: ElementHandle) -> None:
            if self.hurries:
                element.evaluate("(it) => it.click()")
                return
            target = element.evaluate_handle("(it) => it.closest('label') ?? it").as_element()
            (target or element).click(timeout=PRESS_LIMIT)

        self._operate(kind, key, nth, click)

    def _slide(self, kind: str, key: str, nth: int, keys: list[str]) -> None:
        def slide(element: ElementHandle) -> None:
            for name in keys:
                element.press(name, timeout=PRESS_LIMIT)

        self._operate(kind, key, nth, slide)

    def _type(self, kind: str, key: str, nth: int, text: str, leave: str = "") -> None:
        def type_text(element: ElementHandle) -> None:
            element.fill(text, timeout=PRESS_LIMIT)
            if leave:
                element.press(leave, timeout=PRESS_LIMIT)

        self._operate(kind, key, nth, type_text)

    def _choose(self, kind: str, key: str, nth: int, option: int) -> None:
        """Open a menu and take one of its lines; with fewer lines it is counted around."""

        def choose(element: ElementHandle) -> None:
            element.click(timeout=PRESS_LIMIT)
            lines = self.page.locator("[role=option]:visible")
            lines.first.wait_for(timeout=PRESS_LIMIT)
            there = lines.count()
            if there == 0:
                raise BrowserError("the menu closed by itself")
            lines.nth(option % there).click(timeout=PRESS_LIMIT)

        self._operate(kind, key, nth, choose)

    def _operate(self, kind: str, key: str, nth: int, use: Callable[[ElementHandle], None]) -> None:
        """Do something with a control; a rerun may take it away meanwhile, so once more if need be."""
        refusal = ""
        if not self.hurries:
            self.page.mouse.move(0, 0)  # a tooltip leaves with the mouse that called it
        for _ in range(2):
            element = find_control(self.page, kind, key, nth)
            if element is None:
                raise NotPossibleError
            try:
                use(element)
            except BrowserError as error:
                refusal = str(error)
            else:
                return
        if find_control(self.page, kind, key, nth) is None:
            raise NotPossibleError
        self.trouble.append(f"{kind} {key} {nth} cannot be operated: {refusal}")

    def _shortcut(self, key: str) -> None:
        self.page.keyboard.press(key)

    # --- the browser -------------------------------------------------------------------------------

    def _paste(self, path: str, link: dict[str, str]) -> None:
        self.pasted = self._filled(link)
        self.page.goto(self._address(path, self.pasted))

    def _back(self) -> None:
        if not self.page.evaluate("navigation.canGoBack"):
            raise NotPossibleError
        self.page.go_back()

    def _forward(self) -> None:
        if not self.page.evaluate("navigation.canGoForward"):
            raise NotPossibleError
        self.page.go_forward()

    def _reload(self) -> None:
        self.page.reload()

    def _open_tab(self, visitor: int, path: str = "", link: dict[str, str] | None = None) -> None:
        """Open a link, or where one is, in another tab: one's own or another visitor's."""
        if link is None:
            address = self.page.url.removeprefix(self.server.url)
        else:
            self.pasted = self._filled(link)
            address = self._address(path, self.pasted).removeprefix(self.server.url)
        self._open(visitor, address)

    def _go_to_tab(self, tab: int) -> None:
        if tab >= len(self.tabs):
            raise NotPossibleError
        self.tab = tab
        self.page.bring_to_front()

    def _close_tab(self) -> None:
        if len(self.tabs) == 1:
            raise NotPossibleError
        self.tabs.pop(self.tab).close()
        self.tab = 0

    def _wait(self) -> None:
        """Wait until the run that is shown is over or held, if the settings are those of a short one."""
        link = self.read().link
        experiment = url.decode(link).experiment
        if experiment.epochs * experiment.train_size > SHORT:
            raise NotPossibleError
        still = '.curves[data-state="running"], .curves[data-state="queued"]'
        try:
            self.page.wait_for_function(
                "(still) => document.querySelector(still) === null", arg=still, timeout=WAIT_LIMIT
            )
        except BrowserTimeoutError:
            return  # others are in front of it; they go on

    def _restart(self, how: str) -> None:
        """End the server and start it again; the pages find it by themselves."""
        if not isinstance(self.server, OwnServer):
            raise NotPossibleError
        known = len(self.visits.errors)
        self.server.restart(how)
        for page in self.tabs:
            page.wait_for_selector("[data-test-connection-state=CONNECTED]")
        after = self.visits.errors[known:]
        self.visits.errors[known:] = [it for it in after if not MEANT_WHILE_AWAY.search(it)]

    def _open(self, visitor: int, path: str) -> None:
        person = self._people.get(visitor)
        if person is None:
            start = self.start
            person = self.visits.visitor(
                locale=start.locale, width=start.width, height=start.height
            )
            person.add_init_script(f"({NOTE_CHANGES})()")
            self._people[visitor] = person
        page = person.new_page()
        self.tabs.append(page)
        self.tab = len(self.tabs) - 1
        page.goto(self.server.url + path)

    def _filled(self, link: dict[str, str]) -> dict[str, str]:
        """Return a link's parameters with the run that is shown in the place for it."""
        shown = self.read().run if any(SHOWN_RUN in value for value in link.values()) else ""
        return {
            name: value.replace(SHOWN_RUN, shown)
            for name, value in link.items()
            if shown or SHOWN_RUN not in value
        }

    def _address(self, path: str, link: dict[str, str]) -> str:
        return self.server.url + path + (f"?{urlencode(link)}" if link else "")

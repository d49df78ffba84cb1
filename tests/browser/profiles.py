"""Browsers that visitors have left, emptied for the next ones who look the same.

Nothing that a page can read is left in them. What stays is what a browser keeps for itself: the scripts,
fetched and compiled, which saves two fifths of what a new page costs.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

KEPT: Final = 3
"""How many are kept for later; each holds a process of some hundred megabytes."""

STORED: Final = "local_storage,indexeddb,cache_storage,service_workers,file_systems"
"""What pages may keep in a browser beside cookies; what a tab keeps goes with the tab."""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """A browser of one visitor after the other.

    Args:
        looks: what it was opened with; only visitors who look the same share it.
        context: the browser.
        anchor: a page without a script, that keeps the process of the others.
        tools: what can empty it.
    """

    looks: Hashable
    context: BrowserContext
    anchor: Page
    tools: CDPSession

    @classmethod
    def open(cls, looks: Hashable, context: BrowserContext, address: str) -> Profile:
        """Make a fresh browser one that can be passed on.

        Args:
            looks: what it was opened with.
            context: the browser, without a page.
            address: of a text on the app's host.
        """
        anchor = context.new_page()
        anchor.goto(address)
        return cls(looks, context, anchor, context.new_cdp_session(anchor))

    def new_page(self) -> Page:
        """Open a page in the anchor's process, which knows the scripts; by itself it would get one of its own."""
        with self.context.expect_page() as opened:
            self.anchor.evaluate("() => void window.open('about:blank')")
        return opened.value

    def pages(self) -> list[Page]:
        """Return the visitor's pages."""
        return [page for page in self.context.pages if page is not self.anchor]

    def empty(self, address: str) -> None:
        """Close the visitor's pages and forget all that they may have kept for the server at `address`."""
        for page in self.pages():
            page.close()
        self.context.clear_cookies()
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}"
        self.tools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": STORED})


@dataclass
class Profiles:
    """The browsers that are kept for later.

    Args:
        browser: has them.
    """

    browser: Browser
    _left: list[Profile] = field(default_factory=list)

    def take(self, looks: Hashable) -> Profile | None:
        """Return one that was left by somebody who looked the same, if there is one."""
        for profile in reversed(self._left):
            if profile.looks == looks:
                self._left.remove(profile)
                return profile
        return None

    def leave(self, profile: Profile) -> None:
        """Keep an emptied one for later, in place of the one that was left first."""
        self._left.append(profile)
        if len(self._left) > KEPT:
            self._left.pop(0).context.close()

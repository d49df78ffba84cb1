"""What the server says to a page, kept back or let through in drops, as a far network does."""

from __future__ import annotations

import time

from playwright.sync_api import Page, WebSocketRoute


class Answers:
    """The answers to one page, on its way from now on: make it before the page is opened, or reload.

    Args:
        page: the page that gets them.
        gap: seconds between one answer and the next.
    """

    def __init__(self, page: Page, *, gap: float = 0.0) -> None:
        self.kept: list[str | bytes] = []
        self.asked = 0
        """How often the page has asked for something."""

        self._gap = gap
        self._are_kept = False
        self._ways: list[WebSocketRoute] = []
        page.route_web_socket("**/_stcore/stream", self._connect)

    def keep_back(self) -> None:
        """Let nothing through from now on."""
        self._are_kept = True

    def let_through(self) -> None:
        """Let through what was kept back, and what comes."""
        self._are_kept = False
        self._pass_on()

    def _connect(self, way: WebSocketRoute) -> None:
        self._ways.append(way)
        server = way.connect_to_server()
        server.on_message(self._receive)

        def ask(question: str | bytes) -> None:
            server.send(question)
            self.asked += 1

        way.on_message(ask)

    def _receive(self, answer: str | bytes) -> None:
        self.kept.append(answer)
        self._pass_on()

    def _pass_on(self) -> None:
        while self.kept and not self._are_kept:
            time.sleep(self._gap)
            self._ways[-1].send(self.kept.pop(0))

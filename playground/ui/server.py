"""What the server does besides serving pages: its routes, and what starts and ends with it."""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import streamlit as st
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager
from streamlit.watcher.polling_path_watcher import PollingPathWatcher

from playground.ui.assets import asset_routes
from playground.ui.delivery import note_loop
from playground.ui.live import live_routes
from playground.ui.training import training_service

SWITCH_AFTER: Final = 0.0005
"""Seconds that one thread may hold Python while others wait. A rerun is sent in a hundred pieces, and
after each of them the sender would wait the usual 0.005 s for every page that is being drawn."""


def routes() -> list[Route]:
    """Return the routes beside Streamlit's own."""
    return [*asset_routes(), *live_routes()]


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Start the engine beside the server, and end it with the server."""
    # Before its first session, Streamlit would look for pages in `pages/` by itself and run their
    # files alone, those that the navigation does not list too.
    PagesManager.uses_pages_directory = False
    rest()
    # What is loaded by now stays: the collector need not look through it again and again.
    gc.freeze()
    sys.setswitchinterval(SWITCH_AFTER)
    note_loop()
    service = training_service()
    service.start()
    yield
    service.close()


def rest() -> None:
    """Let Streamlit no longer look whether its settings have changed, which it does ten times a second.

    That alone is a sixth of what the app takes while nobody is there. The settings are read at start.
    """
    PollingPathWatcher._schedule = _never_again  # type: ignore[method-assign]  # noqa: SLF001


def _never_again(self: PollingPathWatcher) -> None:
    """Plan no further look."""

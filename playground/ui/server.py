"""What the server does besides serving pages: its routes, its guards, and what starts and ends with it."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType
from typing import Final

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from playground.core.private_use import say_what_has_changed
from playground.jobs import TrainingService
from playground.ui import streamlit_private
from playground.ui.addresses import say_addresses
from playground.ui.assets import asset_routes
from playground.ui.delivery import note_loop, send_at_once
from playground.ui.guard import guards
from playground.ui.guard.logs import bound_logs
from playground.ui.guard.open_files import raise_open_files
from playground.ui.live import live_routes
from playground.ui.training import training_service

SWITCH_AFTER: Final = 0.0005
"""Seconds that one thread may hold Python while others wait. A rerun is sent in a hundred pieces, and
after each of them the sender would wait the usual 0.005 s for every page that is being drawn."""


def routes() -> list[BaseRoute]:
    """Return the routes beside Streamlit's own."""
    return [*asset_routes(), *live_routes()]


def middleware() -> list[Middleware]:
    """Return what every request passes before it comes to a route; from here on nobody is asked."""
    streamlit_private.ask_nobody_for_addresses()
    return guards()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Start the engine beside the server, and end it with the server."""
    say_what_has_changed(streamlit_private.USES)  # before the log is bounded: it may be many lines
    bound_logs()
    raise_open_files()
    streamlit_private.serve_only_listed_pages()
    streamlit_private.leave_settings_alone()
    streamlit_private.leave_alone_what_is_gone()
    streamlit_private.carry_out_every_press()
    # What is loaded by now stays: the collector need not look through it again and again.
    gc.freeze()
    sys.setswitchinterval(SWITCH_AFTER)
    note_loop()
    send_at_once()
    service = training_service()
    service.start()
    _end_streams_first(service)
    say_addresses()
    yield
    service.close()


def _end_streams_first(service: TrainingService) -> None:
    """Let streams end when the server is told to: it waits for what is open, and a paused run is for long.

    Signals are what it is told with, by Ctrl-C and by Docker; what was to be done at one is done too.
    """
    loop = asyncio.get_running_loop()

    def chain(number: signal.Signals) -> None:
        then = signal.getsignal(number)

        def end(received: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(service.send_away)
            if callable(then):
                then(received, frame)

        signal.signal(number, end)

    for number in (signal.SIGINT, signal.SIGTERM):
        chain(number)

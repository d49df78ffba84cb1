"""What asked for a drawing, when what it drew is sent, and that no press is lost on the way."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from playground.core.private_use import PrivateUse, sets

FLUSHED_EVERY: Final = 0.01
"""Seconds of the event loop after which, at the latest, what has been drawn is on its way."""


def _knows_navigation() -> bool:
    from streamlit.runtime.scriptrunner import get_script_run_ctx
    from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

    return get_script_run_ctx is not None and sets(ScriptRunContext, "is_history_navigation")


def _knows_flush() -> bool:
    from streamlit.runtime.runtime_util import MESSAGE_FLUSH_INTERVAL_SECS

    return bool(MESSAGE_FLUSH_INTERVAL_SECS <= FLUSHED_EVERY)


def _knows_presses() -> bool:
    return bool(_presses().is_as_known())


def _presses() -> Any:  # noqa: ANN401 - a module that may be without what it imports
    return import_module("playground.ui.streamlit_private.presses")


NAVIGATION: Final = PrivateUse(
    "streamlit",
    "ScriptRunContext.is_history_navigation",
    "the browser's Back and Forward change the address, and the settings do not follow it until a reload",
    _knows_navigation,
)

FLUSH: Final = PrivateUse(
    "streamlit",
    "MESSAGE_FLUSH_INTERVAL_SECS",
    "a chart may vanish for a moment and come back without its zoom when its page is drawn anew",
    _knows_flush,
)

PRESSES: Final = PrivateUse(
    "streamlit",
    "ScriptRequests, SafeSessionState, SessionState and AppSession",
    "of presses that follow each other faster than the page is drawn, some are lost or undone",
    _knows_presses,
)


def has_gone_back() -> bool:
    """Return whether this run of the script answers to the browser's Back or Forward."""
    if not NAVIGATION.is_as_known():
        return False
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def carry_out_every_press() -> None:
    """Let each press be carried out, however fast the next one comes."""
    if PRESSES.is_as_known():
        _presses().carry_out_every_press()

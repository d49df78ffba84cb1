"""All that we use of Streamlit and its server beside what is documented, and what if it should go.

What is about presses stands in `presses`. A test probes each function below, so that a newer Streamlit that lacks something says so by name.
"""

from __future__ import annotations

from typing import Any, Final

from google.protobuf.message import DecodeError
from starlette.types import Receive
from streamlit import net_util
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.watcher.polling_path_watcher import PollingPathWatcher

CORE: Final = "_stcore"
"""What the paths of Streamlit's own routes begin with; below another path they would all be closed."""

_LONGEST_END: Final = 400
"""Bytes beyond which a message says something else; most are longer, and are not looked into."""

STREAM: Final = f"{CORE}/stream"
"""Where the websocket is that a page is drawn through; elsewhere, pages would not open."""


def serve_only_listed_pages() -> None:
    """Let Streamlit not look for pages in `pages/` by itself before its first session.

    It would run their files alone, without the frame, those that the navigation does not list too.
    Without this switch it would do so again.
    """
    PagesManager.uses_pages_directory = False


def leave_settings_alone() -> None:
    """Let Streamlit no longer look whether its settings have changed, which it does ten times a second.

    That alone is a sixth of what the app takes while nobody is there. The settings are read at start.
    Without this method it would look again, and nothing else.
    """
    PollingPathWatcher._schedule = _never_again  # type: ignore[method-assign]  # noqa: SLF001


def leave_alone_what_is_gone() -> None:
    """Let no fragment be drawn of which nothing is left, as those of a page that has been left.

    Streamlit looks for that when a browser asks for a fragment, but not again when its turn comes. It
    would then tell the browser that it draws that page, and the browser would empty the one that it shows.
    Without this method it would do so again.
    """
    ScriptRunner._run_script = _run_what_is_left  # type: ignore[method-assign]  # noqa: SLF001


def ask_nobody_for_addresses() -> None:
    """Let Streamlit not find out this machine's addresses, by asking a host on the internet among others.

    It does so for an `Origin` that it does not know, in the event loop, and to print the addresses at
    start. The guards let no such `Origin` through, and the settings keep the printing away; this is for
    the day on which one of them has a hole. Without these functions those two are what there is.
    """
    net_util.get_external_ip = _no_address
    net_util.get_internal_ip = _no_address


def kind_of_message(data: bytes) -> str | None:
    """Return what a browser's message asks for, such as "rerun_script"; None if it is not one.

    Should the messages change their form, no page could be used any more.
    """
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return None
    kind: str | None = message.WhichOneof("type")
    return kind


def ends_a_drawing(data: bytes) -> bool:
    """Return whether a message to a browser says that its page, or a part of it, has been drawn.

    Should it not be told any more, a page would count as being drawn for some seconds (`guard/turns`).
    """
    if len(data) > _LONGEST_END:
        return False
    message = ForwardMsg()
    message.ParseFromString(data)
    return bool(message.WhichOneof("type") == "script_finished")


def bound_messages(receive: Receive, most: int) -> None:
    """Let a websocket's connection end at a message of more bytes, before they are all in memory.

    Streamlit's own setting holds for what it sends as well, and so has to be larger. uvicorn hands out
    a method of the connection's protocol; where it is another's, or has been wrapped, that setting is
    what there is.

    Args:
        receive: as uvicorn hands it out.
        most: bytes.
    """
    connection: Any = getattr(getattr(receive, "__self__", None), "conn", None)
    if connection is not None and hasattr(connection, "max_message_size"):
        connection.max_message_size = most


_run: Final = ScriptRunner._run_script  # noqa: SLF001


def _run_what_is_left(self: ScriptRunner, rerun_data: RerunData) -> None:
    """Run the script, or those of its fragments that are wanted, unless they are gone."""
    wanted = rerun_data.fragment_id_queue
    if not wanted or any(map(self._fragment_storage.contains, wanted)):
        _run(self, rerun_data)


def _never_again(self: PollingPathWatcher) -> None:
    """Plan no further look."""


def _no_address() -> None:
    """Know none."""

"""What Streamlit does by itself and shall not do here: each function ends one thing, if it still can."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playground.core.private_use import PrivateUse, sets, takes

if TYPE_CHECKING:
    from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
    from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
    from streamlit.watcher.polling_path_watcher import PollingPathWatcher


def _knows_pages() -> bool:
    from streamlit.runtime.pages_manager import PagesManager

    return "uses_pages_directory" in vars(PagesManager)


def _knows_watchers() -> bool:
    from streamlit.watcher.polling_path_watcher import PollingPathWatcher

    return takes(PollingPathWatcher._schedule, "self") and sets(PollingPathWatcher, "_schedule")  # noqa: SLF001


def _knows_runners() -> bool:
    from streamlit.runtime.fragment import MemoryFragmentStorage
    from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
    from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

    return (
        takes(ScriptRunner._run_script, "self", "rerun_data")  # noqa: SLF001
        and sets(ScriptRunner, "_fragment_storage")
        and sets(RerunData, "fragment_id_queue")
        and takes(MemoryFragmentStorage.contains, "self", "key")
    )


def _knows_addresses() -> bool:
    from streamlit import net_util

    return takes(net_util.get_external_ip) and takes(net_util.get_internal_ip)


LISTED_PAGES: Final = PrivateUse(
    "streamlit",
    "PagesManager.uses_pages_directory",
    "before a new server's first visitor it looks for pages in pages/ by itself, and runs those that the "
    "navigation does not list, too",
    _knows_pages,
)

SETTINGS: Final = PrivateUse(
    "streamlit",
    "PollingPathWatcher._schedule",
    "it looks ten times a second whether its settings have changed",
    _knows_watchers,
)

GONE: Final = PrivateUse(
    "streamlit",
    "ScriptRunner._run_script",
    "who presses something and in the same moment leaves the page may find the new one empty until a reload",
    _knows_runners,
)

ADDRESSES: Final = PrivateUse(
    "streamlit",
    "net_util.get_external_ip",
    "only the guards and the settings keep it from asking the internet for this machine's addresses",
    _knows_addresses,
)


def serve_only_listed_pages() -> None:
    """Let Streamlit not look for pages in `pages/` by itself before its first session.

    It would run their files alone, without the frame, those that the navigation does not list too.
    """
    if LISTED_PAGES.is_as_known():
        from streamlit.runtime.pages_manager import PagesManager

        PagesManager.uses_pages_directory = False


def leave_settings_alone() -> None:
    """Let Streamlit no longer look whether its settings have changed, which it does ten times a second.

    That alone is a sixth of what the app takes while nobody is there. The settings are read at start.
    """
    if SETTINGS.is_as_known():
        from streamlit.watcher.polling_path_watcher import PollingPathWatcher

        PollingPathWatcher._schedule = _never_again  # type: ignore[method-assign]  # noqa: SLF001


def leave_alone_what_is_gone() -> None:
    """Let no fragment be drawn of which nothing is left, as those of a page that has been left.

    Streamlit looks for that when a browser asks for a fragment, but not again when its turn comes. It
    would then tell the browser that it draws that page, and the browser would empty the one that it shows.
    """
    if not GONE.is_as_known():
        return
    from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

    run = ScriptRunner._run_script  # noqa: SLF001

    def run_what_is_left(self: ScriptRunner, rerun_data: RerunData) -> None:
        """Run the script, or those of its fragments that are wanted, unless they are gone."""
        wanted = rerun_data.fragment_id_queue
        if not wanted or any(map(self._fragment_storage.contains, wanted)):
            run(self, rerun_data)

    ScriptRunner._run_script = run_what_is_left  # type: ignore[method-assign]  # noqa: SLF001


def ask_nobody_for_addresses() -> None:
    """Let Streamlit not find out this machine's addresses, by asking a host on the internet among others.

    It does so for an `Origin` that it does not know, in the event loop, and to print the addresses at
    start. The guards let no such `Origin` through, and the settings keep the printing away; this is for
    the day on which one of them has a hole.
    """
    if ADDRESSES.is_as_known():
        from streamlit import net_util

        net_util.get_external_ip = net_util.get_internal_ip = _no_address


def _never_again(self: PollingPathWatcher) -> None:
    """Plan no further look."""


def _no_address() -> None:
    """Know none."""

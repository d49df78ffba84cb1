"""What has been drawn is sent before anything else is, and of what has been replaced nothing is left."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from unittest.mock import MagicMock

import pytest
from streamlit.runtime import Runtime
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner, ScriptRunnerEvent
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.runtime.state import SessionState

from playground.ui import delivery
from playground.ui.streamlit_private import leave_alone_what_is_gone

PAGE = """\
from playground.ui.delivery import wait_until_sent
wait_until_sent()
"""


class Runner(ScriptRunner):
    """Draws a page as the server does for a visitor.

    Args:
        file: what is run.
        fragments: those of the visitor's session.
        wanted: the fragments to draw; the whole page if there are none.
    """

    def __init__(self, file: Path, fragments: MemoryFragmentStorage, *wanted: str) -> None:
        self.told: list[ScriptRunnerEvent] = []
        self.loop = asyncio.new_event_loop()
        super().__init__(
            session_id="a visitor's",
            main_script_path=str(file),
            session_state=SessionState(),
            uploaded_file_mgr=MagicMock(),
            script_cache=ScriptCache(),
            initial_rerun_data=RerunData(fragment_id_queue=list(wanted)),
            user_info={},
            fragment_storage=fragments,
            pages_manager=PagesManager(str(file)),
            event_loop=self.loop,
        )
        self.on_event.connect(self._note, weak=False)

    def _note(self, _: object, *, event: ScriptRunnerEvent, **__: object) -> None:
        self.told.append(event)

    def wait(self) -> None:
        """Wait until it has ended."""
        assert self._script_thread is not None
        self._script_thread.join(30)
        self.loop.close()
        assert ScriptRunnerEvent.SHUTDOWN in self.told


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page that only waits until it has been sent."""
    monkeypatch.setattr(Runtime, "_instance", MagicMock())
    monkeypatch.setattr(PagesManager, "uses_pages_directory", False)
    file = tmp_path / "page.py"
    file.write_text(PAGE, encoding="utf-8")
    return file


@pytest.fixture
def sending(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """The server's event loop, which is busy until this is called."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    monkeypatch.setattr(delivery, "_loops", [loop])
    monkeypatch.setattr(delivery, "LONGEST", 20)
    yield thread.start
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.mark.parametrize("replaced", [True, False])
def test_a_run_that_was_replaced_while_it_was_sent_takes_nothing_away(
    page: Path, sending: Callable[[], None], *, replaced: bool
) -> None:
    fragments = MemoryFragmentStorage()
    run = Runner(page, fragments)
    run.start()
    while ScriptRunnerEvent.SCRIPT_STARTED not in run.told:
        time.sleep(0.01)
    time.sleep(0.1)  # it waits by now
    fragments.register("of the run that replaces it, or of none", lambda: None)
    if replaced:
        run.request_stop()
    sending()
    run.wait()
    assert fragments.contains("of the run that replaces it, or of none") == replaced


@pytest.mark.parametrize("left", [True, False])
def test_a_fragment_of_which_nothing_is_left_is_not_drawn(
    page: Path, monkeypatch: pytest.MonkeyPatch, *, left: bool
) -> None:
    monkeypatch.setattr(ScriptRunner, "_run_script", ScriptRunner._run_script)
    leave_alone_what_is_gone()
    drawn: list[str] = []
    fragments = MemoryFragmentStorage()
    if left:
        fragments.register("a picture", lambda: drawn.append("a picture"))
    run = Runner(page, fragments, "a picture")
    run.start()
    run.wait()
    assert drawn == (["a picture"] if left else [])
    assert (ScriptRunnerEvent.SCRIPT_STARTED in run.told) == left

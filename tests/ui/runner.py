"""Draws a page as the server does for a visitor."""

from __future__ import annotations

import asyncio
from pathlib import Path
from unittest.mock import MagicMock

from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner, ScriptRunnerEvent
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.runtime.state import SessionState


class Runner(ScriptRunner):
    """Draws a page as the server does for a visitor.

    Args:
        file: what is run.
        fragments: those of the visitor's session.
        first: what is asked for first; the whole page without anything pressed, if nothing.
        state: the visitor's session, if it is not a new one.
    """

    def __init__(
        self,
        file: Path,
        fragments: MemoryFragmentStorage,
        first: RerunData | None = None,
        state: SessionState | None = None,
    ) -> None:
        self.told: list[ScriptRunnerEvent] = []
        self.loop = asyncio.new_event_loop()
        self.state = state or SessionState()
        super().__init__(
            session_id="a visitor's",
            main_script_path=str(file),
            session_state=self.state,
            uploaded_file_mgr=MagicMock(),
            script_cache=ScriptCache(),
            initial_rerun_data=first or RerunData(),
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

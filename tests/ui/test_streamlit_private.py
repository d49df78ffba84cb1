"""What the server changes about Streamlit, which is private to it and may change with it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from streamlit.watcher.polling_path_watcher import PollingPathWatcher

from playground.ui.streamlit_private import leave_settings_alone


class Counting(ThreadPoolExecutor):
    """Counts what it is given to do."""

    tasks = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.tasks += 1
        return super().submit(fn, *args, **kwargs)


@pytest.mark.parametrize("at_rest", [True, False])
def test_streamlit_stops_looking_for_changed_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_rest: bool
) -> None:
    file = tmp_path / "config.toml"
    file.touch()
    looks = Counting(max_workers=1)
    monkeypatch.setattr(PollingPathWatcher, "_executor", looks)
    monkeypatch.setattr(PollingPathWatcher, "_schedule", PollingPathWatcher._schedule)
    PollingPathWatcher(str(file), lambda _: None)
    if at_rest:
        leave_settings_alone()
    looks.shutdown(wait=True)  # the look that is planned is still taken
    assert looks.tasks == (1 if at_rest else 2)

"""The service in a process of its own, as the trial sees it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import psutil

PATIENCE: Final = 240.0
"""Seconds after which something that does not come about has failed."""


class Application:
    """The service in its process: asked in JSON, killed and started again at will."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        with (self._folder / "log").open("a") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.jobs.faults.service_process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={
                    **os.environ,
                    "PLAYGROUND_DATA_DIR": str(self._folder),
                    "PLAYGROUND_WORKERS": "1",
                },
            )

    def ask(self, do: str, **values: Any) -> dict[str, Any]:
        """Return the answer to a request."""
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the application has no pipes")
        process.stdin.write(json.dumps({"do": do, **values}) + "\n")
        process.stdin.flush()
        answered: dict[str, Any] = json.loads(process.stdout.readline())
        return answered

    def workers(self) -> list[psutil.Process]:
        """Return the worker processes that live."""
        found = []
        for child in psutil.Process(self._process.pid).children(recursive=True):
            with suppress(psutil.Error):  # it may be on its way out
                if any("spawn_main" in word for word in child.cmdline()):
                    found.append(child)
        return found

    def kill(self) -> None:
        """Kill it and start another in the same folder."""
        with self._process as process:
            engine = psutil.Process(process.pid).children(recursive=True)
            process.kill()
        # The old engine notices by itself; its workers would slow the new one's down.
        psutil.wait_procs(engine, timeout=PATIENCE)
        self._process = self._start()

    def close(self) -> None:
        """End it in order."""
        with suppress(BrokenPipeError), self._process as process:  # it may have ended by itself
            if process.stdin is not None:
                process.stdin.close()
            process.wait(PATIENCE)

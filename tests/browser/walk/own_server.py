"""A server that belongs to one walk, which may end it and start it again in the same place."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.browser.app_server import ROOT, AppServer

ONE_WORKER: Final = {"PLAYGROUND_WORKERS": "1"}


class OwnServer:
    """The app, served for one walk alone.

    Args:
        folder: where it keeps its runs and its log.
        root: the folder of the project that is served.
    """

    def __init__(self, folder: Path, root: Path = ROOT) -> None:
        self._folder = folder
        self._root = root
        self._left = 0
        self._server = self._start(None)

    @property
    def url(self) -> str:
        """The address, the same after a restart."""
        return self._server.url

    @property
    def log(self) -> str:
        """All that was printed, before a restart too."""
        return self._server.log

    def restart(self, how: str) -> None:
        """End the server, without a warning ("kill") or as Ctrl-C does ("stop"), and start it anew."""
        if how == "kill":
            self._server.kill()
        else:
            self._left += len(self._server.stop())
        self._server = self._start(self._server.port)

    def end(self) -> dict[str, str]:
        """End the server; return what only then is seen, by names as the invariants have them."""
        self._left += len(self._server.stop())
        found = {
            "left": f"{self._left} processes outlived the server" if self._left else "",
            "outside": self._server.asked_outside,
            "log": self.log if "Traceback" in self.log else "",
        }
        return {name: text for name, text in found.items() if text}

    def _start(self, port: int | None) -> AppServer:
        server = AppServer(self._folder, root=self._root, port=port, environment=ONE_WORKER)
        server.wait_until_healthy()
        return server

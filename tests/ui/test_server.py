"""What starts and ends with the server: its lifespan, begun in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

PATIENCE = 60.0
"""Seconds after which a server that does not end is ended."""

LIFE = """
import asyncio, gc, json, logging, os, signal, socket, sys
import streamlit as st
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.watcher.polling_path_watcher import PollingPathWatcher
from playground.jobs import TrainingService
from playground.ui import server
from playground.ui.streamlit_private import behaviour, presses

life = []

class Service(TrainingService):
    def start(self):
        life.append("start")

    def close(self):
        life.append("close")
        super().close()

service = Service()
server.training_service = lambda: service
signal.signal(signal.SIGTERM, lambda number, frame: life.append("end"))

bound = socket.create_server(("127.0.0.1", 0))

def accepted():
    with socket.create_connection(bound.getsockname()):
        connection, _ = bound.accept()
    with connection:
        return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

async def live():
    assert not accepted()
    async with server.lifespan(None):
        found = {
            "settings are left alone": PollingPathWatcher._schedule is behaviour._never_again,
            "only listed pages are served": not PagesManager.uses_pages_directory,
            "what is gone is left alone": ScriptRunner._run_script.__module__ == behaviour.__name__,
            "every press is carried out": AppSession.request_rerun.__module__ == presses.__name__,
            "what is loaded stays": gc.get_freeze_count() > 0,
            "what is sent leaves at once": bool(accepted()),
            "threads take turns often": abs(sys.getswitchinterval() - server.SWITCH_AFTER) < 1e-6,
        }
        os.kill(os.getpid(), signal.SIGTERM)
        while not service.sends_away:
            await asyncio.sleep(0)
    return found

found = asyncio.run(live())
print(json.dumps({"found": found, "life": life}))
"""


def test_what_the_server_does_beside_serving_begins_and_ends_with_it() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", LIFE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    said = json.loads(answer.stdout.splitlines()[-1])
    assert [name for name, is_so in said["found"].items() if not is_so] == []
    assert said["life"] == ["start", "end", "close"]

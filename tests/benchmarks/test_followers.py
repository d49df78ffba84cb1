"""The report of what followers cost, and the store that can be made slow."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks import followers, slow_store
from benchmarks.slow_store import sitecustomize

CONNECT = "import sqlalchemy; sqlalchemy.create_engine('sqlite://').connect()"


def test_the_report() -> None:
    crowds = {"one run": {"seconds": 20.0, "processor": 3.0, "messages": 8000}}
    part = followers.report(40, crowds, {"alone": [0.1], "slow": [0.1, 0.4]})
    assert (
        part.text
        == """\
The page's process, 40 followers of  seconds  processor, s  processor, ms a second  messages a second
-----------------------------------------------------------------------------------------------------
one run                                 20.0          3.00                   150.0                400

Another visitor's rerun, ms   median  p95  most  reruns
-------------------------------------------------------
while the store is as it is      100  100   100       1
while the store answers late     250  400   400       2
another visitor's rerun while the store answers after 5 s, p95: 400 ms; at most 300 ms wanted: NOT HELD"""
    )


def test_a_slow_store_waits_as_long_as_the_file_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    delay = tmp_path / "delay"
    monkeypatch.setenv(sitecustomize.VARIABLE, str(delay))
    sitecustomize.wait_for_the_store()
    assert waited == []
    with followers.slow(delay):
        sitecustomize.wait_for_the_store()
    sitecustomize.wait_for_the_store()
    assert waited == [followers.DELAY]


@pytest.mark.parametrize(("command", "is_slow"), [("streamlit", True), ("worker", False)])
def test_the_pages_process_alone_has_a_slow_store(
    command: str, is_slow: bool, tmp_path: Path
) -> None:
    delay = tmp_path / "delay"
    delay.write_text("soon", encoding="utf-8")
    folder = str(Path(slow_store.__file__).parent)
    ended = subprocess.run(
        [sys.executable, "-c", CONNECT, command],
        env={**os.environ, "PYTHONPATH": folder, sitecustomize.VARIABLE: str(delay)},
        capture_output=True,
        check=False,
        text=True,
    )
    last = ended.stderr.strip().splitlines()[-1:]
    assert last == (["ValueError: could not convert string to float: 'soon'"] if is_slow else [])

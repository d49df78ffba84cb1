"""Private interfaces of libraries are used in their modules only, and new uses elsewhere are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.private_uses import ROOT, app_files, findings


def test_private_interfaces_are_used_in_their_modules_only() -> None:
    assert findings(app_files(), ROOT) == []


def test_the_apps_code_is_looked_at() -> None:
    snapshot_at = {file.relative_to(ROOT).as_posix() for file in app_files()}
    assert {
        *("streamlit_app.py", "pages/play.py", "playground/ui/shell.py"),
        *("playground/jobs/engine.py", "playground/ui/components/curves.js"),
    } <= snapshot_at


def found_in(folder: Path, name: str, text: str) -> list[str]:
    """Return what is found in a file of that name and text, without the place."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return [line.partition(": ")[2] for line in findings([file], folder)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import streamlit.runtime", "import streamlit.runtime"),
        ("from streamlit import net_util", "from streamlit import net_util"),
        ("def f():\n    from keras.src import ops", "from keras.src import ops"),
        ("from distributed import batched", "from distributed import batched"),
        ("from distributed.comm import tcp", "from distributed.comm import tcp"),
        (
            "from importlib import import_module\nimport_module('dask.base')",
            "import_module('dask.base')",
        ),
        ("import streamlit as st\nst.runtime.exists()", "st.runtime"),
        ("def f(model):\n    return model._made_up", "model._made_up"),
        ("class A(B):\n    def f(self):\n        return self._inherited", "self._inherited"),
        ("def f(it):\n    return getattr(it, '_made_up', 0)", "getattr(it, '_made_up', 0)"),
        ("def f(scheduler):\n    return scheduler.plugins", "scheduler.plugins"),
        ("def f(client):\n    return client.scheduler_comm", "client.scheduler_comm"),
    ],
)
def test_a_made_up_use_is_found(tmp_path: Path, text: str, found: str) -> None:
    assert found_in(tmp_path, "playground/jobs/made_up.py", text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "import streamlit as st\nst.write(1)",
        "from distributed import Client, Worker",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from streamlit.delta_generator import D",
        "class A:\n    def __init__(self):\n        self._own = 1\n    def f(self, other):\n        return other._own",
        "import os\nos._exit(1)",
        "def f(it):\n    return it.__dict__",
    ],
)
def test_what_is_documented_or_ours_is_no_finding(tmp_path: Path, text: str) -> None:
    assert found_in(tmp_path, "playground/jobs/made_up.py", text) == []


def test_a_silenced_rule_is_found(tmp_path: Path) -> None:
    text = "def f(it):\n    _x = it\n    return it._x  # noqa: SLF001\n"
    assert found_in(tmp_path, "made_up.py", text) == [
        "a silenced SLF: reaches into another's private parts"
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("document.querySelector('[data-testid=stApp]')", "data-testid"),
        ("const SLIDER = '.stSlider input'", ".stSlider"),
        ("if (this.plot._dragging) return", "._dragging"),
        ("plot.querySelectorAll('.main-svg')", "main-svg"),
    ],
)
def test_a_made_up_use_in_the_browser_is_found(tmp_path: Path, text: str, found: str) -> None:
    assert found_in(tmp_path, "playground/ui/components/made_up.js", text) == [found]
    assert found_in(tmp_path, "playground/ui/components/made_up.css", text) == [found]
    assert found_in(tmp_path, "playground/ui/components/streamlit_page.js", text) == []


def test_the_modules_for_it_may_use_what_is_private(tmp_path: Path) -> None:
    text = "from distributed import batched\n"
    assert found_in(tmp_path, "playground/engine/dask_private.py", text) == []

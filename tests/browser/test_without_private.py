"""The app with everything changed that it uses of its libraries beside their documented interfaces."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from playground.engine import dask_private
from playground.ui import streamlit_private
from tests.browser.app_server import ROOT
from tests.browser.conftest import Launch
from tests.browser.visits import Visits
from tests.browser.watching import curves, press_train, sentence, wait_until_over

pytestmark = pytest.mark.browser

CHANGED = """

def _holds(probe: Callable[[], bool]) -> bool:
    return False
"""


def test_the_app_starts_and_trains_and_says_what_it_does_without(
    launch: Launch, visit: Callable[[str], Visits], tmp_path: Path
) -> None:
    from playground.engine import keras_private  # imports TensorFlow

    copy = tmp_path / "project"
    copy.mkdir()
    for name in (".streamlit", "pages", "streamlit_app.py"):
        (copy / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "playground", copy / "playground")
    with (copy / "playground" / "core" / "private_use.py").open("a", encoding="utf-8") as file:
        file.write(CHANGED)
    server = launch(root=copy)
    page = visit(server.url)("/?train_size=1000&hidden=8&epochs=2")
    expect(curves(page, "recorded")).to_have_count(1)
    press_train(page)
    wait_until_over(page)
    assert sentence(page) == "Trained all 2 epochs."
    uses = [*streamlit_private.USES, *dask_private.USES, *keras_private.USES]
    assert len(uses) > 20
    said = server.log.splitlines()
    assert [use.name for use in uses if not any(use.sentence in line for line in said)] == []

"""Random walks end without a finding, and walks that once led to one do not lead there again."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.app_server import ROOT, AppServer
from tests.browser.walk.actions import Action
from tests.browser.walk.shrink import shrink
from tests.browser.walk.walk import Walk, draw_walk, repeat_walk
from tests.browser.walk.walker import Start

pytestmark = pytest.mark.browser

STEPS = 25
"""Of each walk; two of them take half a minute."""

KEPT = sorted((Path(__file__).parent / "walk" / "kept").glob("*.json"))


def fingerprint() -> str:
    """Return a name for the app as it is: whoever changes it is walked through in other ways."""
    digest = sha256()
    for folder in ("pages", "playground"):
        for file in sorted((ROOT / folder).rglob("*.[pjct][yso]*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


@pytest.mark.parametrize("number", range(2))
def test_a_random_walk_ends_without_a_finding(browser: Browser, number: int) -> None:
    seed = f"{fingerprint()}/{number}"
    walked = draw_walk(browser, seed, STEPS)
    assert not walked.found, f"seed {seed}: {walked}"


@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.stem)
def test_kept_walks(browser: Browser, server: AppServer, file: Path) -> None:
    walk = Walk.from_file(file)
    restarts = any(action.name == "restart" for action in walk.actions)
    walked = repeat_walk(browser, walk, None if restarts else server)
    assert not walked.found, str(walked)
    assert walked.impossible == (), "the page has changed: renew this walk, or take it out"


def test_a_walk_is_written_and_read_again(tmp_path: Path) -> None:
    press = Action("press", {"kind": "button", "key": "train", "nth": 0}, hurried=True)
    walk = Walk(Start("/?epochs=2", width=390), (press, Action("back")))
    file = tmp_path / "walk.json"
    file.write_text(walk.to_json(invariant="kept", found="“5” → 6"), encoding="utf-8")
    assert Walk.from_file(file) == walk
    file.write_text(Walk(Start()).to_json(), encoding="utf-8")
    assert Walk.from_file(file) == Walk(Start())


@pytest.mark.parametrize(
    ("needed", "most"), [({3}, 10), ({96, 97}, 10), ({0, 50, 99}, 60), (set(range(0, 100, 20)), 60)]
)
def test_a_failing_list_is_shrunk_to_what_it_needs(needed: set[int], most: int) -> None:
    asked: list[list[int]] = []

    def fails(items: list[int]) -> bool:
        asked.append(items)
        return needed <= set(items)

    assert set(shrink(range(100), fails, tries=most)) >= needed
    assert len(asked) <= most
    assert shrink(range(100), lambda items: needed <= set(items), tries=10_000) == sorted(needed)

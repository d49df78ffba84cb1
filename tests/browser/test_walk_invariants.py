"""Each thing that a walker looks at after a step is found when it is broken on purpose."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.app_server import ROOT, AppServer
from tests.browser.walk import walker as walker_module
from tests.browser.walk.actions import Action
from tests.browser.walk.invariants import INVARIANTS
from tests.browser.walk.own_server import OwnServer
from tests.browser.walk.page_state import Control
from tests.browser.walk.walk import Steps
from tests.browser.walk.walker import Start, Walker

pytestmark = pytest.mark.browser

LOOKS = 3
REST = 5_000

SLIDER = ".st-key-epochs input[type=range]"


@dataclass(frozen=True)
class Fault:
    """A script that breaks something on the page at a link, and part of what is then found."""

    script: str
    found: str
    link: str = ""


FAULTS = {
    "broken": Fault(
        "document.querySelector('.st-key-result_sentence').textContent ="
        "'Something went wrong here, and it is not your mistake. Reload the page; runs and "
        "settings are in its link and are not lost.'",
        "Something went wrong",
    ),
    "console": Fault("console.error('a script broke')", "a script broke"),
    "sideways": Fault(
        "document.querySelector('.st-key-controls').style.minWidth = '3000px'", "pixels wider"
    ),
    "language": Fault(
        "document.querySelector('.st-key-train button p').textContent = 'Train'",
        "'Train'",
        "lang=zh",
    ),
    "address": Fault("history.replaceState(history.state, '', '?lang=zh')", "lang=zh"),
    "widgets": Fault(f"document.querySelector('{SLIDER}').ariaValueText = '7'", "epochs is 5"),
    "classes": Fault(
        "document.querySelector('.problem figcaption').textContent = 'Bag'", "on top are ['Bag'"
    ),
    "curves": Fault(
        "document.querySelector('.curves-plot').data[0].y[3] = 0.123", "training loss: "
    ),
    "result": Fault(
        "document.querySelector('.st-key-result_test_accuracy [data-testid=stMetricValue]')"
        ".textContent = '99.99%'",
        "the page says 99.99%",
    ),
    "bars": Fault(
        "document.querySelector('.picture-bar').style.setProperty('--picture-share', '0.5')",
        "picture 0: drawn [0.5",
    ),
    "buttons": Fault(
        "document.querySelectorAll('.st-key-stop button').forEach((it) => { it.disabled = false })",
        "stop is enabled",
    ),
}
"""Those that a script on a page at rest can break, by the invariant that is to find it."""

OTHERWISE = {"rest", "operable", "step", "link", "kept", "log"}
"""Those that have a test of their own."""


@pytest.fixture(scope="module")
def one_walker(browser: Browser, server: AppServer) -> Iterator[Walker]:
    walker = Walker(browser, server, Start())
    yield walker
    walker.end()


@pytest.fixture
def steps(one_walker: Walker, request: pytest.FixtureRequest) -> Steps:
    """Return steps on a page, drawn anew and at rest, of which nothing is known."""
    one_walker.visits.errors.clear()
    one_walker.trouble.clear()
    one_walker.pasted = None
    link = getattr(request, "param", "")
    one_walker.page.goto(f"{one_walker.server.url}/?{link}")
    assert one_walker.rest()
    return Steps(one_walker)


def test_every_invariant_is_seen_to_find_something() -> None:
    assert FAULTS.keys() | OTHERWISE == INVARIANTS.keys()


@pytest.mark.parametrize(
    ("steps", "name"), [(fault.link, name) for name, fault in FAULTS.items()], indirect=["steps"]
)
def test_a_fault_on_the_page_is_found(steps: Steps, name: str) -> None:
    fault = FAULTS[name]
    assert steps.check() == {}
    steps.walker.page.evaluate(fault.script)
    found = Steps(steps.walker).check(LOOKS)  # of what was before nothing is known
    assert found.keys() == {name}
    assert fault.found in found[name]


def test_a_request_to_another_computer_is_found(steps: Steps) -> None:
    steps.walker.page.evaluate("fetch('http://example.invalid/').catch(() => null)")
    found = steps.check(LOOKS)
    assert found.keys() == {"console"}
    assert (
        "http://example.invalid/" in found["console"]
    )  # which the page's policy does not let it ask
    steps.walker.visits.outside.clear()


def test_chinese_on_an_english_page_is_found(steps: Steps) -> None:
    steps.walker.page.evaluate(
        "document.querySelector('.st-key-train button').title = '训练'",
    )
    assert steps.check(LOOKS) == {"language": "'训练'"}


def test_a_page_that_never_rests_is_found(steps: Steps) -> None:
    steps.walker.page.evaluate(
        "document.querySelector('[data-testid=stApp]').dataset.testScriptState = 'running'"
    )
    found = steps.check(LOOKS, rest_limit=1_000)
    assert found.keys() == {"rest"}
    assert "'testScriptState': 'running'" in found["rest"]


def test_a_control_that_is_covered_is_found(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walker_module, "PRESS_LIMIT", 300)
    steps.walker.page.evaluate(
        """() => {
            const cover = document.createElement("div");
            cover.style = "position: fixed; inset: 0; z-index: 1000000";
            document.body.append(cover);
        }"""
    )
    assert steps.walker.do(Action("press", {"kind": "button", "key": "train", "nth": 0}))
    found = steps.check(LOOKS)
    assert found.keys() == {"operable"}
    assert found["operable"].startswith("button train 0 cannot be operated")


def test_a_step_too_many_to_another_page_is_found(steps: Steps) -> None:
    assert steps.check() == {}
    steps.walker.page.evaluate("history.pushState(history.state, '', location.href)")
    found = steps.step(Action("press", {"kind": "link", "key": "header", "nth": 0}))
    assert found.keys() == {"step"}
    assert found["step"].endswith("lies 2 steps back")


SAY_EPOCHS = f"""(epochs) => {{
    document.querySelector("{SLIDER}").ariaValueText = epochs;
    history.replaceState(history.state, "", `?epochs=${{epochs}}`);
}}"""
"""Makes another value of widget and address, as if the page had."""


def test_a_link_that_is_not_obeyed_is_found(steps: Steps) -> None:
    steps.walker.do(Action("paste", {"path": "/", "link": {"epochs": "3"}}))
    assert steps.walker.rest()
    steps.walker.page.evaluate(SAY_EPOCHS, "4")
    assert steps.check(LOOKS)["link"] == "epochs is 3 in the pasted link, 4 in the page"


def test_a_setting_that_changes_by_itself_is_found(steps: Steps) -> None:
    assert steps.check() == {}
    steps.walker.page.evaluate(SAY_EPOCHS, "6")
    assert steps.check(LOOKS) == {"kept": "epochs showed '5' and shows '6'"}


def test_a_control_that_is_new_is_known_and_a_page_that_breaks_is_found(
    browser: Browser, tmp_path: Path
) -> None:
    copy = tmp_path / "project"
    copy.mkdir()
    for name in ("streamlit_app.py", "playground", ".streamlit"):
        (copy / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "pages", copy / "pages")
    with (copy / "pages" / "about.py").open("a") as page:
        page.write(
            "import streamlit as st\n"
            "st.slider('new', 0, 9, key='brand_new')\n"
            "if st.button('break', key='break'): raise RuntimeError('on purpose')\n"
        )
    server = OwnServer(tmp_path, copy)
    walker = Walker(browser, server, Start("/about"))
    try:
        steps = Steps(walker)
        assert steps.check() == {}
        assert Control("slider", "brand_new", 0) in steps.state.controls
        assert (
            steps.step(
                Action("slide", {"kind": "slider", "key": "brand_new", "nth": 0, "keys": ["End"]})
            )
            == {}
        )
        assert steps.state.values["brand_new"] == "9"
        walker.do(Action("press", {"kind": "button", "key": "break", "nth": 0}))
        found = steps.check(LOOKS)
        assert found.keys() == {"broken", "log"}
        assert "on purpose" in found["log"]
    finally:
        walker.end()
        ended = server.end()
    assert ended.keys() == {"log"}

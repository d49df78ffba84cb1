"""What CONTRIBUTING says of adding things is true: each that is made up is added in one place, and works.

All of them are added to one copy of the project, which is served as the project itself is.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from playground.core.experiment import Experiment
from tests.browser import made_up
from tests.browser.app_server import serve
from tests.browser.conftest import ONE_WORKER
from tests.browser.visits import Visits
from tests.browser.watching import (
    button,
    curves,
    figure,
    go_to_step,
    link,
    press_train,
    sentence,
    wait_until_idle,
    wait_until_over,
)

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project to which everything is added."""
    root = made_up.copy_project(tmp_path_factory.mktemp("project"))
    for add in (
        made_up.add_choice,
        made_up.add_dataset,
        made_up.add_layer,
        made_up.add_language,
        made_up.add_lesson,
    ):
        add(root)
    return root


@pytest.fixture(scope="module")
def address(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield where the copy is served."""
    folder = tmp_path_factory.mktemp("server")
    with serve(folder, root=project, environment=ONE_WORKER) as server:
        yield server.url


@pytest.fixture
def open_copy(visit: Callable[[str], Visits], address: str) -> Visits:
    """Return a function that opens a page of the copy for a new visitor."""
    return visit(address)


def run_python(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the copy."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project), "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )


def tell(project: Path, script: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return what a script prints as JSON when it is run in the copy."""
    told = run_python(project, "-c", script)
    assert told.returncode == 0, told.stderr[-2000:]
    return json.loads(told.stdout)


def items(page: Page) -> list[str]:
    """Return the lines of the arithmetic."""
    return page.locator(".arithmetic li").all_inner_texts()


# --- a choice ---------------------------------------------------------------------------------------


def test_a_choice_has_its_control_with_its_words(open_copy: Visits) -> None:
    page = open_copy("/?warm_up=3")
    control = page.locator(".st-key-warm_up")
    expect(control).to_be_visible()
    expect(control).to_contain_text("Warm-up")
    assert link(page) == {"warm_up": "3"}
    slider = control.get_by_role("slider")
    expect(slider).to_have_value("3")
    slider.press("ArrowRight")
    page.wait_for_url("**warm_up=4**")
    expect(page.locator(".st-key-differences")).to_contain_text("Warm-up")
    control.locator("[data-testid=stTooltipHoverTarget]").first.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("move the weights less than all others")


def test_a_choice_is_read_from_the_link_and_a_bad_value_is_named(open_copy: Visits) -> None:
    page = open_copy("/?warm_up=77")
    expect(page.locator(".st-key-link_problems")).to_contain_text(
        "warm_up in the link: received “77”, expected a whole number from 0 to 9. Used instead: 0."
    )
    assert link(page) == {}


def test_a_choice_makes_another_experiment_and_leaves_all_others_what_they_are(
    project: Path,
) -> None:
    told = tell(
        project,
        """
import json
from playground.core.experiment import Experiment
from playground.core.naming import names_beside
from playground.engine.architecture import Architecture

plain, warmed = Experiment(), Experiment(warm_up=3)
without_a_format = {
    "activation": "relu", "batch_size": 32, "dataset": "fashion", "dropout": 0.0, "epochs": 5,
    "hidden": [128], "l2": 0.0, "learning_rate": 0.001, "normalize": True, "optimizer": "adam",
    "seed": 0, "stop": None, "train_size": 60000,
}
print(json.dumps({
    "plain": plain.key,
    "warmed": warmed.key,
    "read": Experiment.from_dict(warmed.to_dict()) == warmed,
    "read what is old": Experiment.from_dict(without_a_format) == plain,
    "names": [str(name) for name in names_beside(warmed, [plain])],
    "same program": Architecture.of(plain) == Architecture.of(warmed),
}))
""",
    )
    assert told == {
        "plain": Experiment().key,
        "warmed": told["warmed"],
        "read": True,
        "read what is old": True,
        "names": ["Warm-up: 3", "Warm-up: 0"],
        "same program": False,
    }
    assert told["warmed"] != told["plain"]


README_CHECK = (
    "-m",
    "pytest",
    "-p",
    "no:cacheprovider",
    "tests/core/test_choices.py",
    "-k",
    "readme",
)


def test_a_choice_or_a_dataset_that_the_readme_does_not_name_is_told(project: Path) -> None:
    told = run_python(project, *README_CHECK)
    assert "['dataset', 'warm_up']" in told.stdout, told.stdout
    failed = re.findall(r"^FAILED \S+::(\w+)", told.stdout, re.MULTILINE)
    assert failed == ["test_the_readme_has_a_row_for_each_choice_in_their_order"], told.stdout
    made_up.document_choice(project)
    made_up.document_dataset(project)
    assert run_python(project, *README_CHECK).returncode == 0


# --- a dataset --------------------------------------------------------------------------------------


def test_a_dataset_is_shown_and_trained_on(open_copy: Visits) -> None:
    page = open_copy("/")
    page.locator(".st-key-dataset").get_by_text("Tiles", exact=True).click()
    page.wait_for_url("**dataset=tiles**")
    expect(page.locator(".problem p")).to_have_text(
        "Four corners, 12 × 12 grey pixels each. Which one is bright?"
    )
    expect(page.locator(".problem figcaption")).to_have_text(
        ["top left", "top right", "bottom left", "bottom right"]
    )
    assert items(page) == [
        "12 × 12 = 144 inputs",
        "hidden 1: 144 × 128 + 128 = 18,560 parameters",
        "output: 128 × 4 + 4 = 516 parameters",
        "together 19,076 parameters",
    ]
    # Nobody has recorded a run of it: the page says so, and can be used.
    expect(page.locator(".st-key-trouble")).to_contain_text("record the run anew: make baseline")
    expect(curves(page, "empty")).to_have_count(1)
    expect(page.locator(".curves-empty")).to_be_visible()
    expect(page.locator(".picture-note")).to_have_text(
        "The bars appear here as soon as training begins."
    )
    press_train(page)
    wait_until_over(page)
    assert sentence(page) == "Trained all 5 epochs."
    assert float(figure(page, "test_accuracy").removesuffix("%")) > 90
    assert link(page) == {"dataset": "tiles", "run": curves(page).get_attribute("data-run")}
    expect(page.locator(".picture-row")).to_have_count(4)
    expect(page.locator(".picture-canvas")).to_have_attribute("width", "12")
    field = page.locator(".st-key-image_index input")
    assert field.get_attribute("max") == "119"
    page.get_by_text("More settings").click()
    expect(page.locator(".st-key-train_size")).to_contain_text("480")
    page.reload()
    expect(curves(page, "finished")).to_have_count(1)
    expect(page.locator(".picture-row")).to_have_count(4)


def test_a_datasets_origin_is_told(open_copy: Visits) -> None:
    about = open_copy("/about").locator(".st-key-about")
    expect(about).to_contain_text("Tiles: 600 made-up pictures, in the public domain.")


def test_a_datasets_threshold_is_its_own(open_copy: Visits) -> None:
    page = open_copy("/?dataset=tiles&stop_metric=val_accuracy&stop_value=0.95")
    press_train(page)
    wait_until_over(page)
    assert sentence(page).startswith("Stopped after epoch ")


# --- a kind of layer --------------------------------------------------------------------------------


def test_a_kind_of_layer_can_be_chosen_and_trained(open_copy: Visits) -> None:
    page = open_copy("/?dataset=tiles&hidden=16-8")
    page.locator(".st-key-hidden_kind [data-testid=stSelectbox] input").click()
    page.get_by_role("option", name="Without biases").click()
    page.wait_for_url("**hidden=unbiased16-8**")
    expect(page.locator(".st-key-hidden_units")).to_contain_text("Weighers, layer 1")
    expect(page.locator(".arithmetic li").nth(1)).to_have_text("hidden 1: 2,304 parameters")
    assert items(page)[2:] == [
        "hidden 2: 16 × 8 + 8 = 136 parameters",
        "output: 8 × 4 + 4 = 36 parameters",
        "together 2,476 parameters",
    ]
    press_train(page)
    wait_until_over(page)
    assert sentence(page) == "Trained all 5 epochs."
    again = open_copy(f"/?dataset=tiles&hidden=unbiased16-8&run={link(page)['run']}")
    expect(curves(again, "finished")).to_have_count(1)
    expect(again.locator(".st-key-differences")).to_have_count(0)


def test_a_kind_of_layer_that_is_misspelt_is_named(open_copy: Visits) -> None:
    page = open_copy("/?hidden=unbiased65")
    said = page.locator(".st-key-link_problems")
    expect(said).to_contain_text("layers of other kinds are spelt unbiased16. Used instead: 128.")


def test_a_kind_of_layer_is_the_same_in_keras_in_numpy_and_in_words(project: Path) -> None:
    told = tell(
        project,
        """
import json
import numpy as np
from playground.core.experiment import Experiment
from playground.core.naming import names_beside
from playground.core.network import Network
from playground.core.weights import answers
from playground.data import load_split
from playground.engine.architecture import Architecture
from playground.engine.training import Trainer
from playground.jobs.forecast import Forecast

experiment = Experiment(dataset="tiles", hidden=("unbiased16", 8), epochs=1)
network, trainer = Network.of(experiment), Trainer()
result = trainer.train(experiment, lambda event: None)
ours = answers(network, result.weights, load_split("tiles", "test").images, normalize=True)
dense = experiment.with_(hidden=(16, 8))
print(json.dumps({
    "parameters": [network.parameters, trainer.network(experiment).count_params()],
    "arrays": list(result.weights.arrays),
    "apart": float(np.abs(ours - result.probabilities).max()),
    "line": network.code.splitlines()[4].strip(),
    "names": [str(name) for name in names_beside(experiment, [dense])],
    "takes time": Forecast().seconds(experiment, 1) > 0,
    "same program": Architecture.of(experiment) == Architecture.of(dense),
}))
""",
    )
    assert told.pop("apart") < 1e-6
    assert told == {
        "parameters": [2476, 2476],
        "arrays": [
            "unbiased_1.kernel", "dense_1.kernel", "dense_1.bias", "dense_2.kernel", "dense_2.bias",
        ],
        "line": 'keras.layers.Dense(16, "relu", use_bias=False),',
        "names": ["Hidden layers: unbiased16-8", "16-8 neurons"],
        "takes time": True,
        "same program": False,
    }  # fmt: skip


# --- a lesson ---------------------------------------------------------------------------------------


def test_a_lesson_is_listed_and_can_be_gone_through(open_copy: Visits) -> None:
    page = open_copy("/lessons")
    about = page.locator(".st-key-lesson_row_99")
    expect(about).to_contain_text("How far apart does one seed lie from itself?")
    button(page, "open_two-units").click()
    expect(page.locator(".lesson-title")).to_have_text("Lesson 99 · Two units or many")
    wait_until_idle(page)
    assert link(page) == {"lesson": "two-units"}
    go_to_step(page, "prediction")
    page.locator(".st-key-prediction").get_by_text("Nowhere.", exact=True).click()
    button(page, "commit").click()
    button(page, "lesson_train").click()
    expect(page.locator(".st-key-outcome")).to_contain_text("You were right.")
    expect(page.locator(".st-key-outcome")).to_contain_text("Many units")
    expect(page.locator(".st-key-explanation")).to_contain_text("Two numbers can hardly")
    go_to_step(page, "code")
    expect(page.locator(".st-key-lesson_code")).to_contain_text("as few as can be")
    go_to_step(page, "quiz")
    page.locator(".st-key-quiz_why").get_by_text("More units see more.", exact=True).click()
    expect(page.locator(".st-key-explained_why")).to_contain_text("Yes, each sees something else.")
    button(page, "lesson_back").click()
    expect(page.locator(".lesson-title")).to_contain_text("Lesson 11")


# --- a language -------------------------------------------------------------------------------------


def test_a_language_is_in_the_menu_and_the_page_is_in_it(open_copy: Visits) -> None:
    page = open_copy("/?dataset=tiles&epochs=1")
    switch = page.locator(".st-key-lang_switch")
    expect(switch).to_contain_text("English")
    button(page, "lang_switch").click()
    options = page.get_by_role("option").or_(page.get_by_role("menuitem"))
    expect(options).to_have_text(["简体中文", "Esperanto"])
    options.filter(has_text="Esperanto").click()
    expect(switch).to_contain_text("Esperanto")
    page.wait_for_url("**lang=eo**")
    expect(button(page, "train")).to_contain_text("Trejni")
    assert page.evaluate("document.documentElement.lang") == "eo"
    expect(button(page, "stop")).to_contain_text("Stop")  # what has no words yet is in English
    button(page, "lang_switch").click()
    options.filter(has_text="简体中文").click()
    expect(button(page, "train")).to_contain_text("训练")
    page.go_back()
    expect(button(page, "train")).to_contain_text("Trejni")


def test_a_browsers_language_is_taken(open_copy: Visits) -> None:
    page = open_copy("/", locale="eo")
    expect(button(page, "train")).to_contain_text("Trejni")
    assert link(page) == {}


def test_a_language_without_a_lessons_words_shows_english_ones_and_says_so(
    open_copy: Visits,
) -> None:
    page = open_copy("/lessons?lesson=more-neurons&lang=eo")
    expect(page.locator(".st-key-written_in")).to_have_text("Teksto en Esperanto ankoraŭ mankas.")
    expect(page.locator(".st-key-lesson_step_question")).to_contain_text("neurons")
    chinese = open_copy("/lessons?lesson=two-units", locale="zh-CN")
    expect(chinese.locator(".st-key-written_in")).to_contain_text("这一课还没有简体中文版")
    expect(chinese.locator(".lesson-title")).to_contain_text("Two units or many")
    english = open_copy("/lessons?lesson=two-units")
    expect(english.locator(".st-key-written_in")).to_have_count(0)

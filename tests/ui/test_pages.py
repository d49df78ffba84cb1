"""The app as a script, without a browser: links and widgets agree, pages are short, TensorFlow is out."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from playground.core import url
from playground.core.choices import Flag, Number, Option, number_text
from playground.core.experiment import CHOICES, Experiment
from playground.core.hidden import Hidden
from playground.core.stop_rule import STOP_VALUE
from playground.jobs import TrainingService
from playground.ui import training

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "streamlit_app.py", *sorted((ROOT / "pages").glob("*.py"))]


@pytest.fixture(autouse=True)
def navigation_leads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the navigation decide which pages there are, as the server's lifespan does.

    AppTest makes every run a cold server's, and that would run the page's file alone.
    """

    class Led(PagesManager):
        def __init__(self, *arguments: Any, **keywords: Any) -> None:
            PagesManager.uses_pages_directory = False
            super().__init__(*arguments, **keywords)

    monkeypatch.setattr(PagesManager, "uses_pages_directory", False)
    monkeypatch.setattr("streamlit.testing.v1.app_test.PagesManager", Led)


def other_values(choice: Number | Option | Flag | Hidden) -> Iterator[str]:
    """Yield, as a link spells them, the values that a choice can take besides its default."""
    match choice:
        case Option():
            yield from (name for name in choice.options if name != choice.default)
        case Flag():
            yield str(not choice.default).lower()
        case Hidden():
            yield from ("0", "1", "64-32", "1024-7-512-100")
        case Number():
            between = (2 * choice.low + choice.high) / 3
            values = {choice.low, choice.high, int(between) if choice.whole else round(between, 5)}
            yield from sorted(map(number_text, values - {choice.default}))


def one_varied() -> Iterator[dict[str, str]]:
    """Yield links in which one choice is not its default."""
    for choice in CHOICES:
        if choice is STOP_VALUE:
            yield {"stop_metric": "loss", "stop_value": "0.25"}
            yield {"stop_metric": "val_loss", "stop_value": "7.5"}
            yield {"stop_metric": "val_accuracy", "stop_value": "0.9"}
            continue
        for value in other_values(choice):
            yield {choice.key: value}


def app(link: dict[str, str] | None = None, *, locale: str = "en-US") -> AppTest:
    """Return the app, run once for a visitor who comes by `link`."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=120)
    app.context = {"locale": locale}
    for name, value in (link or {}).items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def link_of(app: AppTest) -> dict[str, str]:
    """Return the link that the app has written."""
    params = app.query_params.items()
    return {name: said if isinstance(said, str) else said[-1] for name, said in params}


def widgets(app: AppTest) -> dict[str, Any]:
    """Return the values of the app's widgets by key."""
    kinds = ("button_group", "number_input", "select_slider", "selectbox", "slider", "toggle")
    found: list[Any] = [widget for kind in kinds for widget in app.get(kind)]
    return {widget.key: widget.value for widget in found}


def shown(experiment: Experiment) -> dict[str, object]:
    """Return what the widgets of an experiment show, those of its layers and threshold left out."""
    left_out = ("hidden", "stop_value")
    return {key: value for key, value in experiment.values().items() if key not in left_out}


def test_at_first_everything_has_its_default() -> None:
    page = app()
    assert link_of(page) == {}
    assert not page.error
    assert not page.warning
    values = widgets(page)
    for key, value in shown(Experiment()).items():
        assert values[key] == value, key
    assert (values["hidden_layers"], values["hidden_units"]) == (1, 128)
    assert values["stop_metric"] == "none"


@pytest.mark.parametrize("link", list(one_varied()), ids=str)
def test_a_link_sets_the_widgets_and_the_widgets_write_the_link(link: dict[str, str]) -> None:
    page = app(link)
    assert not page.warning
    assert link_of(page) == link
    experiment = url.decode(link).experiment
    values = widgets(page)
    for key, value in shown(experiment).items():
        assert values[key] == value, key
    assert values["hidden_layers"] == len(experiment.hidden)
    for layer, units in enumerate(experiment.hidden):
        assert values["hidden_units" if layer == 0 else f"hidden_units_{layer + 1}"] == units
    assert values["stop_metric"] == (experiment.stop.metric if experiment.stop else "none")
    if experiment.stop:
        assert values["stop_value"] == experiment.stop.value
    page.run()  # whatever else reruns the page, the link stays
    assert link_of(page) == link


def test_a_widget_moves_the_link() -> None:
    page = app()
    page.slider(key="epochs").set_value(12).run()
    assert link_of(page) == {"epochs": "12"}
    page.toggle(key="normalize").set_value(False).run()
    assert link_of(page) == {"epochs": "12", "normalize": "false"}
    page.slider(key="hidden_layers").set_value(2).run()
    assert link_of(page)["hidden"] == "128-128"
    page.slider(key="hidden_layers").set_value(0).run()
    assert link_of(page)["hidden"] == "0"
    page.slider(key="epochs").set_value(5).run()
    assert link_of(page) == {"normalize": "false", "hidden": "0"}


def test_a_threshold_begins_where_it_teaches_something() -> None:
    page = app()
    choose = partial(page.selectbox, key="stop_metric")
    choose().set_value("accuracy").run()
    assert link_of(page) == {"stop_metric": "accuracy", "stop_value": "0.87"}
    page.slider(key="stop_value").set_value(0.8).run()
    choose().set_value("val_accuracy").run()  # what was chosen stays
    assert link_of(page) == {"stop_metric": "val_accuracy", "stop_value": "0.8"}
    choose().set_value("loss").run()
    assert link_of(page) == {"stop_metric": "loss"}
    assert widgets(page)["stop_value"] == 0.4
    page = app({"dataset": "mnist"})
    page.selectbox(key="stop_metric").set_value("val_accuracy").run()
    assert link_of(page) == {
        "dataset": "mnist", "stop_metric": "val_accuracy", "stop_value": "0.97",
    }  # fmt: skip


def test_pictures_are_held_out_and_given_back() -> None:
    page = app()
    page.selectbox(key="stop_metric").set_value("val_loss").run()
    page.selectbox(key="choose_by").set_value("validation").run()
    assert "Validation loss below" in page.selectbox(key="stop_metric").options
    assert "Test loss below" not in page.selectbox(key="stop_metric").options
    assert page.select_slider(key="train_size").options[-1] == "50000"
    assert link_of(page) == {"stop_metric": "val_loss", "choose_by": "validation"}
    page.selectbox(key="choose_by").set_value("test").run()
    assert "Test loss below" in page.selectbox(key="stop_metric").options
    assert widgets(page)["train_size"] == 60_000
    assert link_of(page) == {"stop_metric": "val_loss"}


def test_a_link_that_names_no_threshold_means_what_it_always_meant() -> None:
    page = app({"stop_metric": "val_accuracy"})
    assert widgets(page)["stop_value"] == 0.4
    assert link_of(page) == {"stop_metric": "val_accuracy"}


def test_a_setting_that_changes_nothing_is_said() -> None:
    page = app({"hidden": "0", "dropout": "0.9"})
    said = "Dropout changes nothing here: it switches off hidden neurons, and there is no hidden layer."
    assert said in [caption.value for caption in page.caption]
    page.slider(key="hidden_layers").set_value(1).run()
    assert said not in [caption.value for caption in page.caption]


@pytest.mark.parametrize(
    ("kind", "key", "sent"),
    [
        ("selectbox", "optimizer", "the best one"),
        ("button_group", "dataset", ["letters"]),
        ("slider", "epochs", 10**9),
        ("slider", "hidden_layers", -1),
        ("slider", "hidden_layers", 2.5),
        ("slider", "stop_value", float("nan")),
        ("select_slider", "lr", "77"),
        ("number_input", "seed", -5),
    ],
)
def test_what_no_control_says_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch, kind: str, key: str, sent: object
) -> None:
    page = app({"hidden": "64-32", "stop_metric": "loss", "epochs": "7", "seed": "3"})
    widget: Any = next(element for element in page.get(kind) if element.key == key)
    message = widget._widget_state
    field = message.WhichOneof("value")
    if field in ("double_array_value", "string_array_value"):
        data = getattr(message, field).data
        data[:] = sent if isinstance(sent, list) else [sent]
    else:
        setattr(message, field, sent)
    monkeypatch.setattr(type(widget), "_widget_state", property(lambda _: message))
    page.run()
    assert not page.exception
    assert url.decode(link_of(page)).problems == ()


def test_a_click_that_came_before_the_new_link_does_not_bring_the_old_one_back() -> None:
    page = app({"run": "nonsense", "hidden": "64"})
    page.slider(key="epochs").set_value(12).run()
    page.query_params.clear()
    page.query_params["hidden"] = "64"  # the browser does not have the new one yet
    page.button(key="dismiss_problems").click().run()
    assert page.slider(key="epochs").value == 12
    assert link_of(page) == {"hidden": "64", "epochs": "12"}


def test_what_is_bad_in_a_link_is_said_until_it_is_understood() -> None:
    page = app({"epochs": "-3", "hidden": "64"})
    (warning,) = page.warning
    assert warning.value.replace("\\", "") == (
        "- epochs in the link: received “-3”, expected a whole number from 1 to 100. "
        "Used instead: 5."
    )
    assert link_of(page) == {"hidden": "64"}
    page.slider(key="epochs").set_value(7).run()
    assert len(page.warning) == 1
    page.button(key="dismiss_problems").click().run()
    assert not page.warning
    assert link_of(page) == {"hidden": "64", "epochs": "7"}


def test_a_run_that_is_not_here_is_said_at_once() -> None:
    page = app({"run": "nonsense", "hidden": "64"})
    (warning,) = page.warning
    assert "“nonsense”" in warning.value
    assert link_of(page) == {"hidden": "64"}


@pytest.mark.parametrize(("locale", "word"), [("en-US", "Train"), ("zh-CN", "训练")])
def test_the_browsers_language_is_spoken(locale: str, word: str) -> None:
    page = app(locale=locale)
    assert page.button(key="train").label == word
    assert link_of(page) == {}


def test_the_links_language_beats_the_browsers() -> None:
    page = app({"lang": "zh"})
    assert page.button(key="train").label == "训练"
    assert link_of(page) == {"lang": "zh"}
    assert app({"lang": "en"}, locale="zh-CN").button(key="train").label == "Train"


def test_a_change_names_what_differs_from_the_run() -> None:
    page = app()
    said = "These settings differ from the run shown: Epochs."
    assert said not in [text.value for text in (*page.caption, *page.markdown)]
    page.slider(key="epochs").set_value(6).run()
    assert said in [text.value for text in (*page.caption, *page.markdown)]


class Expecting(TrainingService):
    """Notes for which networks it is told to be ready."""

    def __init__(self) -> None:
        super().__init__()
        self.expected: list[tuple[Experiment, str]] = []

    def expect(self, experiment: Experiment, visitor: str = "") -> None:
        self.expected.append((experiment, visitor))
        super().expect(experiment, visitor)


def test_the_network_of_the_settings_is_expected_while_they_are_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = Expecting()
    monkeypatch.setattr(training, "training_service", lambda: service)
    page = app({"hidden": "64"})
    assert service.expected[-1][0] == Experiment(hidden=(64,))
    page.toggle(key="normalize").set_value(False).run()
    assert service.expected[-1][0] == Experiment(hidden=(64,), normalize=False)
    assert len({visitor for _, visitor in service.expected}) == 1
    assert service.expected[0][1] != ""


def test_the_other_page_shows_itself() -> None:
    page = app().switch_page("pages/about.py").run()
    assert not page.exception
    assert "What happens when you press Train" in [title.value for title in page.subheader]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_is_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60
    assert text.startswith('"""')
    assert "class " not in text
    assert "session_state" not in text


def test_the_page_leaves_tensorflow_alone() -> None:
    script = (
        "import sys, pkgutil, importlib, playground.ui, playground.jobs, streamlit_app\n"
        "for module in pkgutil.walk_packages(playground.ui.__path__, 'playground.ui.'):\n"
        "    importlib.import_module(module.name)\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "assert 'streamlit' in loaded and 'distributed' in loaded\n"
        "print(sorted(loaded & {'tensorflow', 'keras', 'jax', 'torch'}))\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stdout == "[]\n"


def rows(page: AppTest) -> list[str]:
    """Return the names in the rows of the runs on the chart, the head line left out."""
    texts = [element.proto.body for element in page.get("html")]
    return [
        name for text in texts if "run-cells" in text for name in re.findall("[1-8] · [^<]*", text)
    ]


def test_a_link_draws_runs_beside_the_one_that_is_shown() -> None:
    page = app({"runs": "recorded-mnist"})
    assert not page.warning
    assert link_of(page) == {"runs": "recorded-mnist"}
    assert rows(page) == ["1 · Dataset: Fashion-MNIST", "2 · Dataset: MNIST"]


def test_a_run_goes_off_the_chart_and_comes_back_by_one_press_each() -> None:
    page = app({"runs": "recorded-mnist"})
    page.button(key="take_off_2").click().run()
    assert (rows(page), link_of(page)) == ([], {})
    page.button(key="put_back_1").click().run()
    assert (len(rows(page)), link_of(page)) == (2, {"runs": "recorded-mnist"})
    assert "put_back_1" not in {button.key for button in page.button}


def test_a_run_beside_that_is_not_here_is_told_and_the_others_stay() -> None:
    page = app({"runs": "recorded-mnist,0000abcd"})
    assert any("0000abcd" in warning.value for warning in page.warning)
    assert link_of(page) == {"runs": "recorded-mnist"}


def test_the_run_that_is_shown_is_not_drawn_beside_itself() -> None:
    page = app({"runs": "recorded-fashion"})
    assert not page.warning
    assert (rows(page), link_of(page)) == ([], {})


def test_more_runs_than_the_chart_takes_are_told() -> None:
    page = app({"runs": ",".join(f"{number:08x}" for number in range(9))})
    assert any("received 9 of them, expected at most 7" in it.value for it in page.warning)

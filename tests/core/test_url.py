"""A link and an experiment are each made from the other, and nothing bad is obeyed or swallowed."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playground.core.choices import Flag, Number, Option
from playground.core.dataset import DATASETS
from playground.core.experiment import CHOICES, Experiment
from playground.core.hidden import Hidden
from playground.core.message import message
from playground.core.stop_rule import StopRule
from playground.core.url import MAX_PROBLEMS, PAGE_PARAMETERS, Decoded, decode, encode
from tests.core import experiments

KNOWN = {choice.key: choice for choice in CHOICES}
KNOWN_IN_WORDS = ", ".join([*KNOWN, "lang", "lesson", "run", "runs"])
DATASET_NAMES = ", ".join(DATASETS)
SILENT = PAGE_PARAMETERS | {"embed", "embed_options"}
HIDDEN = f"expected {Experiment.HIDDEN.expected}. Used instead: 128."
EPOCHS = "expected a whole number from 1 to 100. Used instead: 5."
RATE = "expected a number from 0.00001 to 10. Used instead: 0.001."


def said(decoded: Decoded) -> list[str]:
    return [str(problem.text) for problem in decoded.problems]


# --- what is good ------------------------------------------------------------------------------


@given(experiments())
def test_a_link_gives_its_experiment_back(experiment: Experiment) -> None:
    parameters = encode(experiment)
    assert decode(parameters) == Decoded(experiment, ())
    link = urlencode(parameters)
    assert decode(dict(parse_qsl(link, strict_parsing=bool(link)))) == Decoded(experiment, ())


def test_the_contracts_link() -> None:
    link = (
        "dataset=mnist&normalize=false&hidden=512-256&epochs=7&stop_metric=val_loss&stop_value=0.35"
        "&optimizer=sgd&lr=0.01&batch=64&seed=3"
    )
    experiment = Experiment(
        dataset="mnist",
        normalize=False,
        hidden=(512, 256),
        epochs=7,
        batch_size=64,
        learning_rate=0.01,
        optimizer="sgd",
        stop=StopRule("val_loss", 0.35),
        seed=3,
    )
    assert decode({**dict(parse_qsl(link)), "lang": "zh"}) == Decoded(experiment, ())
    assert urlencode(encode(experiment)) == link


def test_defaults_are_left_out_and_may_be_there() -> None:
    assert encode(Experiment()) == {}
    spelt = (
        "dataset=fashion&normalize=true&hidden=128&epochs=5&batch=32&lr=0.001&optimizer=adam"
        "&stop_metric=none&stop_value=0.4&seed=0&lang=en"
    )
    assert decode(dict(parse_qsl(spelt))) == Decoded(Experiment(), ())
    assert decode({}) == Decoded(Experiment(), ())


def test_all_pictures_that_are_not_held_out_are_no_choice() -> None:
    experiment = Experiment(choose_by="validation")
    assert encode(experiment) == {"choose_by": "validation"}
    assert decode({"choose_by": "validation", "train_size": "50000"}).experiment == experiment
    problems = decode({"choose_by": "validation", "train_size": "55000"}).problems
    assert "from 100 to 50000. Used instead: 50000." in str(problems[0].text)


def test_a_rule_at_the_default_threshold_and_no_layers_are_spelt() -> None:
    experiment = Experiment(hidden=(), learning_rate=10, stop=StopRule("loss", 0.4))
    assert encode(experiment) == {"hidden": "0", "lr": "10", "stop_metric": "loss"}


@pytest.mark.parametrize("name", sorted(SILENT))
@pytest.mark.parametrize("value", ["", "true", "<script>", "9" * 10_000])
def test_the_pages_and_streamlits_own_parameters_are_none_of_ours(name: str, value: str) -> None:
    assert decode({name: value, "epochs": "7"}) == Decoded(Experiment(epochs=7), ())


# --- what is not -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("hidden", "1e9", f"hidden in the link: received “1e9”, {HIDDEN}"),
        ("hidden", "512-abc", f"hidden in the link: received “512-abc”, {HIDDEN}"),
        ("hidden", "", f"hidden in the link: received “”, {HIDDEN}"),
        ("hidden", "５１２", f"hidden in the link: received “５１２”, {HIDDEN}"),
        ("hidden", "9" * 10_000, f"hidden in the link: received “{'9' * 40}…”, {HIDDEN}"),
        ("epochs", "-3", f"epochs in the link: received “-3”, {EPOCHS}"),
        ("epochs", "٣", f"epochs in the link: received “٣”, {EPOCHS}"),
        ("epochs", " 5", f"epochs in the link: received “ 5”, {EPOCHS}"),
        ("epochs", "5\n", f"epochs in the link: received “5�”, {EPOCHS}"),
        ("epochs", "5.0", f"epochs in the link: received “5.0”, {EPOCHS}"),
        ("epochs", "", f"epochs in the link: received “”, {EPOCHS}"),
        ("epochs", "9" * 4_000, f"epochs in the link: received “{'9' * 40}…”, {EPOCHS}"),
        ("epochs", "9" * 10_000, f"epochs in the link: received “{'9' * 40}…”, {EPOCHS}"),
        ("epochs", "{used}", f"epochs in the link: received “{{used}}”, {EPOCHS}"),
        ("lr", "nan", f"lr in the link: received “nan”, {RATE}"),
        ("lr", "-inf", f"lr in the link: received “-inf”, {RATE}"),
        ("lr", "1e999", f"lr in the link: received “1e999”, {RATE}"),
        ("lr", "0,001", f"lr in the link: received “0,001”, {RATE}"),
        ("lr", "1_0", f"lr in the link: received “1_0”, {RATE}"),
        (
            "dataset",
            "<script>",
            f"dataset in the link: received “<script>”, expected one of {DATASET_NAMES}. Used instead: fashion.",
        ),
        (
            "normalize",
            "True",
            "normalize in the link: received “True”, expected true or false. Used instead: true.",
        ),
        (
            "stop_value",
            "low",
            "stop_value in the link: received “low”, expected a number from 0 to 10. Used instead: 0.4.",
        ),
        (
            "colour",
            "red",
            f"The link has an unknown parameter “colour”; known are {KNOWN_IN_WORDS}. It was left out.",
        ),
        (
            "Epochs",
            "7",
            f"The link has an unknown parameter “Epochs”; known are {KNOWN_IN_WORDS}. It was left out.",
        ),
        (
            "x" * 10_000,
            "1",
            f"The link has an unknown parameter “{'x' * 40}…”; known are {KNOWN_IN_WORDS}. It was left out.",
        ),
    ],
)
def test_a_bad_parameter_is_named_and_the_default_used(name: str, value: str, says: str) -> None:
    decoded = decode({"seed": "7", name: value, "batch": "64"})
    assert decoded.experiment == Experiment(seed=7, batch_size=64)
    assert said(decoded) == [says]
    assert decoded.problems[0].parameter == name


@pytest.mark.parametrize("metric", ["accuracy", "val_accuracy"])
def test_an_accuracy_above_one_is_no_threshold(metric: str) -> None:
    decoded = decode({"stop_metric": metric, "stop_value": "5"})
    assert decoded.experiment == Experiment(stop=StopRule(metric, 0.4))
    assert said(decoded) == [
        "Threshold: received 5, expected a number from 0 to 1 for accuracy. Used instead: 0.4."
    ]
    assert decoded.problems[0].parameter == "stop_value"


def test_a_bad_threshold_leaves_the_metric() -> None:
    decoded = decode({"stop_metric": "loss", "stop_value": "nan"})
    assert decoded.experiment.stop == StopRule("loss", 0.4)
    assert said(decoded) == [
        "stop_value in the link: received “nan”, expected a number from 0 to 10. Used instead: 0.4."
    ]


def test_a_bad_metric_stops_nothing() -> None:
    decoded = decode({"stop_metric": "f1", "stop_value": "0.3"})
    assert decoded.experiment.stop is None
    assert said(decoded) == [
        "stop_metric in the link: received “f1”, expected one of none, loss, accuracy, val_loss, val_accuracy. Used instead: none."
    ]


def test_words_and_values_of_a_problem_stay_apart_for_translation() -> None:
    (problem,) = decode({"dataset": "cats"}).problems
    assert problem.text == message(
        "{name} in the link: received {received}, expected {expected}. Used instead: {used}.",
        name="dataset",
        received="“cats”",
        expected=message("one of {names}", names=DATASET_NAMES),
        used="fashion",
    )


@pytest.mark.parametrize("count", [MAX_PROBLEMS, MAX_PROBLEMS + 1, 10_000])
def test_a_flood_of_names_is_cut_short_and_counted(count: int) -> None:
    flood = {f"x{index}": "" for index in range(count - 1)}
    decoded = decode({**flood, "epochs": "-3"})
    assert decoded.problems[0].parameter == "epochs"
    assert decoded.problems[1].parameter == "x0"
    assert len(decoded.problems) == MAX_PROBLEMS
    if count > MAX_PROBLEMS:
        assert decoded.problems[-1].parameter == ""
        assert said(decoded)[-1] == (
            f"{count - MAX_PROBLEMS + 1} more parameters of the link could not be used; settings "
            "among them have their defaults."
        )


def test_eight_problems_are_all_told() -> None:
    decoded = decode({f"x{index}": "" for index in range(MAX_PROBLEMS)})
    assert [problem.parameter for problem in decoded.problems] == [
        f"x{index}" for index in range(MAX_PROBLEMS)
    ]


# --- anything at all ---------------------------------------------------------------------------

SAMPLES = st.sampled_from(
    ["", " ", "0", "1", "5", "5.0", "0.4", ".5", "1e-3", "32", "1024", "60000", "128", "512-256",
     "512-abc", "1e9", "-1", "-0", "٣", "nan", "1e999", "true", "false", "True", "none", "accuracy",
     "val_loss", "fashion", "mnist", "adamw", "tanh", "{", "{0}", "%s", "\x00", "\ud800", "None",
     "9" * 5_000]
)  # fmt: skip
NAMES = st.sampled_from([*KNOWN, *sorted(SILENT)]) | st.text(st.characters(), max_size=60)
LINKS = st.dictionaries(NAMES, SAMPLES | st.text(st.characters(), max_size=60), max_size=20)


def is_good(name: str, text: str) -> bool:
    """Whether `name` is a parameter and `text` a value for it, judged without the codec."""
    choice = KNOWN.get(name)
    match choice:
        case None:
            return False
        case Number(whole=True):
            return bool(re.fullmatch("[0-9]{1,40}", text)) and (
                choice.low <= int(text) <= choice.high
            )
        case Number():
            spelt = re.fullmatch(r"(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", text, re.ASCII | re.IGNORECASE)
            return bool(spelt) and choice.low <= float(text) <= choice.high
        case Option():
            return text in choice.options
        case Flag():
            return text in {"true", "false"}
        case Hidden():
            units = r"[0-9]{1,4}"
            layers = text.split("-")
            return text == "0" or (
                len(layers) <= 4
                and all(re.fullmatch(units, layer) and 1 <= int(layer) <= 1024 for layer in layers)
            )


def is_no_accuracy(link: dict[str, str]) -> bool:
    """Whether `link` asks for an accuracy above 1, each of its two parts being good by itself."""
    value = link.get("stop_value", "")
    accuracy = link.get("stop_metric") in {"accuracy", "val_accuracy"}
    return accuracy and is_good("stop_value", value) and float(value) > 1


def is_alone(link: dict[str, str]) -> bool:
    """Whether `link` has a threshold, good by itself, and says of nothing that it is to cross it."""
    value = link.get("stop_value", "")
    is_chosen = is_good("stop_value", value) and float(value) != 0.4
    return is_chosen and link.get("stop_metric", "none") == "none"


def is_too_many(link: dict[str, str]) -> bool:
    """Whether `link` asks for more pictures than are left, and not for all."""
    size = link.get("train_size", "")
    held_out = link.get("choose_by") == "validation" and is_good("train_size", size)
    return held_out and 50_000 < int(size) < 60_000


@given(LINKS)
@example({"stop_value": "0.5"})
@example({"stop_value": "0.5", "stop_metric": "none"})
@example({"choose_by": "validation", "train_size": "50001"})
@example({"stop_metric": "accuracy", "stop_value": "5"})
@example({"epochs": "9" * 4_000})
@example({"": ""})
def test_any_link_gives_a_valid_experiment_and_a_problem_for_each_bad_part(
    link: dict[str, str],
) -> None:
    decoded = decode(link)
    experiment = decoded.experiment
    assert Experiment.from_dict(experiment.to_dict()) == experiment
    assert decode(encode(experiment)) == Decoded(experiment, ())

    bad = {name for name, text in link.items() if name not in SILENT and not is_good(name, text)}
    if is_no_accuracy(link) or is_alone(link):
        bad.add("stop_value")
    if is_too_many(link):
        bad.add("train_size")
    named = [problem.parameter for problem in decoded.problems]
    if len(bad) <= MAX_PROBLEMS:
        assert sorted(named) == sorted(bad)
    else:
        assert len(named) == MAX_PROBLEMS
        assert set(named[:-1]) <= bad
        assert decoded.problems[-1].text.values["count"] == len(bad) - MAX_PROBLEMS + 1
    for text in said(decoded):
        assert text.isprintable()
        assert all(len(part) <= 41 for part in re.findall("“([^”]*)”", text))
        assert len(text) < 300


@given(LINKS)
def test_the_good_part_of_a_link_is_obeyed(link: dict[str, str]) -> None:
    spoilt = {**link, "epochs": "7", "batch": "64", "dataset": "mnist"}
    experiment = decode(spoilt).experiment
    assert (experiment.epochs, experiment.batch_size, experiment.dataset) == (7, 64, "mnist")

"""The drawn tree of errors is the real one, and an error says the same in every process."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core import errors
from playground.core.dataset import DATASETS
from playground.core.errors import (
    DataError,
    EngineError,
    ExperimentError,
    PlaygroundError,
    StoreError,
)
from playground.core.experiment import Experiment
from playground.core.message import message
from tests.core import travelled


def drawn() -> Iterator[tuple[str, str | None]]:
    """Yield each error of the tree in the module's docstring with the one that it hangs from."""
    above: dict[int, str] = {}
    for line in (errors.__doc__ or "").splitlines():
        found = re.fullmatch(r"    ([│ ]*[├└]── )?(\w+Error)( {2,}\S.*)?", line)
        if found is None:
            continue
        branch, name, says = found.groups()
        depth = len(branch or "") // 4
        assert depth == 0 or says, f"{name} is drawn without saying what it is for"
        above[depth] = name
        yield name, above.get(depth - 1)


def declared() -> Iterator[tuple[str, str | None]]:
    """Yield each error class of the module with the class of the module that it extends."""
    classes = {
        value
        for value in vars(errors).values()
        if inspect.isclass(value) and value.__module__ == errors.__name__
    }
    for error in classes:
        bases = [base.__name__ for base in error.__bases__ if base in classes]
        yield error.__name__, bases[0] if bases else None


def test_the_tree_in_the_docstring_is_the_tree_of_classes() -> None:
    tree = list(drawn())
    assert tree[0] == ("PlaygroundError", None)
    assert sorted(tree, key=str) == sorted(declared(), key=str)
    assert len(tree) == 16


def all_errors() -> list[type[PlaygroundError]]:
    return [getattr(errors, name) for name, _ in drawn()]


@pytest.mark.parametrize("kind", all_errors())
def test_an_error_keeps_words_and_values_apart_when_pickled(kind: type[PlaygroundError]) -> None:
    sentence = message("{label}: received {received}.", label=message("Epochs"), received="{0}")
    error = travelled(kind(sentence))
    assert type(error) is kind
    assert error.message == sentence
    assert str(error) == "Epochs: received {0}."
    assert error.args == ("Epochs: received {0}.",)


def test_what_only_the_log_may_know_of_a_store_is_no_part_of_what_people_read() -> None:
    error = StoreError("It is locked.", "/srv/runs answered “locked”")
    assert str(error) == str(error.message) == "It is locked."
    assert error.__notes__ == [error.details] == ["/srv/runs answered “locked”"]


def refuse(dataset: str) -> None:
    Experiment(dataset=dataset)


def test_an_error_comes_out_of_a_process_as_it_went_in() -> None:
    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
        pytest.raises(ExperimentError) as caught,
    ):
        pool.submit(refuse, "{cats}").result(timeout=60)
    assert str(caught.value) == (
        f"Dataset: received “{{cats}}”, expected one of {', '.join(DATASETS)}."
    )
    assert caught.value.message.text == "{label}: received {received}, expected {expected}."
    assert caught.value.message.values["label"] == message("Dataset")


@given(st.text())
def test_a_plain_text_is_said_as_it_is(text: str) -> None:
    error = travelled(DataError(text))
    assert str(error) == str(error.message) == text


def test_a_plain_text_without_braces_is_its_own_key_for_translation() -> None:
    assert EngineError("Training stopped.").message == message("Training stopped.")


def test_a_bad_value_is_a_value_error_to_the_rest_of_python() -> None:
    assert issubclass(ExperimentError, ValueError)

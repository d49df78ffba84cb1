"""What is used of a library beside its documented interface is looked at once, and missed aloud."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version

import pytest

from playground.core.private_use import PrivateUse, say_what_has_changed, sets, takes


def test_what_is_as_known_is_looked_at_once_and_not_spoken_of(
    caplog: pytest.LogCaptureFixture,
) -> None:
    looks: list[str] = []
    use = PrivateUse("numpy", "thing", "all stops", lambda: not looks.append("one"))  # type: ignore[func-returns-value]
    assert use.is_as_known()
    assert use.is_as_known()
    assert (looks, caplog.messages) == (["one"], [])


def _fails() -> bool:
    raise AttributeError("thing")


@pytest.mark.parametrize("probe", [lambda: False, _fails])
def test_what_has_changed_is_said_once_with_what_happens_without_it(
    probe: object, caplog: pytest.LogCaptureFixture
) -> None:
    use = PrivateUse("numpy", "thing", "all stops", probe)  # type: ignore[arg-type]
    other = PrivateUse("no-such-library", "other", "nothing happens", probe)  # type: ignore[arg-type]
    say_what_has_changed([use, other])
    assert not use.is_as_known()
    assert caplog.messages == [
        f"numpy {version('numpy')} has no thing as this app knows it. Without it, all stops.",
        "no-such-library has no other as this app knows it. Without it, nothing happens.",
    ]


def test_parameters_are_compared_by_name_and_order() -> None:
    def function(first: int, *, second: int = 0) -> None:
        """Take two."""

    assert takes(function, "first", "second")
    assert not takes(function, "second", "first")
    assert not takes(function, "first")


def test_what_objects_get_when_they_are_made_is_seen_in_their_class() -> None:
    class Plain:
        def __init__(self) -> None:
            self._inner = 1

    class Heir(Plain):
        """Gets what its parent gets."""

    @dataclass
    class Fields:
        inner: int

    assert sets(Plain, "_inner")
    assert sets(Heir, "_inner")
    assert not sets(Plain, "_inner", "_outer")
    assert sets(Fields, "inner")
    assert not sets(Fields, "outer")

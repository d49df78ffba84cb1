"""The link is that of the page, whatever a page's run is cut off at."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st

from playground.core.experiment import Experiment
from playground.ui import draft


class Address(dict[str, str]):
    """The browser's address: what was sent is there in a moment."""

    sent: dict[str, str] | None = None

    def to_dict(self) -> dict[str, str]:
        return dict(self)

    def from_dict(self, link: dict[str, str]) -> None:
        self.sent = dict(link)


class Cut(Address):
    """An address of which a run ends that would change it."""

    def from_dict(self, link: dict[str, str]) -> None:
        raise EndedError


class State(dict[str, Any]):
    """A session's state; a run that was replaced ends as soon as it looks at it."""

    address: Address

    def __setitem__(self, key: str, value: object) -> None:
        if self.address.sent is not None:
            raise EndedError
        super().__setitem__(key, value)


class EndedError(Exception):
    """The run is over."""


def test_a_run_that_ends_when_it_has_sent_its_link_does_not_leave_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = Address(lang="en")
    state = State(_draft=Experiment(), _page="", _link={"lang": "en"}, lang="zh")
    state.address = address
    monkeypatch.setattr(st, "query_params", address)
    monkeypatch.setattr(st, "session_state", state)
    with pytest.raises(EndedError):
        draft.write_link()
    assert address.sent == {"lang": "zh"}  # it is on its way
    address.sent = None
    state["lang"] = "en"  # pressed once more, before the browser knew
    with pytest.raises(EndedError):
        draft.write_link()
    assert address.sent == {"lang": "en"}


def test_a_run_that_ends_before_it_has_sent_its_link_leaves_that_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = Address(lang="zh")  # the browser does not know yet that it was told of English
    state = State(_draft=Experiment(), _page="", _link={"lang": "en"}, lang="zh")
    state.address = address
    monkeypatch.setattr(st, "session_state", state)
    monkeypatch.setattr(st, "query_params", Cut(address))
    with pytest.raises(EndedError):
        draft.write_link()
    monkeypatch.setattr(st, "query_params", address)
    with pytest.raises(EndedError):
        draft.write_link()
    assert address.sent == {"lang": "zh"}

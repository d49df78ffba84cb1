"""The engine is given up when the connection to it breaks, and when nobody can see whether it does."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from playground.jobs.engine import Engine


class Contact:
    """A scheduler that is there."""

    is_given_up = False

    @property
    def patience(self) -> float | None:
        """Others see to its workers."""
        return None

    def give_up(self) -> None:
        """Note it."""
        self.is_given_up = True


def watched(client: object) -> Contact:
    """Return a contact whose engine has watched a client until there was nothing to watch any more."""
    contact: Any = Contact()
    engine = Engine(contact, lambda *_: None, lambda: None)
    asyncio.run(engine._watch(client))  # type: ignore[arg-type]
    made: Contact = contact
    return made


def test_a_connection_that_has_broken_ends_the_engine(caplog: pytest.LogCaptureFixture) -> None:
    broken = SimpleNamespace(closed=lambda: True)
    assert watched(SimpleNamespace(scheduler_comm=broken, status="running")).is_given_up
    assert caplog.messages == []


def test_a_watch_that_fails_is_not_silent_and_ends_the_engine(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = SimpleNamespace(scheduler_comm=SimpleNamespace(), status="running")  # closed() is gone
    assert watched(client).is_given_up
    assert caplog.messages == ["The connection to the engine is not watched any more"]

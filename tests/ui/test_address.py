"""Where somebody comes from: told apart, told again, and never written down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.ui.address import hashed
from playground.ui.signing_key import signing_key


@pytest.fixture(autouse=True)
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have the key made in a folder of the test's own."""
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path))
    signing_key.cache_clear()
    yield
    signing_key.cache_clear()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("2001:db8::1", "2001:db8:0:0:ffff::2", True),  # a household has 64 bits of its own
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("testclient", "testclient", True),
        ("testclient", "192.0.2.7", False),
    ],
)
def test_addresses_are_told_apart(one: str, other: str, *, same: bool) -> None:
    assert (hashed(one) == hashed(other)) is same
    assert re.fullmatch(r"[0-9a-f]{32}", hashed(one))


def test_an_address_is_told_again_after_a_restart_and_by_no_other_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = hashed("192.0.2.7")
    signing_key.cache_clear()
    assert hashed("192.0.2.7") == before
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path / "another"))
    signing_key.cache_clear()
    assert hashed("192.0.2.7") != before


def test_this_machine_has_no_address() -> None:
    assert hashed(None) == ""

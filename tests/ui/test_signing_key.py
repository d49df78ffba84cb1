"""The key is made once, for its owner's eyes only; a damaged one costs itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.ui.signing_key import FILE, signing_key


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path / "data"))
    signing_key.cache_clear()
    yield tmp_path / "data" / FILE
    signing_key.cache_clear()


def again() -> bytes:
    """Return the key as the next process finds it."""
    signing_key.cache_clear()
    assert signing_key().is_kept
    return signing_key().key


def test_it_is_made_once_and_nobody_else_may_read_it(file: Path) -> None:
    key = again()
    assert len(key) == 32
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [it.name for it in file.parent.iterdir()] == [FILE]
    assert again() == key


def test_one_that_others_may_read_is_closed_to_them(file: Path) -> None:
    key = again()
    file.chmod(0o644)
    assert again() == key
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damage", [b"", b"ab", b"\xff" * 65, b"x" * 64 + b"\n"])
def test_a_damaged_one_is_named_and_made_anew(
    file: Path, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    key = again()
    file.write_bytes(damage)
    new = again()
    assert new != key
    assert again() == new
    assert caplog.messages == [f"{file} is damaged. A new key is made; visitors are somebody new."]

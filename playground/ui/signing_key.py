"""The key with which this server signs its visitors' cookies, kept beside their runs."""

from __future__ import annotations

import logging
import os
import re
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from playground.store import data_folder

FILE: Final = "visitors.key"
_FORM: Final = re.compile(rb"[0-9a-f]{64}\n")
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """Thirty-two random bytes.

    Args:
        key: the bytes.
        is_kept: whether they outlive the process, and with them what they signed.
    """

    key: bytes
    is_kept: bool


@cache
def signing_key() -> SigningKey:
    """Return the key of the data folder, made first where there is none; else one for this process."""
    file = data_folder() / FILE
    try:
        return SigningKey(_read(file) or _make(file), is_kept=True)
    except OSError as error:
        _log.warning("Visitors are somebody new after a restart: %s (%s)", file, error.strerror)
        return SigningKey(secrets.token_bytes(32), is_kept=False)


def _read(file: Path) -> bytes | None:
    """Return the key in a file, None if there is none or it is damaged."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return None
    if not _FORM.fullmatch(content):
        _log.warning("%s is damaged. A new key is made; visitors are somebody new.", file)
        return None
    file.chmod(0o600)
    return bytes.fromhex(content.decode())


def _make(file: Path) -> bytes:
    """Write a new key; of two processes that do so at once, both go on with the later one's."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_name(f"{FILE}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:  # noqa: PTH123
        out.write(secrets.token_hex(32).encode() + b"\n")
    fresh.replace(file)
    return bytes.fromhex(file.read_text(encoding="ascii"))

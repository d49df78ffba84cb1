"""The files in the data folder: kept to ourselves, and known again; it touches nobody else's.

On Windows rights are kept otherwise, and nothing here changes them there.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from sqlalchemy import URL

OURS: Final = ("playground.", "visitors.key")
"""How the names of all our files in the data folder begin."""

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def make_private_folder(folder: Path) -> None:
    """Make a folder that is its owner's alone, and take from others the right to our files in it.

    A folder that was there is narrowed too if it is ours and holds nothing but files of ours: with
    anything else in it, it may be somebody's home.

    Raises:
        OSError: it cannot be made or looked into.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=stat.S_IRWXU)
    entries = list(folder.iterdir())
    ours = [entry for entry in entries if entry.name.startswith(OURS)]
    for entry in ours:
        _narrow(entry)
    if len(ours) == len(entries):
        _narrow(folder)


def make_private_file(file: Path) -> None:
    """Make an empty file that is its owner's alone, if there is none; SQLite's logs take its rights.

    Raises:
        OSError: it cannot be made.
    """
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, stat.S_IRUSR | stat.S_IWUSR))


def identity(url: URL) -> tuple[int, int, bool] | None:
    """Return what tells a database's file from one that takes its place, or that was emptied.

    None if there is no file, as for a server's database.
    """
    if url.get_backend_name() != "sqlite":
        return None
    try:
        found = Path(str(url.database)).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size == 0


def _narrow(path: Path) -> None:
    """Take from others the right to a file or folder of this user's; a link is left as it is."""
    with suppress(OSError):
        found = path.lstat()
        is_plain = stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)
        if os.name == "posix" and is_plain and found.st_uid == os.geteuid():
            path.chmod(stat.S_IMODE(found.st_mode) & ~_OTHERS)

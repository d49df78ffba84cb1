"""What is kept is its owner's alone, also where the folder was there before; others' files stay as they are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from playground.store import Change, open_store
from tests.store.conftest import a_run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights otherwise")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder for the runs, which is not there yet."""
    monkeypatch.delenv("PLAYGROUND_DATABASE_URL", raising=False)
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path / "kept"))
    return tmp_path / "kept"


def rights(folder: Path) -> dict[str, int]:
    """Return the rights to a folder and to all in it."""
    found = {".": folder.stat().st_mode & 0o777}
    return found | {file.name: file.lstat().st_mode & 0o777 for file in folder.iterdir()}


def use() -> None:
    """Open a store, write a run, and see that its files are nobody else's while it is open."""
    store = open_store()
    store.save([Change(run=a_run("a"))])
    folder = Path(os.environ["PLAYGROUND_DATA_DIR"])
    names = {"playground.sqlite3", "playground.sqlite3-wal", "playground.lock"}
    ours = {name: mode for name, mode in rights(folder).items() if name in names}
    assert set(ours) == names
    assert set(ours.values()) == {0o600}
    store.close()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_new_folder_and_its_files_are_their_owners(folder: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        use()
    finally:
        os.umask(before)
    assert rights(folder).pop(".") == 0o700


def test_a_folder_that_others_may_read_is_narrowed_with_its_files(folder: Path) -> None:
    folder.mkdir()
    use()
    (folder / "visitors.key").write_text("secret")
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755 if path is folder else 0o644)
    use()
    assert rights(folder).pop(".") == 0o700
    assert set(rights(folder).values()) == {0o700, 0o600}


def test_what_is_not_ours_stays_as_it_is(folder: Path, tmp_path: Path) -> None:
    folder.mkdir()
    folder.chmod(0o755)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("another's")
    elsewhere.chmod(0o644)
    (folder / "homework.txt").write_text("mine")
    (folder / "homework.txt").chmod(0o644)
    (folder / "playground.link").symlink_to(elsewhere)
    use()
    found = rights(folder)
    # It may be somebody's home: then the files alone are closed to others.
    assert (found["."], found["homework.txt"]) == (0o755, 0o644)
    assert elsewhere.stat().st_mode & 0o777 == 0o644


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs another user")
def test_another_users_folder_stays_as_it_is(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o755)
    os.chown(folder, 65534, 65534)
    use()
    assert rights(folder)["."] == 0o755

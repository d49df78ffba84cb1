"""A PostgreSQL server of the tests' own, in a folder of its own, that surely ends with them."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

PATIENCE = 60.0
"""Seconds after which a wait is given up; no test is about how long something takes."""

PASSWORD = "s3cret-%-enough"  # noqa: S105 - of a server that lives as long as the tests

# Holds the server until this process closes the pipe, of its own will or because it is no more.
_HOLD = '"$@" & read -r _; kill -QUIT $!; wait $!'


def find_binaries() -> Path | None:
    """Return the folder with `initdb` and `postgres`, or None; Debian has it outside the PATH."""
    found = shutil.which("postgres")
    if found and Path(found).with_name("initdb").exists():
        return Path(found).resolve().parent
    folders = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    return max((file.parent for file in folders), key=_release, default=None)


def _release(binaries: Path) -> float:
    return float(binaries.parent.name)


class Server:
    """A server that can be stopped and started; PostgreSQL refuses to run as root.

    Its clock is in India, half an hour off the full hours, so that a forgotten zone is seen.
    """

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._binaries = binaries
        self._data = folder / "data"
        self._log = folder / "log"
        self._holder: subprocess.Popen[bytes] | None = None
        self._names = count(1)
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            entry = pwd.getpwnam(self._user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port: int = listener.getsockname()[1]
        password = folder / "password"
        password.write_text(PASSWORD, encoding="utf-8")
        subprocess.run(
            [
                binaries / "initdb", "--pgdata", self._data, "--username", "playground",
                "--pwfile", password, "--auth", "scram-sha-256", "--encoding", "UTF8",
                "--locale", "C", "--no-sync",
            ],
            user=self._user,
            cwd=folder,
            check=True,
            capture_output=True,
        )  # fmt: skip

    def start(self) -> None:
        """Start the server and wait until it answers."""
        server = [str(self._binaries / "postgres"), "-D", str(self._data), "-p", str(self.port)]
        for setting in (
            "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off",
            "timezone=Asia/Kolkata",
        ):  # fmt: skip
            server += ["-c", setting]
        with self._log.open("ab") as log:
            self._holder = subprocess.Popen(
                ["/bin/sh", "-c", _HOLD, "sh", *server],
                user=self._user,
                cwd=self._data.parent,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        pause = threading.Event()
        for _ in range(int(PATIENCE * 20)):
            try:
                self.run("SELECT 1")
                return
            except psycopg.OperationalError:
                pause.wait(0.05)
        raise AssertionError(f"the server did not answer:\n{self._log.read_text('utf-8')}")

    def stop(self) -> None:
        """End the server at once, its clients' connections included."""
        if self._holder is not None:
            self._holder.communicate(timeout=PATIENCE)
            self._holder = None

    def address(self, database: str = "postgres", user: str = f"playground:{PASSWORD}") -> str:
        """Return the address of a database as a person writes it."""
        user = user.replace("%", "%25")
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str, database: str = "postgres") -> None:
        """Run one statement."""
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def new_database(self) -> str:
        """Return the name of a fresh database; for most tests a schema is as good, and made at once."""
        name = f"test_{next(self._names)}"
        self.run(f"CREATE DATABASE {name}")
        return name

    def new_schema(self) -> dict[str, str]:
        """Return what an address asks for to live in an empty schema of its own."""
        name = f"test_{next(self._names)}"
        self.run(f"CREATE SCHEMA {name}")
        return {"options": f"-csearch_path={name}"}


@contextmanager
def running_server(binaries: Path) -> Iterator[Server]:
    """Run a server and remove all that is left of it."""
    with tempfile.TemporaryDirectory(prefix="playground-postgres-") as folder:
        server = Server(binaries, Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.stop()

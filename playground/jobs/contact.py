"""Where the engine's scheduler is: in a process of our own, or on a cluster that is there already.

Says how to reach it and ends what is ours. It keeps no connection: `Engine` does.
"""

from __future__ import annotations

import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from distributed import Security

from playground.core.choices import quote
from playground.core.errors import EngineSettingsError, EngineStartError, SchedulerError
from playground.core.message import N_, Message, message

ROOT: Final = Path(__file__).parents[2]

START_LIMIT: Final = 180.0
"""Seconds after which an engine that has not said how to reach it is given up."""

WORKERLESS_LIMIT: Final = 90.0
"""Seconds without a worker after which an engine of ours is given up: a worker that dies while it
starts is not always started again."""

CLOSE_LIMIT: Final = 8.0
"""Seconds that an engine gets to leave by itself; it gives its workers five of them."""

REACH_LIMIT: Final = 5.0
"""Seconds in which a scheduler on the network has to answer."""

SCHEDULER: Final = "PLAYGROUND_SCHEDULER"
TLS: Final = {
    "tls_ca_file": "PLAYGROUND_TLS_CA",
    "tls_client_cert": "PLAYGROUND_TLS_CERT",
    "tls_client_key": "PLAYGROUND_TLS_KEY",
}
"""What dask calls a file, and the variable that names it."""

_ADDRESS: Final = re.compile(r"tls://(?P<host>[^\s/:@]+|\[[0-9A-Fa-f:.]+\]):(?P<port>\d{1,5})")


@dataclass(frozen=True, slots=True)
class Address:
    """How to reach a scheduler: `tls://host:port`, and the certificates for it."""

    scheduler: str
    security: Security


class Contact(Protocol):
    """A scheduler, from the attempt to reach it until it is given up."""

    def find(self) -> Address:
        """Wait until the scheduler can be reached and return how.

        Raises:
            EngineStartError: it cannot be reached.
        """

    def wait(self) -> None:
        """Wait until it has ended or was given up."""

    def give_up(self) -> None:
        """Be done with it at once, and end it if it is ours."""

    def close(self) -> None:
        """Be done with it; if it is ours, it gets some seconds to leave."""

    @property
    def patience(self) -> float | None:
        """Seconds without a worker after which it is of no use; None if others see to that."""

    @property
    def lost(self) -> Message:
        """What to say when it was there and is not any more."""

    @property
    def idle(self) -> Message | None:
        """What to say when it is there and has no workers, if that is more than its being young."""


class OwnProcess:
    """A scheduler and its workers in a process that we start and end."""

    def __init__(self) -> None:
        # With it, Python would not look for our packages in the folder in which it starts.
        environment = {name: it for name, it in os.environ.items() if name != "PYTHONSAFEPATH"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "playground.engine"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def find(self) -> Address:
        """Wait for the line in which the process says how to reach it.

        Raises:
            EngineStartError: it ended, or said nothing for three minutes.
        """
        too_late = threading.Timer(START_LIMIT, self._process.kill)
        too_late.daemon = True
        too_late.start()
        try:
            line = self._process.stdout.readline() if self._process.stdout else ""
        finally:
            too_late.cancel()
        if not line:
            raise EngineStartError(N_("The engine ended before it was ready."))
        told = json.loads(line)
        return Address(told["address"], Security(require_encryption=True, **told["security"]))

    def wait(self) -> None:
        """Wait until the process has ended."""
        self._process.wait()

    def give_up(self) -> None:
        """End the process at once; its workers leave when they notice."""
        self._process.kill()

    def close(self) -> None:
        """End the process, if it has not ended."""
        with suppress(BrokenPipeError), self._process as process:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(timeout=CLOSE_LIMIT)
            except subprocess.TimeoutExpired:
                process.kill()

    @property
    def patience(self) -> float | None:
        """Seconds without a worker after which the process is of no use."""
        return WORKERLESS_LIMIT

    @property
    def lost(self) -> Message:
        """What to say when the process has ended."""
        return message(
            N_(
                "The processes that train were lost and are being started again. Runs go on by "
                "themselves."
            )
        )

    @property
    def idle(self) -> Message | None:
        """Nothing: its workers come by themselves."""
        return None


@dataclass(frozen=True, slots=True)
class ExistingCluster:
    """A scheduler that others run: we connect and leave, and end nothing of theirs.

    Args:
        address: `tls://host:port`.
        files: paths in PEM form, by the names that dask has for them; see `TLS`.
    """

    address: str
    files: Mapping[str, str]
    _given_up: threading.Event = field(default_factory=threading.Event)

    def find(self) -> Address:
        """Knock at the scheduler's door, with our certificate.

        dask's client knocks too, but for ever, and does not say what was wrong.

        Raises:
            EngineSettingsError: the certificate's files cannot be used.
            SchedulerError: it does not answer, or it and we do not accept each other.
        """
        security = Security(require_encryption=True, **self.files)
        context = self._context()
        host, port = _host_and_port(self.address)
        try:
            with (
                socket.create_connection((host, port), REACH_LIMIT) as plain,
                context.wrap_socket(plain) as encrypted,
            ):
                # A scheduler speaks first. One that refuses our certificate says so only now.
                if not encrypted.recv(1):
                    raise SchedulerError(self._refused("the connection was closed"))
        except ssl.SSLError as error:
            raise SchedulerError(self._refused(_reason(error))) from error
        except OSError as error:
            raise SchedulerError(
                message(
                    N_(
                        "The scheduler cannot be reached at {address} ({reason}). Start it, or "
                        "correct PLAYGROUND_SCHEDULER."
                    ),
                    address=self.address,
                    reason=_reason(error),
                )
            ) from error
        return Address(self.address, security)

    def wait(self) -> None:
        """Wait until the scheduler was given up."""
        self._given_up.wait()

    def give_up(self) -> None:
        """Be done with it."""
        self._given_up.set()

    def close(self) -> None:
        """Be done with it."""
        self._given_up.set()

    @property
    def patience(self) -> float | None:
        """Nothing: whoever started the scheduler starts its workers."""
        return None

    @property
    def lost(self) -> Message:
        """What to say when the connection broke."""
        return message(
            N_(
                "The connection to the scheduler at {address} was lost and is being made again. "
                "Runs go on by themselves."
            ),
            address=self.address,
        )

    @property
    def idle(self) -> Message | None:
        """What to say when the scheduler has no workers."""
        return message(
            N_(
                "The scheduler at {address} has no workers. Start some; runs wait in the queue "
                "until then."
            ),
            address=self.address,
        )

    def _context(self) -> ssl.SSLContext:
        for name, variable in TLS.items():
            try:
                Path(self.files[name]).read_bytes()
            except OSError as error:
                raise EngineSettingsError(
                    message(
                        N_(
                            "{variable} names the file {file}, which cannot be read ({reason}). "
                            "Expected a file in PEM form; put it there, or correct the variable "
                            "and start the playground again."
                        ),
                        variable=variable,
                        file=self.files[name],
                        reason=_reason(error),
                    )
                ) from error
        try:
            context = ssl.create_default_context(cafile=self.files["tls_ca_file"])
            context.check_hostname = False  # certificates of a cluster name no hosts
            context.load_cert_chain(self.files["tls_client_cert"], self.files["tls_client_key"])
        except (ssl.SSLError, ValueError) as error:
            raise EngineSettingsError(
                message(
                    N_(
                        "The files named by {variables} cannot be used together ({reason}). "
                        "Expected the authority's certificate, a certificate that it signed, and "
                        "the key to that, each in PEM form; correct them."
                    ),
                    variables=", ".join(TLS.values()),
                    reason=_reason(error),
                )
            ) from error
        return context

    def _refused(self, reason: str) -> Message:
        return message(
            N_(
                "The scheduler at {address} and this playground do not accept each other's "
                "certificate ({reason}). Expected two that the authority in PLAYGROUND_TLS_CA "
                "signed, and both still valid; correct PLAYGROUND_TLS_CERT and "
                "PLAYGROUND_TLS_KEY, or the scheduler's."
            ),
            address=self.address,
            reason=reason,
        )


def contact_from_environment() -> Contact:
    """Return the cluster that `PLAYGROUND_SCHEDULER` names, or else a process of our own.

    Raises:
        EngineSettingsError: the variable holds no address, or those for certificates are not set.
    """
    address = os.environ.get(SCHEDULER, "").strip()
    if not address:
        return OwnProcess()
    match = _ADDRESS.fullmatch(address)
    if match is None or not 0 < int(match["port"]) < 65536:
        raise EngineSettingsError(
            message(
                N_(
                    "PLAYGROUND_SCHEDULER is {received}. Expected an address such as "
                    "tls://10.0.0.5:8786; correct it, or unset it to train on this machine, and "
                    "start the playground again."
                ),
                received=quote(address),
            )
        )
    files = {name: os.environ.get(variable, "").strip() for name, variable in TLS.items()}
    missing = [TLS[name] for name, file in files.items() if not file]
    if missing:
        raise EngineSettingsError(
            message(
                N_(
                    "PLAYGROUND_SCHEDULER is {received}, but not set: {missing}. Expected the "
                    "files of a certificate in PEM form, because whoever can connect can run "
                    "code; set {variables} and start the playground again."
                ),
                received=quote(address),
                missing=", ".join(missing),
                variables=", ".join(TLS.values()),
            )
        )
    return ExistingCluster(address, files)


def _host_and_port(address: str) -> tuple[str, int]:
    host, _, port = address.removeprefix("tls://").rpartition(":")
    return host.strip("[]"), int(port)


def _reason(error: Exception) -> str:
    """Return what the system says of an error, without its numbers."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason.lower().replace("_", " ")
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__

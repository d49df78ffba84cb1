"""The engine's own process: `python -m playground.engine [workers]`.

Prints one line of JSON, how to reach the scheduler, and serves until its standard input ends: so it
leaves with the application that started it, however that ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from contextlib import suppress
from typing import Final

from playground.engine.cluster import start_cluster, worker_count

GRACE: Final = 5.0
"""Seconds to leave in an orderly way; the workers end with this process in any case."""


def main() -> None:
    """Serve until standard input ends."""
    # Ctrl-C in a terminal goes to the whole group; the application closes the input when it leaves.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    contact_file = _keep_stdout()
    leaving = threading.Event()
    threading.Thread(target=_leave_with_input, args=(leaving,), daemon=True).start()
    workers = int(sys.argv[1]) if len(sys.argv) > 1 else worker_count()
    with start_cluster(workers) as cluster:
        names = ("tls_ca_file", "tls_client_cert", "tls_client_key")
        contact = {
            "address": cluster.scheduler_address,
            "security": {name: getattr(cluster.security, name) for name in names},
        }
        # Nobody reads it if the application has ended by now; then so has the input.
        with suppress(BrokenPipeError), os.fdopen(contact_file, "w") as application:
            application.write(json.dumps(contact) + "\n")
        leaving.wait()


def _keep_stdout() -> int:
    """Return a file descriptor of standard output, which from now on goes to standard error.

    Workers inherit it, and what libraries print there would fill a pipe that nobody reads.
    """
    kept = os.dup(1)
    os.dup2(2, 1)
    return kept


def _leave_with_input(leaving: threading.Event) -> None:
    """Wait for the end of standard input; end the process if it does not manage that by itself."""
    sys.stdin.buffer.read()
    leaving.set()
    threading.Event().wait(GRACE)
    os._exit(1)


if __name__ == "__main__":
    main()

"""The engine's own process: `python -m playground.engine [workers]`.

Prints one line of JSON, how to reach the scheduler, and serves until its standard input ends: so it
leaves with the application that started it, however that ended.
"""

from __future__ import annotations

import json
import signal
import sys

from playground.engine.cluster import start_cluster, worker_count


def main() -> None:
    """Serve until standard input ends."""
    # Ctrl-C in a terminal goes to the whole group; the application closes the input when it leaves.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    workers = int(sys.argv[1]) if len(sys.argv) > 1 else worker_count()
    with start_cluster(workers) as cluster:
        security = cluster.security
        contact = {
            "address": cluster.scheduler_address,
            "workers": workers,
            "tls_ca_file": security.tls_ca_file,
            "tls_client_cert": security.tls_client_cert,
            "tls_client_key": security.tls_client_key,
        }
        sys.stdout.write(json.dumps(contact) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()

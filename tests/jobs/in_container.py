"""A playground's service in a process of its own, for a test that shuts it into a container.

`python -m tests.jobs.in_container COUNT` trains so many architectures one after the other and prints,
as JSON, how many workers it chose and how each run ended.
"""

from __future__ import annotations

import json
import sys

from playground.jobs import TrainingService
from tests.jobs.conftest import SMALL, Runs


def main(count: int) -> None:
    """Train and print."""
    service = TrainingService()
    service.start()
    try:
        runs = Runs(service)
        runs.ready()
        workers = len(service._dispatcher.workers)
        ends = [
            runs.trained(SMALL.with_(train_size=256, hidden=(130 + number,)))
            for number in range(count)
        ]
    finally:
        service.close()
    told = {"workers": workers, "ends": [[end.state, end.restarts] for end in ends]}
    sys.stdout.write(f"{json.dumps(told)}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))

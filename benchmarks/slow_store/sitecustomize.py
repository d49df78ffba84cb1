"""Lets the app's database answer late: every connection to it is to be waited for.

Python imports this by itself in every process of the app that is measured. The seconds stand in the file
that `PLAYGROUND_BENCH_STORE_DELAY` names; as long as there is none, nothing is late.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

VARIABLE = "PLAYGROUND_BENCH_STORE_DELAY"


def wait_for_the_store(*_: object) -> None:
    """Wait as long as the file says."""
    with suppress(FileNotFoundError):
        time.sleep(float(Path(os.environ[VARIABLE]).read_text(encoding="utf-8")))


if VARIABLE in os.environ and "streamlit" in sys.orig_argv:  # the page's process has the store
    from sqlalchemy import event
    from sqlalchemy.pool import Pool

    event.listen(Pool, "checkout", wait_for_the_store)

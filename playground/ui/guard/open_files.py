"""How many files and connections this process may have open: a page needs two, a class hundreds."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from typing import Final

ENOUGH: Final = 65_536
"""Open files beyond which there is nothing to gain; some systems call any number allowed."""

_log: Final = logging.getLogger(__name__)


def raise_open_files() -> None:
    """Raise the limit of this process and those it starts to what the system allows."""
    if sys.platform == "win32":  # has no such limit
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    wanted = ENOUGH if hard == unlimited else min(hard, ENOUGH)
    while soft != unlimited and soft < wanted:
        with suppress(ValueError, OSError):  # macOS allows less than it says
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            return
        wanted //= 2
    if soft != unlimited and soft < 1024:
        _log.warning("Only %d files may be open: about %d pages.", soft, soft // 3)

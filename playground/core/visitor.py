"""Names of visitors: the secret that a browser keeps, and the name under which runs are kept.

Whoever reads the runs, in a database or a copy of it, learns no secret from the names.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final

SECRET: Final = re.compile(r"[0-9a-f]{32}")
"""The form of a secret, and of the names that browsers kept before there were secrets."""


def owner_of(secret: str) -> str:
    """Return the name under which the runs of the visitor with this secret are kept."""
    return _digest(f"owner {secret}")


def renewed(name: str) -> str:
    """Return the secret of a visitor whose browser still has a name of the older form.

    It is another, so that a secret of today put into a browser as an old name is worth nothing.
    """
    return _digest(f"renewed {name}")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]

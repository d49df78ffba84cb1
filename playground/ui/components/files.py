"""The files of the drawn elements, read once when an element is registered."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent


def script(name: str) -> str:
    """Return an element's JavaScript, behind what all of them share."""
    return "\n".join(
        (_HERE / f"{part}.js").read_text(encoding="utf-8") for part in ("drawing", name)
    )


def style(name: str) -> str:
    """Return an element's style sheet."""
    return (_HERE / f"{name}.css").read_text(encoding="utf-8")

"""The files of the drawn elements, read once when an element is registered."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent


def script(*names: str) -> str:
    """Return the JavaScript of an element: the named files, one after the other."""
    return "\n".join((_HERE / f"{name}.js").read_text(encoding="utf-8") for name in names)


def style(name: str) -> str:
    """Return an element's style sheet."""
    return (_HERE / f"{name}.css").read_text(encoding="utf-8")

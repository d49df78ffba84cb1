"""What the two pages of evidence share: tables in Markdown, with what was trained, and their files."""

from __future__ import annotations

import datetime
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from playground.core.recording import installed_versions

DOCS: Final = Path(__file__).parents[1] / "docs"


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, its columns as wide as they have to be."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    rules = ["-" * width for width in widths]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in (head, rules, *rows)
    )


def trained_on(date: str, versions: Mapping[str, str]) -> str:
    """Return the sentence that says when and with what everything was trained.

    Args:
        date: ISO date.
        versions: what trained it, by name.
    """
    packages = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    return f"Trained on {date} with {packages}."


def today() -> str:
    """Return the date, as ISO writes it."""
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def versions_here() -> dict[str, str]:
    """Return the versions of Python and of the packages that decide what a training comes to."""
    return {"Python": platform.python_version(), **installed_versions()}


def write_page(name: str, text: str) -> None:
    """Write a page of the documentation and say so."""
    path = DOCS / name
    path.write_text(text, encoding="utf-8")
    print(f"\nWritten to {path.parent.name}/{path.name}.")

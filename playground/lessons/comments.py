"""A script's comments in another language; the code itself stays what it is."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

_ARROW: Final = " → "


def parse_comments(body: str) -> dict[str, str]:
    """Return a section's list, `- comment → translation`, as a table.

    Raises:
        ValueError: a line is something else.
    """
    table = {}
    for line in filter(str.strip, body.splitlines()):
        comment, arrow, translation = line.removeprefix("- ").partition(_ARROW)
        if not arrow:
            raise ValueError(
                f"comments: received {line!r}, expected “- comment{_ARROW}translation”"
            )
        table[comment.strip()] = translation.strip()
    return table


def translate_comments(scripts: Iterable[str], table: Mapping[str, str]) -> tuple[str, ...]:
    """Return the scripts with each comment replaced by what the table has for it.

    Raises:
        ValueError: the table lacks a comment, or has one that no script has.
    """
    originals = tuple(scripts)
    there = {comment for script in originals for _, _, comment in _comments(script)}
    if there != table.keys():
        raise ValueError(f"comments: not in both code and table: {sorted(there ^ table.keys())}")
    return tuple(_translated(script, table) for script in originals)


def _translated(script: str, table: Mapping[str, str]) -> str:
    lines = script.splitlines(keepends=True)
    for row, column, comment in _comments(script):
        line = lines[row - 1]
        lines[row - 1] = f"{line[:column]}# {table[comment]}\n"
    return "".join(lines)


def _comments(script: str) -> Iterator[tuple[int, int, str]]:
    """Yield each comment: its line (from 1), its column, and what follows the sign."""
    for token in tokenize.generate_tokens(io.StringIO(script).readline):
        if token.type == tokenize.COMMENT:
            yield *token.start, token.string.removeprefix("#").strip()

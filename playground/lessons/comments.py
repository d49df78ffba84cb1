"""A script in another language: its comments and what it prints; the code itself stays what it is."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_ARROW: Final = " → "
_STRING: Final = re.compile(r"f?(\"|').*\1", re.DOTALL)


def parse_comments(body: str) -> dict[str, str]:
    """Return a section's list, `- comment → translation` and `- "text" → "translation"`, as a table.

    A string stands there as in the code, with its quotes and its `f`.

    Raises:
        ValueError: a line is something else.
    """
    table = {}
    for line in filter(str.strip, body.splitlines()):
        comment, arrow, translation = line.removeprefix("- ").partition(_ARROW)
        if not arrow or _is_string(comment) != _is_string(translation.strip()):
            raise ValueError(
                f"comments: received {line!r}, expected “- comment{_ARROW}translation”, "
                f"or both in quotes"
            )
        table[comment.strip()] = translation.strip()
    return table


def translate_comments(scripts: Iterable[str], table: Mapping[str, str]) -> tuple[str, ...]:
    """Return the scripts with each comment, and each string of the table, replaced by what it has for it.

    Raises:
        ValueError: the table lacks a comment, or has something that no script has.
    """
    originals = tuple(scripts)
    there = {piece.text for script in originals for piece in _pieces(script)}
    wrong = (table.keys() - there) | {it for it in there - table.keys() if not _is_string(it)}
    if wrong:
        raise ValueError(f"comments: not in both code and table: {sorted(wrong)}")
    return tuple(_translated(script, table) for script in originals)


def strings_of(script: str) -> list[str]:
    """Return the strings of a script as they stand there, from top to bottom."""
    return [piece.text for piece in _pieces(script) if _is_string(piece.text)]


def _is_string(text: str) -> bool:
    return _STRING.fullmatch(text.strip()) is not None


def _translated(script: str, table: Mapping[str, str]) -> str:
    for piece in reversed(list(_pieces(script))):
        if piece.text in table:
            mark = "" if _is_string(piece.text) else "# "
            script = f"{script[: piece.start]}{mark}{table[piece.text]}{script[piece.end :]}"
    return script


@dataclass(frozen=True, slots=True, order=True)
class _Piece:
    """A comment or a string: where it begins and ends in its script; a comment without its sign."""

    start: int
    end: int
    text: str


def _pieces(script: str) -> list[_Piece]:
    """Return the comments and strings of a script in their order."""
    return sorted({*_comments(script), *_strings(script)})


def _comments(script: str) -> Iterator[_Piece]:
    starts = _line_starts(script)
    for token in tokenize.generate_tokens(io.StringIO(script).readline):
        if token.type == tokenize.COMMENT:
            start = starts[token.start[0] - 1] + token.start[1]
            text = token.string
            yield _Piece(start, start + len(text), text.removeprefix("#").strip())


def _strings(script: str) -> Iterator[_Piece]:
    """Yield the strings; the words between the braces of one are none by themselves."""
    starts, lines = _line_starts(script), script.splitlines(keepends=True)

    def place(row: int, column: int) -> int:
        return starts[row - 1] + len(lines[row - 1].encode()[:column].decode())

    for node in _string_nodes(ast.parse(script)):
        start = place(node.lineno, node.col_offset)
        end = place(node.end_lineno or node.lineno, node.end_col_offset or 0)
        if _is_string(text := script[start:end]):
            yield _Piece(start, end, text)


def _string_nodes(node: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    match node:
        case ast.JoinedStr() | ast.Constant(value=str()):
            yield node
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _string_nodes(child)


def _line_starts(script: str) -> list[int]:
    starts = [0]
    for line in script.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts

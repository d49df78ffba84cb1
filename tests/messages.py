"""The catalogues of translations, brought in step with the sources by `make messages`.

A new text comes in without a translation, a text that is gone takes its translation with it. No
translation is guessed: whoever added the text writes it into `playground/ui/locale/<language>.po`.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from playground import __version__
from playground.core.languages import ENGLISH, LANGUAGES
from playground.ui.language import LOCALE_FOLDER

ROOT: Final = Path(__file__).parent.parent
SOURCES: Final = ("playground", "pages", "streamlit_app.py")
TRANSLATED: Final = tuple(code for code in LANGUAGES if code != ENGLISH.code)
"""Codes of the languages that have a catalogue; English is what the sources say."""

_HEADER: Final = """\
# {language}: the words of the neural network playground.
# Under the project's licence. `make messages` keeps this file in step with the sources."""


def extract_messages() -> Catalog:
    """Return every text that the sources mark for translation, with the files where it stands."""
    messages = Catalog()
    for file in _source_files():
        name = file.relative_to(ROOT).as_posix()
        for line, text in _marked(ast.parse(file.read_text(encoding="utf-8"), name)):
            messages.add(text, locations=[(name, line)])
    return messages


def load_catalogue(code: str) -> Catalog:
    """Return the catalogue of a language, an empty one if it has none yet."""
    file = LOCALE_FOLDER / f"{code}.po"
    if not file.exists():
        return Catalog(
            locale=code,
            header_comment=_HEADER.format(language=LANGUAGES[code].name),
            project="playground",
            version=__version__,
            msgid_bugs_address="the project's issues",
            revision_date=datetime.now(UTC),
            last_translator="The Neural Playground authors",
            language_team=LANGUAGES[code].name,
            fuzzy=False,
        )
    with file.open("rb") as stream:
        return read_po(stream, locale=code)


def update_catalogue(code: str) -> Catalog:
    """Bring the file of a language in step with the sources and return its new content."""
    catalogue = load_catalogue(code)
    catalogue.update(extract_messages(), no_fuzzy_matching=True, update_creation_date=False)
    with (LOCALE_FOLDER / f"{code}.po").open("wb") as file:
        write_po(
            file, catalogue, width=100, sort_output=True, ignore_obsolete=True, include_lineno=False
        )
    return catalogue


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the texts for which `catalogue` has no words yet."""
    return [str(entry.id) for entry in catalogue if entry.id and not entry.string]


def _marked(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and text of each literal within the marks.

    Babel's own extraction reads tokens and, before Python 3.12, none of those within an f-string.
    """
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="N_" | "_"), args=[ast.Constant(value=str(text)), *_]):
                yield node.lineno, text


def _source_files() -> list[Path]:
    files: list[Path] = []
    for source in SOURCES:
        path = ROOT / source
        files += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return files


def main() -> None:
    """Update every language and say what is left to translate."""
    for code in TRANSLATED:
        missing = untranslated(update_catalogue(code))
        sys.stdout.write(f"{LANGUAGES[code].name}: {len(missing)} to translate\n")
        sys.stdout.writelines(f"  {text}\n" for text in missing)


if __name__ == "__main__":
    main()

"""Every language is whole: its words are there, browsers know its tag, and the README names it."""

from __future__ import annotations

from pathlib import Path

from babel import Locale

from playground.core.languages import ENGLISH, LANGUAGES

ROOT = Path(__file__).parents[2]


def test_english_is_one_of_them_and_each_has_its_code() -> None:
    assert LANGUAGES[ENGLISH.code] is ENGLISH
    assert all(code == language.code for code, language in LANGUAGES.items())
    assert len({language.name for language in LANGUAGES.values()}) == len(LANGUAGES)


def test_each_is_called_by_its_own_name_and_tag() -> None:
    for language in LANGUAGES.values():
        locale = Locale.parse(language.tag, sep="-")
        assert locale.language == language.code
        assert locale.get_display_name(locale) is not None


def test_each_but_english_has_its_words() -> None:
    there = {file.stem for file in (ROOT / "playground/ui/locale").glob("*.po")}
    assert there == LANGUAGES.keys() - {ENGLISH.code}


def test_the_readme_names_them() -> None:
    row = f"| `lang` | {', '.join(f'`{code}`' for code in LANGUAGES)} |"
    assert row in (ROOT / "README.md").read_text(encoding="utf-8")

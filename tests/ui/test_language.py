"""Every text of the playground is there in every language, whole, and in that language alone."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import Final

import pytest
from babel.messages.catalog import Catalog
from streamlit.testing.v1 import AppTest

from playground.core.choices import Option
from playground.core.experiment import every_choice
from playground.core.languages import LANGUAGES
from playground.core.message import Message, message
from playground.data import DATASETS
from playground.ui import language
from playground.ui.language import LOCALE_FOLDER, catalogue
from tests.messages import (
    ROOT,
    SOURCES,
    TRANSLATED,
    extract_messages,
    load_catalogue,
    untranslated,
    update_catalogue,
)

SOURCE: Final = extract_messages()
TEXTS: Final = sorted(str(entry.id) for entry in SOURCE if entry.id)

NAMES: Final = {
    # Proper names, the same in every language.
    "Adam": "optimiser",
    "AdamW": "optimiser",
    "Dropout": "technique",
    "Fashion-MNIST": "dataset",
    "Keras": "library",
    "MNIST": "dataset",
    "ReLU": "activation",
    "RMSprop": "optimiser",
    "SGD": "optimiser",
    "sigmoid": "activation",
    "tanh": "activation",
    "softmax": "activation",
    "argmax": "function",
    "Dense": "layer",
    "Flatten": "layer",
    "lesson": "parameter",
    "git checkout -- playground/lessons": "command",
    "TensorFlow": "library",
    # Whose the pictures are, and on what terms.
    "CC BY-SA": "licence",
    "Corinna Cortes": "person",
    "MIT": "licence",
    "Yann LeCun": "person",
    "Zalando SE": "company",
    # Signs that stand in Chinese books as they are.
    "L2": "the norm",
    "NaN": "what Python and the page's figures show",
    "T恤": "the Chinese word for a T-shirt, written with the letter",
    "cookie": "what Chinese browsers call it in their own settings",
    # Formats of files, for whoever repairs an installation or saves a chart.
    "CSV": "format",
    "gzip": "format",
    "IDX": "format",
    "JSON": "format",
    ".npz": "format",
    "PEM": "format",
    "PNG": "format",
    "SHA-256": "checksum",
    # What has to be typed as it stands.
    "`fit`": "method of a Keras model",
    "false": "value in a link",
    "lang": "parameter of a link",
    "true": "value in a link",
    "PLAYGROUND_DATA_DIR": "variable of the environment",
    "PLAYGROUND_DATABASE_URL": "variable of the environment",
    "PLAYGROUND_KEEP": "variable of the environment",
    "PLAYGROUND_SCHEDULER": "variable of the environment",
    "PLAYGROUND_TLS_CA": "variable of the environment",
    "PLAYGROUND_TLS_CERT": "variable of the environment",
    "PLAYGROUND_TLS_KEY": "variable of the environment",
    "PLAYGROUND_WORKERS": "variable of the environment",
    **dict.fromkeys(("1MB", "500MB", "1GB", "2GB"), "a size as it is written there"),
    "tls://10.0.0.5:8786": "form of a scheduler's address",
    "postgresql://user:password@host:port/database": "form of a database's address",
    "git checkout -- playground/data": "command",
    "git checkout -- playground/recorded": "command",
    "make baseline": "command",
}
"""All that a Chinese text may contain in Latin letters, and why."""

HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff"
CJK: Final = re.compile(f"[{HAN}\u3000-\u303f\uff01-\uff5e]")
_NAME: Final = re.compile(
    "|".join(
        rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"
        for name in sorted(NAMES, key=len, reverse=True)
    )
)


def places(text: str) -> set[str]:
    """Return the places for values in a text, with how each is to be written."""
    return {
        f"{name}!{conversion}:{spec}"
        for _, name, spec, conversion in Formatter().parse(text)
        if name is not None
    }


def translations(code: str) -> dict[str, str]:
    """Return each text of the language's file with its translation."""
    return {str(entry.id): str(entry.string) for entry in load_catalogue(code) if entry.id}


def without_places(text: str) -> str:
    return re.sub(r"\{\w*\}", "", text)


# --- the catalogues ------------------------------------------------------------------------------


def test_the_sources_are_read() -> None:
    sources = {ROOT / source for source in SOURCES}
    assert [source for source in sources if not source.exists()] == []
    assert {"Dataset", "Train", "training loss", "Ankle boot"} <= set(TEXTS)


def test_a_text_within_an_f_string_is_found() -> None:
    assert "Neural network playground" in TEXTS


def test_every_language_but_english_has_a_file_and_every_file_a_language() -> None:
    assert sorted(file.stem for file in LOCALE_FOLDER.iterdir()) == sorted(TRANSLATED)


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_text_is_translated(code: str) -> None:
    """If this fails: run `make messages`, then translate what it names in the language's file."""
    known = translations(code)
    assert [text for text in TEXTS if not known.get(text)] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_translation_is_left_over_or_unsure(code: str) -> None:
    """If this fails: run `make messages`."""
    words = load_catalogue(code)
    assert sorted(translations(code).keys() - set(TEXTS)) == []
    assert list(words.obsolete) == []
    assert [entry.id for entry in words if entry.id and entry.fuzzy] == []
    assert not words.fuzzy


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_file_says_what_it_is(code: str) -> None:
    headers = dict(load_catalogue(code).mime_headers)
    assert headers["Language"] == code
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "Plural-Forms" in headers


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_has_the_places_of_its_text(code: str) -> None:
    known = translations(code)
    assert [text for text in known if places(text) != places(known[text])] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_text_takes_its_values(code: str) -> None:
    words = catalogue(code)
    for text in TEXTS:
        values = {name.partition("!")[0]: f"⟦{name}⟧" for name in places(text)}
        shown = words.gettext(text).format(**values)
        assert shown
        assert not re.search(r"[{}]", shown)
        assert [value for value in values.values() if value not in shown] == []


def test_english_is_what_the_sources_say() -> None:
    words = catalogue("en")
    assert [text for text in TEXTS if words.gettext(text) != text] == []
    assert [text for text in TEXTS if CJK.search(text)] == []


def test_chinese_has_no_latin_word_but_names() -> None:
    known = translations("zh")
    foreign = {
        text: words
        for text, words in known.items()
        if re.search(r"[A-Za-z]", _NAME.sub("", without_places(words)))
    }
    assert foreign == {}


def test_chinese_is_set_as_chinese_is() -> None:
    """A blank between Chinese characters and Latin letters or digits, none within Chinese; full-width signs."""
    known = {text: words.replace("T恤", "衫") for text, words in translations("zh").items()}
    wrong = (
        rf"[{HAN}][A-Za-z0-9]|[A-Za-z0-9%][{HAN}]",  # no blank where one belongs
        rf"[{HAN}，。；：、！？（）“”] +[{HAN}，。；：、！？（）“”]",  # a blank where none does
        rf"[{HAN}][,.;:!?()\"']|[,;:!?()\"'][{HAN}]",  # half-width signs
        r" [，。；：、！？）”]|[（“] ",
        r"  |^ | $",
    )
    assert {
        text: words for text, words in known.items() if any(re.search(w, words) for w in wrong)
    } == {}


def test_chinese_ends_a_sentence_where_english_does() -> None:
    ends = ("。", "？", "：{reason}")  # a reason is a sentence of its own, with its own end
    open_ended = {
        text: words
        for text, words in translations("zh").items()
        if text.endswith((".", "?")) and not words.endswith(ends)
    }
    assert open_ended == {}


def test_a_button_is_called_by_the_name_it_bears() -> None:
    known = translations("zh")
    for button in ("Train", "Continue"):
        naming = [text for text in known if re.search(rf"(?<=[a-z;] ){button}\b", text)]
        assert naming
        assert [text for text in naming if f"“{known[button]}”" not in known[text]] == []


# --- texts that are looked up by a variable ---------------------------------------------------------


def proper_names() -> set[str]:
    """Return the catalogue's words for options that no language translates."""
    options = [choice for choice in every_choice() if isinstance(choice, Option)]
    return {words for choice in options for words in choice.options.values()} & NAMES.keys()


def test_every_choice_can_be_translated() -> None:
    shown = {text for choice in every_choice() for text in (choice.label, choice.help)}
    for choice in every_choice():
        if isinstance(choice, Option):
            shown |= set(choice.options.values())
    assert shown - set(TEXTS) - proper_names() == set()


@pytest.mark.parametrize("name", DATASETS)
def test_every_class_can_be_translated(name: str) -> None:
    names = DATASETS[name].class_names
    assert [text for text in names if text not in TEXTS and not text.isdigit()] == []
    assert len({catalogue("zh").gettext(text) for text in names}) == len(names)


# --- the command -----------------------------------------------------------------------------------


def test_the_command_keeps_drops_and_adds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.messages.LOCALE_FOLDER", tmp_path)
    file = tmp_path / "zh.po"
    old = (LOCALE_FOLDER / "zh.po").read_text(encoding="utf-8")
    file.write_text(
        old.replace('msgid "Train"\nmsgstr "训练"\n', 'msgid "Trained"\nmsgstr "练"\n'),
        encoding="utf-8",
    )
    assert "Train" in untranslated(update_catalogue("zh"))
    new = file.read_text(encoding="utf-8")
    assert 'msgid "Trained"' not in new
    assert 'msgid "Stop"\nmsgstr "停止"\n' in new
    assert "#~" not in new
    assert not re.search(r"^#: .*\.py:\d", new, re.MULTILINE)


def test_a_second_update_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.messages.LOCALE_FOLDER", tmp_path)
    update_catalogue("zh")
    first = (tmp_path / "zh.po").read_bytes()
    update_catalogue("zh")
    assert (tmp_path / "zh.po").read_bytes() == first


def test_a_new_language_begins_with_every_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.messages.LOCALE_FOLDER", tmp_path)
    begun: Catalog = update_catalogue("zh")
    assert sorted(untranslated(begun)) == TEXTS


# --- the visitor's language --------------------------------------------------------------------------


def show_language() -> None:
    """Stand for a page: shows which language is spoken, and a word in it."""
    import streamlit as st

    from playground.ui.language import _, browser_language, current_language

    st.text(current_language())
    st.text(browser_language())
    st.text(_("Train"))
    st.text(_("{name}, layer {layer}", name="Neurons", layer=2))


def page(*, locale: str | None, lang: object = None) -> list[str]:
    """Return what the page above shows to a browser with `locale`, with `lang` in the session."""
    app = AppTest.from_function(show_language, default_timeout=30)
    app.context = {"locale": locale}
    if lang is not None:
        app.session_state["lang"] = lang
    app.run()
    assert not app.exception
    return [text.value for text in app.text]


@pytest.mark.parametrize("locale", ["zh", "zh-CN", "zh_TW", "ZH-Hans-CN", "zh-HK"])
def test_a_chinese_browser_gets_chinese(locale: str) -> None:
    assert page(locale=locale) == ["zh", "zh", "训练", "第 2 层Neurons"]


@pytest.mark.parametrize("locale", [None, "", "en-GB", "de-DE", "zha", "x-zh"])
def test_any_other_browser_gets_english(locale: str | None) -> None:
    assert page(locale=locale) == ["en", "en", "Train", "Neurons, layer 2"]


def test_a_choice_goes_before_the_browser() -> None:
    assert page(locale="zh-CN", lang="en") == ["en", "zh", "Train", "Neurons, layer 2"]
    assert page(locale="en", lang="zh") == ["zh", "en", "训练", "第 2 层Neurons"]


def test_a_language_that_we_lack_is_no_choice() -> None:
    assert page(locale="zh-CN", lang="tlh")[0] == "zh"


def test_a_choice_lasts() -> None:
    def switch() -> None:
        import streamlit as st

        from playground.ui.language import choose_language, current_language

        st.button("中", key="switch", on_click=choose_language, args=("zh",))
        st.text(current_language())

    app = AppTest.from_function(switch, default_timeout=30)
    app.context = {"locale": "en-US"}
    app.run()
    assert app.text[0].value == "en"
    app.button(key="switch").click().run()
    assert app.text[0].value == "zh"
    app.run()
    assert app.text[0].value == "zh"


# --- words with values -------------------------------------------------------------------------------


def spoken(sentence: Message, code: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(language, "current_language", lambda: code)
    return language.translate(sentence)


def test_a_message_is_translated_with_the_messages_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = message(
        "{label}: received {received}, expected {expected}.",
        label=message("Epochs"),
        received="“-3”",
        expected=message("a whole number from {low} to {high}", low=1, high=100),
    )
    assert spoken(sentence, "en", monkeypatch) == str(sentence)
    assert spoken(sentence, "zh", monkeypatch) == "训练轮数：收到“-3”，应为整数（1 到 100）。"


def test_what_a_visitor_typed_is_no_template(monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = message("Used instead: {used}.", used="{used} Train")
    assert spoken(sentence, "zh", monkeypatch) == "已改用：{used} Train。"


def test_a_text_without_translation_is_shown_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert spoken(message("7"), "zh", monkeypatch) == "7"


def test_a_catalogue_is_read_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first = catalogue("zh")
    monkeypatch.setattr(language, "LOCALE_FOLDER", tmp_path)  # nothing can be read from here on
    assert catalogue("zh") is first
    assert spoken(message("Train"), "zh", monkeypatch) == "训练"

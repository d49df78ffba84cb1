"""The languages that the playground is in, each described once; English is what the code says.

A new one is one entry here and its words, `playground/ui/locale/<code>.po`; a lesson's texts come when
somebody writes them. Nothing here translates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language.

    Args:
        code: in links, and in the names of its files.
        name: in itself.
        tag: by which browsers and screen readers know it (BCP 47), as in "zh-CN"; times are written as
            they are there.
    """

    code: str
    name: str
    tag: str


ENGLISH: Final = Language(code="en", name="English", tag="en")

LANGUAGES: Final[Mapping[str, Language]] = MappingProxyType(
    {
        language.code: language
        for language in (
            ENGLISH,
            Language(code="zh", name="简体中文", tag="zh-CN"),
        )
    }
)
"""By their codes, in the order in which they are offered."""

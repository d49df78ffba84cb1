"""Text that came from elsewhere, so written that Streamlit's Markdown shows it and does nothing with it.

A link that was sent, what a library says of an error: none of it may become a link, a picture or an
icon of our page. Escaping alone does not do it: Streamlit looks for addresses and icons once more, in
the text that is left when the escapes have been read.
"""

from __future__ import annotations

import re
from typing import Final

_SIGNS: Final = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^])")
_SPLIT: Final = re.compile(r"(?<=:)(?=\S)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
"""Where an address (https://…, www.…, …@…) or an icon (:name:) is cut in two."""

_JOINER: Final = "\u2060"
"""Has no width and cannot be seen; to a program the words beside it are two."""


def inert(text: str) -> str:
    """Return `text` as Markdown that shows it letter by letter."""
    return _SIGNS.sub(r"\\\1", _SPLIT.sub(_JOINER, text))

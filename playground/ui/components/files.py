"""The files of the drawn elements, read once when an element is registered.

Their JavaScript is in modules that import each other. Streamlit takes one text an element, so the modules
that it needs are put into one, those first that others need.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
_IMPORT: Final = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:class|const|function|let) )", re.MULTILINE)
_NAME: Final = re.compile(r"^(?:async )?(?:class|const|function|let) (\w+)", re.MULTILINE)


def script(name: str, folder: Path = _HERE) -> str:
    """Return the JavaScript of an element: its module and all that this imports, in one.

    Raises:
        ValueError: two of the modules have a name in common, or one has an import of another form.
    """
    modules = dict(_modules(name, folder, {}))
    parts = [_EXPORT.sub("", _IMPORT.sub("", text)) for text in modules.values()]
    names = [found for part in parts for found in _NAME.findall(part)]
    twice = {found for found in names if names.count(found) > 1}
    left = [line for part in parts for line in part.splitlines() if line.startswith("import ")]
    if twice or left:
        raise ValueError(f"{name}.js: names that come twice {sorted(twice)}, imports {left}")
    return "\n".join(parts)


def _modules(name: str, folder: Path, found: dict[str, str]) -> dict[str, str]:
    """Return `found` and after it the text of a module, those before it that it imports."""
    if name not in found:
        text = (folder / f"{name}.js").read_text(encoding="utf-8")
        for needed in _IMPORT.findall(text):
            _modules(needed, folder, found)
        found[name] = text
    return found


def style(name: str) -> str:
    """Return an element's style sheet."""
    return (_HERE / f"{name}.css").read_text(encoding="utf-8")

"""What the app uses of a library beside its documented interface: looked at before it is used.

Each use is declared once, in the module that alone may touch it, with a probe and with what happens
without it. A new version of a library then takes something away that is said, and not the app.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Final

_log: Final = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class PrivateUse:
    """Something that a library has, and does not promise to keep.

    Args:
        library: the name by which it is installed, such as "streamlit".
        name: what is used, such as "ScriptRunner._run_script".
        without: what happens without it, a sentence without its beginning "Without it, ".
        probe: returns whether it is as we know it; whatever it raises means that it is not.
    """

    library: str
    name: str
    without: str
    probe: Callable[[], bool]
    _answer: bool | None = field(default=None, init=False, repr=False)

    def is_as_known(self) -> bool:
        """Return whether it is as we know it; when it is first found not to be, the log says so."""
        if self._answer is None:
            self._answer = _holds(self.probe)
            if not self._answer:
                _log.warning("%s", self.sentence)
        return self._answer

    @property
    def sentence(self) -> str:
        """What the log says where it has changed."""
        installed = " ".join([self.library, *_version(self.library)])
        return f"{installed} has no {self.name} as this app knows it. Without it, {self.without}."


def say_what_has_changed(uses: Iterable[PrivateUse]) -> None:
    """Look at every one of `uses`; the log says which are not as we know them, each once."""
    for use in uses:
        use.is_as_known()


def takes(function: Callable[..., object], *parameters: str) -> bool:
    """Return whether a function takes just these parameters, in this order."""
    return tuple(inspect.signature(function).parameters) == parameters


def sets(kind: type, *names: str) -> bool:
    """Return whether objects of a class get attributes of these names when they are made."""
    made = {*getattr(kind, "__dataclass_fields__", ())}
    for one in kind.__mro__:
        made.update(getattr(getattr(vars(one).get("__init__"), "__code__", None), "co_names", ()))
    return made.issuperset(names)


def _holds(probe: Callable[[], bool]) -> bool:
    try:
        return probe()
    except Exception:  # noqa: BLE001 - what is not there fails in any way
        return False


def _version(library: str) -> list[str]:
    try:
        return [version(library)]
    except PackageNotFoundError:
        return []

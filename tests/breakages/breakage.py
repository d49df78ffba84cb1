"""One thing that is broken on purpose: what stands in a file, what is put in its place, who has to notice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class BreakageError(Exception):
    """A breakage does not fit the project any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakage:
    """One thing that is broken on purpose.

    Args:
        name: what is broken, in a few words joined by hyphens.
        file: where, by its path in the project.
        text: what stands there, once and nowhere else in the file.
        instead: what is put in its place.
        tests: names of tests as pytest takes them; each has to fail, of one with parameters at least one case.
    """

    name: str
    file: str
    text: str
    instead: str
    tests: tuple[str, ...]

    def broken(self, root: Path) -> str:
        """Return the file of the project in `root` as it is when this is broken.

        Raises:
            BreakageError: there is no such file, or what is to be replaced does not stand there once.
        """
        file = root / self.file
        if not file.is_file():
            raise BreakageError(
                f"{self.name}: there is no file {self.file}. Name the one in which this stands now."
            )
        whole = file.read_text(encoding="utf-8")
        if (found := whole.count(self.text)) != 1:
            raise BreakageError(
                f"{self.name}: its text was found {found} times in {self.file}, expected once. "
                f"Take the words that stand there now:\n{self.text}"
            )
        return whole.replace(self.text, self.instead)

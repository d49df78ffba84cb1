"""Makes a list that fails as short as it can: whatever it does not need to fail is left out.

Source: Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002 (ddmin).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

T = TypeVar("T")

LAST: Final = (4, 8, 16, 32)
"""So many of the last things alone are tried first: most that fails needs little of what was before."""


def shrink(items: Sequence[T], fails: Callable[[list[T]], bool], tries: int = 60) -> list[T]:
    """Return a part of `items`, in its order, that fails as well.

    Args:
        items: what fails.
        fails: whether a part does.
        tries: how often that is asked at most; what is shortest by then is returned.
    """
    known: dict[tuple[int, ...], bool] = {}

    def fail(places: list[int]) -> bool:
        name = tuple(places)
        if name not in known:
            if len(known) == tries:
                return False
            known[name] = fails([items[place] for place in places])
        return known[name]

    whole = list(range(len(items)))
    kept = next((whole[-n:] for n in LAST if n < len(whole) and fail(whole[-n:])), whole)
    parts = 2
    while len(kept) > 1:
        size = -(-len(kept) // parts)
        without = (kept[:at] + kept[at + size :] for at in range(0, len(kept), size))
        shorter = next((rest for rest in without if fail(rest)), None)
        if shorter is not None:
            kept, parts = shorter, max(2, parts - 1)
        elif size == 1:
            break
        else:
            parts = min(len(kept), 2 * parts)
    return [items[place] for place in kept]

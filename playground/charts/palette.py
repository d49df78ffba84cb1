"""The one colour language of the playground, in light and in dark; it draws nothing.

Training is blue and solid, test is orange and dashed, the true class is teal, the guess purple.
Colours never speak alone: a line's dash, a sign or a word says the same thing. The contrasts (4.5
for words and for every accent, 3 for lines and bars) and the distances for colour-blind eyes are
tests.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of one theme, as "#rrggbb". No two are equal, so one theme maps onto another.

    Args:
        background: the page.
        surface: what lies on the page: sidebar, hover boxes, tracks of bars.
        text: words and numbers.
        muted: words of second rank.
        neutral: bars and lines that say neither of the things below.
        axis: the line of an axis.
        border: the edge of what can be pressed or filled in.
        grid: lines that only help the eye along.
        training: all that was measured on training pictures.
        test: all that was measured on test pictures.
        truth: the true class.
        guess: the class that the network finds likeliest.
    """

    background: str
    surface: str
    text: str
    muted: str
    neutral: str
    axis: str
    border: str
    grid: str
    training: str
    test: str
    truth: str
    guess: str

    def to_dict(self) -> dict[str, str]:
        """Return the colours by name, for JSON."""
        return asdict(self)


LIGHT: Final = Palette(
    background="#ffffff",
    surface="#f3f5f8",
    text="#17202b",
    muted="#4a5563",
    neutral="#6f7b8b",
    axis="#848f9d",
    border="#c9d1db",
    grid="#dde2e9",
    training="#1460c4",
    test="#b84a00",
    truth="#0a7268",
    guess="#9a1fb0",
)

DARK: Final = Palette(
    background="#0f1419",
    surface="#1a2129",
    text="#e8edf3",
    muted="#aab4c0",
    neutral="#8f9baa",
    axis="#7c8896",
    border="#3a4654",
    grid="#2b343f",
    training="#6fb1ff",
    test="#ffa552",
    truth="#4fd6c6",
    guess="#eda6ff",
)

PALETTES: Final = {"light": LIGHT, "dark": DARK}


def custom_properties() -> str:
    """Return the colours as CSS: `var(--color-training)` is the training colour of the theme in use."""
    light, dark = LIGHT.to_dict(), DARK.to_dict()
    lines = (f"  --color-{name}: light-dark({light[name]}, {dark[name]});" for name in light)
    return "\n".join((":root {", *lines, "}"))

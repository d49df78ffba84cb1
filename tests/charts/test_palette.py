"""The colours can be read and told apart, in both themes and by colour-blind eyes."""

from __future__ import annotations

import re
import tomllib
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from playground.charts.palette import DARK, LIGHT, PALETTES, Palette

ROOT = Path(__file__).parents[2]
THEMES = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
WORDS = ("text", "muted", "training", "test", "truth", "guess")
LINES = ("neutral", "axis")

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
EYES = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "usual": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
}  # fmt: skip


def _linear(color: str) -> NDArray[np.float64]:
    """Return "#rrggbb" as linear sRGB, (3,), 0–1."""
    channels = np.array([int(color[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def _contrast(one: str, other: str) -> float:
    """Return WCAG's contrast ratio, 1–21."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    low, high = sorted(float(_linear(color) @ weights) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


def _lab(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return CIE Lab (D65), (3,), of linear sRGB."""
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    xyz = to_xyz @ np.clip(linear, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_contrast_is_the_standards() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@THEMES
@pytest.mark.parametrize("name", WORDS)
@pytest.mark.parametrize("ground", ["background", "surface"])
def test_words_can_be_read(palette: Palette, name: str, ground: str) -> None:
    assert _contrast(getattr(palette, name), getattr(palette, ground)) >= 4.5


@THEMES
@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("ground", ["background", "surface"])
def test_lines_can_be_seen(palette: Palette, name: str, ground: str) -> None:
    assert _contrast(getattr(palette, name), getattr(palette, ground)) >= 3


@THEMES
@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("pair", [("training", "test"), ("truth", "guess")])
def test_pairs_stay_apart_for_colour_blind_eyes(
    palette: Palette, eyes: str, pair: tuple[str, str]
) -> None:
    one, other = (_lab(np.array(EYES[eyes]) @ _linear(getattr(palette, name))) for name in pair)
    assert np.linalg.norm(one - other) >= 25  # 2.3 is a just noticeable difference


@THEMES
def test_colours_differ_so_that_one_theme_maps_onto_the_other(palette: Palette) -> None:
    colors = palette.to_dict()
    assert all(colors[one] != colors[other] for one, other in combinations(colors, 2))


@THEMES
def test_streamlits_own_controls_wear_the_same_colours(palette: Palette) -> None:
    name = "light" if palette is PALETTES["light"] else "dark"
    theme = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["theme"][name]
    assert theme == {
        "primaryColor": palette.training,
        "backgroundColor": palette.background,
        "secondaryBackgroundColor": palette.surface,
        "textColor": palette.text,
        "borderColor": palette.border,
    }


def test_no_stylesheet_has_colours_of_its_own() -> None:
    names = set(Palette.__dataclass_fields__)
    for file in sorted((ROOT / "playground").rglob("*.css")):
        style = file.read_text()
        assert not re.findall(r"#[0-9a-f]{3,8}\b(?=[^{}]*;)|rgba?\(|light-dark\(", style), file
        assert set(re.findall(r"var\(--color-([\w-]+)\)", style)) <= names, file


def test_both_themes_name_the_same_colours() -> None:
    assert PALETTES["light"].to_dict().keys() == PALETTES["dark"].to_dict().keys()

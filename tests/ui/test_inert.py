"""Quoted text is shown letter by letter; that it is no link in a browser is tested there."""

from __future__ import annotations

import pytest

from playground.ui.inert import inert


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain words, 12:", "plain words, 12\\:"),
        (
            "**bold** [a](b) `c` <d> $e$ ~f~ #g",
            r"\*\*bold\*\* \[a\]\(b\) \`c\` \<d\> \$e\$ \~f\~ \#g",
        ),
        ("https://evil.example", "https\\:\u2060//evil\\.example"),
        ("HTTP://evil.example", "HTTP\\:\u2060//evil\\.example"),
        ("www.evil.example", "www\u2060\\.evil\\.example"),
        ("me@evil.example", "me\u2060@evil\\.example"),
        (":material/bolt:", "\\:\u2060material/bolt\\:"),
        (":red[x]", "\\:\u2060red\\[x\\]"),
        ("received “x”: y", "received “x”\\: y"),
    ],
)
def test_signs_are_escaped_and_addresses_cut(text: str, written: str) -> None:
    assert inert(text) == written

"""Where the page is, worked out without asking anyone."""

from __future__ import annotations

import re

import pytest

from playground.ui.addresses import addresses

EVERYWHERE = "0.0.0.0"  # noqa: S104 - named, not listened on


def test_a_server_for_this_machine_has_one() -> None:
    assert addresses("127.0.0.1", 8501) == ["http://127.0.0.1:8501"]
    assert addresses("::1", 8501) == ["http://[::1]:8501"]


@pytest.mark.parametrize("host", [None, EVERYWHERE, "::"])
def test_a_server_for_all_has_one_of_each_network(host: str | None) -> None:
    first, *others = addresses(host, 9000)
    assert first == "http://localhost:9000"
    for url in others:
        assert re.fullmatch(r"http://(?!127\.|169\.254\.)[0-9.]+:9000", url)

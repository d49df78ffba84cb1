"""The command's options, and the file in which each part's figures stand by themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import __main__ as command


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (
            ["speed"],
            "received 'speed', expected one of epochs, workers, events, clicks, visitors, memory",
        ),
        (["--rounds", "0"], "--rounds: received 0, expected 1 or more"),
        (["--epochs", "1"], "--epochs: received 1, expected 2 or more"),
        (["--visitors", "3"], "--visitors: received 3, expected 4 or more"),
    ],
)
def test_a_wrong_option_is_refused(
    arguments: list[str], refusal: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        command.parse(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err.endswith(f"error: {refusal}\n")


def test_a_part_leaves_the_others_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    latest = tmp_path / "latest.json"
    latest.write_text('{"results": "of an older form"}')
    monkeypatch.setattr(command, "LATEST", latest)
    for name, figure in (("memory", 1), ("epochs", 2), ("memory", 3)):
        command.write(name, {"figure": figure})
    parts = json.loads(latest.read_text())["parts"]
    assert list(parts.items()) == [("epochs", {"figure": 2}), ("memory", {"figure": 3})]

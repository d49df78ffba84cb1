"""The command's options, and the file in which each part's figures stand by themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks import followers, memory, workers
from benchmarks.table import Part, Target


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (
            ["speed"],
            f"received 'speed', expected one of {', '.join(command.PARTS)}",
        ),
        (["--rounds", "0"], "--rounds: received 0, expected 1 or more"),
        (["--epochs", "1"], "--epochs: received 1, expected 2 or more"),
        (["--visitors", "3"], "--visitors: received 3, expected 4 or more"),
        (
            ["--older", "/nowhere"],
            "--older: received /nowhere, expected a folder with streamlit_app.py",
        ),
        (
            ["memory", "--older", "."],
            "received 'memory', expected one of visitors, followers",
        ),
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


def test_a_part_that_breaks_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_down(*_: object) -> Part:
        raise TimeoutError("no worker came")

    held = Target(label="idle, share of a core", limit=2, unit="%", digits=1).check(1)
    monkeypatch.setattr(command, "LATEST", tmp_path / "latest.json")
    command.write("memory", {"seconds": 240})
    monkeypatch.setattr(workers, "run", break_down)
    monkeypatch.setattr(memory, "run", lambda: Part("a table", {"mb": 1}, (held,)))
    with pytest.raises(SystemExit) as caught:
        command.main(["workers", "memory"])
    assert caught.value.code == "Not measured, the reason is above: workers"
    output = capsys.readouterr()
    assert "TimeoutError: no worker came" in output.err
    assert "Part 1 of 2\n" in output.err
    assert "Part 2 of 2; last time it took 4 min\n" in output.err
    assert "\na table\n" in output.out
    assert "\n+ idle, share of a core: 1.0 %; at most 2 % wanted: held\n" in output.out
    (part,) = json.loads((tmp_path / "latest.json").read_text())["parts"].values()
    assert part["results"] == {"mb": 1}


def test_an_older_version_is_measured_and_written_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measured: list[tuple[int, Path]] = []

    def run(count: int, older: Path) -> Part:
        measured.append((count, older))
        return Part("a table", {})

    (tmp_path / "streamlit_app.py").touch()
    monkeypatch.setattr(command, "LATEST", tmp_path / "latest.json")
    monkeypatch.setattr(followers, "run", run)
    command.main(["followers", "--followers", "7", "--older", str(tmp_path)])
    assert measured == [(7, tmp_path)]
    assert not (tmp_path / "latest.json").exists()
    assert capsys.readouterr().out.endswith(f"\nMeasured in {tmp_path}, and written nowhere.\n")

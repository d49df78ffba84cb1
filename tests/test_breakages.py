"""What breaks the app on purpose still fits the app, and says truly what became of each breakage."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.breakages import project
from tests.breakages.__main__ import ALL_KILLED, NOT_TRIED, ROOT, SOME_LEFT, main, try_out
from tests.breakages.breakage import Breakage, BreakageError
from tests.breakages.project import ProjectCopy, Verdict
from tests.breakages.table import BREAKAGES


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda breakage: breakage.name)
def test_every_breakage_still_fits(breakage: Breakage) -> None:
    broken = breakage.broken(ROOT)
    assert broken != (ROOT / breakage.file).read_text(encoding="utf-8")
    if breakage.file.endswith(".py"):
        compile(broken, breakage.file, "exec")
    assert breakage.tests
    for test in breakage.tests:
        file, _, name = test.partition("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        functions = [it.name for it in ast.walk(tree) if isinstance(it, ast.FunctionDef)]
        assert name.partition("[")[0] in functions, (
            f"{file} has no test {name}: name the one that notices this now"
        )


def test_each_has_a_name_of_its_own() -> None:
    names = [breakage.name for breakage in BREAKAGES]
    assert len(names) == len(set(names)) >= 35


SHOP = """\
def price(apples):
    return 2 * apples + 1
"""

TESTS = """\
import pytest
from shop import price

def test_one():
    assert price(1) == 3

@pytest.mark.parametrize("apples", [0, 10])
def test_many(apples):
    assert price(apples) > apples

@pytest.fixture
def bill():
    return price(2)

def test_bill(bill):
    assert bill == 5

def test_end():
    while price(1) != 3:
        pass
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Return the folder of a small project, with one file that git ignores."""
    folder = tmp_path / "shop"
    folder.mkdir()
    for name, text in {
        "shop.py": SHOP,
        "test_shop.py": TESTS,
        ".gitignore": "secret",
        "secret": "",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    return folder


def a_breakage(text: str, instead: str, *tests: str, file: str = "shop.py") -> Breakage:
    names = tuple(f"test_shop.py::{test}" for test in tests)
    return Breakage(name="broken", file=file, text=text, instead=instead, tests=names)


TOO_DEAR = a_breakage("+ 1", "+ 2", "test_one")
TOO_CHEAP_FOR_NONE = a_breakage("+ 1", "+ 0", "test_many")
UNNOTICED = a_breakage("+ 1", "+ 2", "test_one", "test_many")
NO_PYTHON = a_breakage("return", "retrun", "test_one")
ENDLESS = a_breakage("+ 1", "+ 2", "test_end")
NO_BILL = a_breakage("2 * apples", "{}[apples]", "test_bill")


@pytest.mark.parametrize(
    ("breakage", "verdict", "why"),
    [
        (TOO_DEAR, Verdict.KILLED, ""),
        (TOO_CHEAP_FOR_NONE, Verdict.KILLED, ""),
        (UNNOTICED, Verdict.SURVIVED, "test_shop.py::test_many"),
        (NO_PYTHON, Verdict.UNTESTED, "error"),
        (NO_BILL, Verdict.UNTESTED, "error"),
    ],
)
def test_what_becomes_of_a_breakage(
    shop: Path, tmp_path: Path, breakage: Breakage, verdict: Verdict, why: str
) -> None:
    copy = ProjectCopy(shop, tmp_path / "copy")
    became, said = copy.try_out(breakage)
    assert became is verdict
    assert why in said
    assert (copy.folder / "shop.py").read_text(encoding="utf-8") == SHOP
    assert (shop / "shop.py").read_text(encoding="utf-8") == SHOP
    assert sorted(file.name for file in copy.folder.iterdir() if file.is_file()) == [
        ".gitignore", "shop.py", "test_shop.py",
    ]  # fmt: skip


def test_tests_that_do_not_end_are_ended(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project, "LIMIT", 4.0)
    became, said = ProjectCopy(shop, tmp_path / "copy").try_out(ENDLESS)
    assert (became, said) == (Verdict.UNTESTED, "they had not ended after 4 s")


def test_the_command_says_what_is_left(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert try_out([TOO_DEAR], shop) == ALL_KILLED
    assert "1 of 1 breakages killed in " in capsys.readouterr().out
    assert try_out([TOO_DEAR, replace(UNNOTICED, name="dear")], shop) == SOME_LEFT
    said = capsys.readouterr().out
    assert "1 of 2 breakages killed in " in said
    assert said.endswith("Left: dear\n")


def test_tests_that_fail_anyway_prove_nothing(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / "shop.py").write_text(SHOP.replace("2 *", "3 *"), encoding="utf-8")
    assert try_out([TOO_DEAR], shop) == NOT_TRIED
    assert "With nothing broken, tests do not pass" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("breakage", "said"),
    [
        (replace(TOO_DEAR, text="+ 3"), "broken: its text was found 0 times in shop.py"),
        (replace(TOO_DEAR, text="apples"), "broken: its text was found 2 times in shop.py"),
        (replace(TOO_DEAR, file="stall.py"), "broken: there is no file stall.py"),
    ],
)
def test_a_breakage_that_fits_no_more_is_an_error(
    shop: Path, capsys: pytest.CaptureFixture[str], breakage: Breakage, said: str
) -> None:
    with pytest.raises(BreakageError, match=said):
        breakage.broken(shop)
    assert try_out([breakage], shop) == NOT_TRIED
    assert said in capsys.readouterr().out


def test_a_name_that_no_breakage_has_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["key-forgets-the-seed", "no-such-thing"])
    assert refused.value.code == 2
    assert "received no-such-thing, expected some of: " in capsys.readouterr().err

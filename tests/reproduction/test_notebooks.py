"""The command: what it refuses, and Keras's errors from end to end."""

from __future__ import annotations

import pytest

from reproduction.editions import ERRORS
from reproduction.notebooks import main, reproduce


def test_keras_refuses_what_it_refused() -> None:
    page = reproduce([error.id for error in ERRORS], 1)
    assert page.count(": the same cause.") == 4
    assert (
        "  - Today: Received a label value of 9 which is outside the valid range of [0, 5).\n"
        in page
    )


def test_a_run_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--only", "A-ex9"])
    assert caught.value.code == 2
    assert "invalid choice: 'A-ex9'" in capsys.readouterr().err


def test_no_seed_is_too_few(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--seeds", "0"])
    assert caught.value.code == 2
    assert "--seeds: received 0, expected 1 or more" in capsys.readouterr().err

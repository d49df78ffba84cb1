"""Names that runs are kept under: the same for ever, and no way back to the secret."""

from __future__ import annotations

from playground.core.visitor import SECRET, owner_of, renewed


def test_names_stay_what_they_are() -> None:
    """Else nobody's runs were theirs any more."""
    assert owner_of("0" * 32) == "ef7cae5cac4579396e775e6a895557d1"
    assert renewed("0" * 32) == "da6426546065ef20ae098592c6d9f6c0"


def test_they_have_the_form_of_a_secret_and_are_others() -> None:
    secret = "0123456789abcdef" * 2
    names = {secret, owner_of(secret), renewed(secret), owner_of(renewed(secret))}
    assert len(names) == 4
    assert all(map(SECRET.fullmatch, names))

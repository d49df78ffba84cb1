"""The shapes of networks that fit and of those that do not, worked out by hand."""

from __future__ import annotations

import pytest

from playground.core.recipe import Mismatch, Recipe, explain, repair, run_through


@pytest.mark.parametrize(
    ("recipe", "shapes", "mismatch", "at"),
    [
        (Recipe(), ((28, 28), (784,), (128,), (10,)), None, None),
        (Recipe(hidden=None), ((28, 28), (784,), (10,)), None, None),
        (Recipe(flatten="removed"), ((28, 28), (28, 128), (28, 10)), Mismatch.ROWS, 2),
        (Recipe(flatten="late"), ((28, 28), (28, 128), (3584,), (10,)), None, None),
        (Recipe(flatten="late", hidden=None), ((28, 28), (28, 10), (280,)), None, None),
        (Recipe(outputs=5), ((28, 28), (784,), (128,), (5,)), Mismatch.FEW, 3),
        (Recipe(outputs=12), ((28, 28), (784,), (128,), (12,)), None, None),
        (Recipe(input_shape=(14, 14)), ((14, 14), (196,), (128,), (10,)), Mismatch.INPUT, 0),
        (Recipe(labels="one-hot"), ((28, 28), (784,), (128,), (10,)), Mismatch.ONE_HOT, 4),
    ],
)
def test_shapes_and_cracks(
    recipe: Recipe, shapes: tuple[tuple[int, ...], ...], mismatch: Mismatch | None, at: int | None
) -> None:
    ribbon = run_through(recipe)
    assert (ribbon.shapes, ribbon.mismatch, ribbon.at) == (shapes, mismatch, at)


def test_what_cracks_can_be_mended_step_by_step() -> None:
    recipe = Recipe(input_shape=(14, 14), flatten="removed", outputs=5, labels="one-hot")
    cracks = []
    while (mismatch := run_through(recipe).mismatch) is not None:
        cracks.append(mismatch)
        recipe = repair(recipe)
    assert cracks == [Mismatch.INPUT, Mismatch.ROWS, Mismatch.ONE_HOT, Mismatch.FEW]
    assert recipe == repair(recipe) == Recipe()


def test_it_is_explained_with_its_own_numbers() -> None:
    assert str(explain(Recipe(outputs=7))) == (
        "7 outputs can answer 0 to 6, and the labels go up to 9. A network needs as many outputs as "
        "there are classes."
    )
    assert str(explain(Recipe(flatten="removed"))) == (
        "Nothing joins the rows of a picture, so the answer to one picture has the shape (28, 10). "
        "The loss needs one row of numbers a picture: put Flatten back."
    )
    assert str(explain(Recipe(outputs=12))) == (
        "It trains. Labels go from 0 to 9, so 2 of the 12 outputs are never the right answer."
    )
    assert str(explain(Recipe())) == "It trains: every shape fits the next."


def test_it_survives_a_journey() -> None:
    recipe = Recipe(input_shape=(14, 14), flatten="late", hidden=None, outputs=3, labels="one-hot")
    assert Recipe.from_dict(recipe.to_dict()) == recipe

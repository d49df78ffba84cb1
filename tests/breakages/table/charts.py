"""What is drawn, broken on purpose."""

from typing import Final

from tests.breakages.breakage import Breakage

_FILE: Final = "playground/charts/curves.py"
_TESTS: Final = "tests/charts/test_curves.py"

BREAKAGES: Final = (
    Breakage(
        name="accuracy-is-drawn-on-the-axis-of-the-loss",
        file=_FILE,
        text='    for metric, at in (("loss", "y"), ("accuracy", "y2")):\n'
        "        common = {\n"
        '            "yaxis": at,\n',
        instead='    for metric, at in (("loss", "y"), ("accuracy", "y2")):\n'
        "        common = {\n"
        '            "yaxis": "y",\n',
        tests=(f"{_TESTS}::test_every_series_has_its_points",),
    ),
    Breakage(
        name="what-is-no-number-is-drawn",
        file=_FILE,
        text='"y": [y if y is not None and math.isfinite(y) else None for _, y in points],',
        instead='"y": [y for _, y in points],',
        tests=(f"{_TESTS}::test_what_is_not_finite_becomes_a_gap",),
    ),
    Breakage(
        name="test-curve-shows-training-values",
        file=_FILE,
        text='(end.epoch, getattr(end, f"val_{metric}"))',
        instead="(end.epoch, getattr(end, metric))",
        tests=(f"{_TESTS}::test_every_series_has_its_points",),
    ),
    Breakage(
        name="threshold-of-accuracy-lies-in-the-panel-of-the-loss",
        file=_FILE,
        text='    axis = "y2" if accuracy else "y"\n',
        instead='    axis = "y"\n',
        tests=(f"{_TESTS}::test_the_threshold_lies_in_its_panel",),
    ),
    Breakage(
        name="run-beside-has-the-points-of-the-one-shown",
        file=_FILE,
        text="        for points in [_points(ghost.chunks, ghost.epochs)]\n",
        instead="        for points in [own]\n",
        tests=(f"{_TESTS}::test_another_run_lies_thinner_behind_the_one_that_is_shown",),
    ),
)

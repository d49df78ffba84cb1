"""Experiments, links, networks, and what is said of them, broken on purpose."""

from typing import Final

from tests.breakages.breakage import Breakage

BREAKAGES: Final = (
    Breakage(
        name="key-forgets-the-seed",
        file="playground/core/experiment.py",
        text="        chosen += self.differences(self.defaults)",
        instead='        chosen += [it for it in self.differences(self.defaults) if it != "seed"]',
        tests=("tests/core/test_experiment.py::test_the_key_says_every_field_alone",),
    ),
    Breakage(
        name="held-out-pictures-are-trained-on",
        file="playground/core/experiment.py",
        text="        return self.data.train_images - self.validates * self.data.validation_images",
        instead="        return self.data.train_images",
        tests=(
            "tests/engine/test_validation.py::test_what_is_held_out_is_watched_and_never_trained_on",
        ),
    ),
    Breakage(
        name="link-drops-the-dropout",
        file="playground/core/url.py",
        text="        if choice.key in values and values[choice.key] != left_out",
        instead='        if choice.key in values and choice.key != "dropout" and values[choice.key] != left_out',
        tests=("tests/core/test_url.py::test_a_link_gives_its_experiment_back",),
    ),
    Breakage(
        name="bad-value-of-a-link-is-swallowed",
        file="playground/core/url.py",
        text="            bad.append(_bad(choice, text))",
        instead="            continue",
        tests=("tests/core/test_url.py::test_a_bad_parameter_is_named_and_the_default_used",),
    ),
    Breakage(
        name="value-at-the-threshold-stops-a-run",
        file="playground/core/stop_rule.py",
        text="return value > self.value if self.watches_accuracy else value < self.value",
        instead="return value >= self.value if self.watches_accuracy else value <= self.value",
        tests=("tests/core/test_experiment.py::test_a_value_at_the_threshold_does_not_cross_it",),
    ),
    Breakage(
        name="biases-are-not-counted",
        file="playground/core/layers.py",
        text='        return kernel, Weight("bias", (self.units,), "zeros")',
        instead="        return (kernel,)",
        tests=("tests/core/test_network.py::test_counts_by_hand",),
    ),
    Breakage(
        name="pixels-are-not-normalised-for-an-answer",
        file="playground/core/weights.py",
        text="    if normalize:\n",
        instead="    if not normalize:\n",
        tests=("tests/core/test_weights.py::test_normalised_pixels_are_divided_by_255",),
    ),
    Breakage(
        name="run-beside-has-the-name-of-the-one-shown",
        file="playground/core/naming.py",
        text="*(_name(other, choices) for other, choices",
        instead="*(_name(shown, choices) for other, choices",
        tests=("tests/core/test_naming.py::test_each_is_named_by_what_it_differs_in",),
    ),
    Breakage(
        name="diverged-runs-loss-is-lost-when-it-is-stored",
        file="playground/core/run.py",
        text="        if value is None and state is RunState.DIVERGED:\n            value = math.nan\n",
        instead="",
        tests=("tests/core/test_run.py::test_a_diverged_runs_loss_survives_json_as_nan",),
    ),
    Breakage(
        name="repair-forgets-that-the-rate-was-turned-up",
        file="playground/core/repair.py",
        text="max([view.experiment.learning_rate, *rates])",
        instead="view.experiment.learning_rate",
        tests=(
            "tests/core/test_repair.py::test_a_rate_that_was_turned_up_on_the_way_is_the_cause",
        ),
    ),
)

"""What trains, broken on purpose."""

from typing import Final

from tests.breakages.breakage import Breakage

_TRAINING: Final = "tests/engine/test_training.py"

BREAKAGES: Final = (
    Breakage(
        name="every-worker-carries-pandas",
        file="playground/engine/task.py",
        text="    sys.modules[module] = None  # type: ignore[assignment]  # as documented: an import of it fails\n    try:\n        yield\n    finally:\n        del sys.modules[module]\n",
        instead="    yield\n",
        tests=(
            "tests/engine/test_worker.py::test_keras_comes_without_pandas_and_who_needs_it_gets_it",
        ),
    ),
    Breakage(
        name="every-epoch-has-the-same-order",
        file="playground/engine/schedule.py",
        text="np.random.PCG64([self.seed, epoch])",
        instead="np.random.PCG64([self.seed])",
        tests=("tests/engine/test_schedule.py::test_the_order_depends_on_seed_and_epoch_alone",),
    ),
    Breakage(
        name="order-depends-on-the-chunk",
        file="playground/engine/schedule.py",
        text="np.random.PCG64([self.seed, epoch])",
        instead="np.random.PCG64([self.seed, epoch, self.chunk_steps])",
        tests=("tests/engine/test_schedule.py::test_the_order_depends_on_seed_and_epoch_alone",),
    ),
    Breakage(
        name="smaller-last-batch-is-not-trained",
        file="playground/engine/network.py",
        text="        self._has_remainder = has_remainder\n",
        instead="        self._has_remainder = False\n",
        tests=("tests/engine/test_equivalence.py::test_so_they_do_with",),
    ),
    Breakage(
        name="test-pictures-are-trained-on",
        file="playground/engine/network.py",
        text="        images = self._inputs(tf.gather(self.pictures.train_images, row))\n",
        instead="        images = self._inputs(tf.gather(self.pictures.test_images, row % 10_000))\n",
        tests=(
            "tests/engine/test_equivalence.py::test_chunks_train_the_weights_that_keras_trains",
        ),
    ),
    Breakage(
        name="warm-network-keeps-its-weights",
        file="playground/engine/network.py",
        text="    set_first_weights(network, network.described, experiment.seed, init=experiment.init)\n",
        instead="    if not network.optimizer.iterations:\n"
        "        set_first_weights(network, network.described, experiment.seed, init=experiment.init)\n",
        tests=(f"{_TRAINING}::test_the_same_seed_gives_the_same_curve_and_probabilities",),
    ),
    Breakage(
        name="first-weights-of-zero-are-drawn",
        file="playground/engine/keras_objects.py",
        text='            start = "zeros" if init == "zero" else weight.start\n',
        instead="            start = weight.start\n",
        tests=(f"{_TRAINING}::test_neurons_that_begin_with_zeros_stay_alike",),
    ),
    Breakage(
        name="warm-network-keeps-the-optimisers-state",
        file="playground/engine/network.py",
        text="        variable.assign(keras.ops.zeros(variable.shape, dtype=variable.dtype))\n",
        instead="        variable.assign(variable)\n",
        tests=(f"{_TRAINING}::test_the_same_seed_gives_the_same_curve_and_probabilities",),
    ),
    Breakage(
        name="test-pictures-are-looked-at-with-dropout",
        file="playground/engine/network.py",
        text="        guesses = self(images, training=False)",
        instead="        guesses = self(images, training=True)",
        tests=("tests/engine/test_weights.py::test_a_run_leaves_its_weights_however_it_ends",),
    ),
    Breakage(
        name="checkpoint-lacks-the-optimisers-state",
        file="playground/engine/checkpoint.py",
        text="for variable in (*network.optimizer.variables, *metrics)}",
        instead="for variable in metrics}",
        tests=(f"{_TRAINING}::test_a_pause_keeps_the_state_of_every_optimizer",),
    ),
    Breakage(
        name="weights-are-saved-transposed",
        file="playground/engine/checkpoint.py",
        text="    return {name: np.array(variables[name]) for name in network.described.weight_shapes}",
        instead="    return {name: np.array(variables[name]).T for name in network.described.weight_shapes}",
        tests=("tests/engine/test_weights.py::test_a_run_leaves_its_weights_however_it_ends",),
    ),
    Breakage(
        name="run-that-goes-on-trains-a-chunk-twice",
        file="playground/engine/training.py",
        text="                if epoch == first_epoch and chunk < first_chunk:\n",
        instead="                if epoch == first_epoch and chunk + 1 < first_chunk:\n",
        tests=(
            f"{_TRAINING}::test_paused_and_taken_up_by_another_worker_a_run_goes_on_bit_for_bit",
        ),
    ),
    Breakage(
        name="rule-stops-a-run-an-epoch-late",
        file="playground/engine/callbacks.py",
        text="        if self.rule.crossed_by(value):\n            self.value = value\n",
        instead="        last, self._last = getattr(self, '_last', None), value\n"
        "        if last is not None and self.rule.crossed_by(last):\n            self.value = value\n",
        tests=(f"{_TRAINING}::test_a_rule_stops_after_the_first_epoch_that_crosses_it",),
    ),
    Breakage(
        name="changed-learning-rate-is-told-and-not-used",
        file="playground/engine/callbacks.py",
        text="        self.model.optimizer.learning_rate = rate\n",
        instead="",
        tests=(f"{_TRAINING}::test_a_changed_learning_rate_holds_from_the_next_chunk_on",),
    ),
    Breakage(
        name="point-of-a-curve-is-the-mean-since-the-epoch-began",
        file="playground/engine/callbacks.py",
        text="                loss=(self._sums[0] - before[0]) / pictures,\n",
        instead="                loss=self._sums[0] / self._pictures,\n",
        tests=(
            "tests/engine/test_equivalence.py::test_a_point_of_the_curve_is_the_mean_over_its_own_pictures",
        ),
    ),
    Breakage(
        name="hopeless-loss-ends-no-run",
        file="playground/engine/callbacks.py",
        text="        if divergence is not None:\n",
        instead="        if divergence is not None and divergence[0] < 0:\n",
        tests=(f"{_TRAINING}::test_a_hopeless_run_ends_at_its_step",),
    ),
)

"""The queue, the runs and whose they are, broken on purpose."""

from typing import Final

from tests.breakages.breakage import Breakage

BREAKAGES: Final = (
    Breakage(
        name="queue-is-first-come-first-served",
        file="playground/jobs/queue.py",
        text="        (number, since, name) for name, party in parties.items()",
        instead="        (since, number, name) for name, party in parties.items()",
        tests=("tests/jobs/test_queue.py::test_ten_runs_of_one_person_hold_up_nobody_with_one",),
    ),
    Breakage(
        name="run-that-lost-its-worker-waits-at-the-end",
        file="playground/jobs/queue.py",
        text="self._wait_again(run, -next(self._clock))",
        instead="self._wait_again(run, next(self._clock))",
        tests=("tests/jobs/test_queue.py::test_a_run_that_lost_its_worker_comes_first_again",),
    ),
    Breakage(
        name="forecast-ignores-the-batch",
        file="playground/jobs/forecast.py",
        text="experiment.steps_per_epoch * (BATCH",
        instead="1_875 * (BATCH",
        tests=("tests/jobs/test_queue.py::test_a_forecast_is_right_about_networks_of_every_size",),
    ),
    Breakage(
        name="anybody-may-stop-a-run",
        file="playground/jobs/service.py",
        text="            refuse_stranger(record, by)\n"
        "            if not self._is_left_to_others(record):\n"
        "                self._dispatcher.stop(record)\n",
        instead="            if not self._is_left_to_others(record):\n"
        "                self._dispatcher.stop(record)\n",
        tests=("tests/jobs/test_refusals.py::test_nobody_changes_another_persons_run",),
    ),
    Breakage(
        name="owner-stops-a-run-that-others-asked-for",
        file="playground/jobs/sharing.py",
        text="    return record.askers.pop(0) if record.askers and record.state.is_active else None\n",
        instead="    return None\n",
        tests=("tests/jobs/test_keeping.py::test_a_run_that_others_follow_is_handed_over",),
    ),
    Breakage(
        name="what-was-trained-is-trained-again",
        file="playground/jobs/archive.py",
        text="            if record.state in (RunState.FINISHED, RunState.DIVERGED):\n"
        "                return record\n",
        instead="            if record.state in (RunState.FINISHED, RunState.DIVERGED):\n"
        "                return None\n",
        tests=(
            "tests/jobs/test_keeping.py::test_what_is_being_trained_is_joined_and_what_was_trained_is_replayed",
        ),
    ),
    Breakage(
        name="run-with-a-changed-rate-passes-for-its-experiment",
        file="playground/jobs/archive.py",
        text=" and not record.rates and record.asked_rate is None\n",
        instead="\n",
        tests=(
            "tests/jobs/test_keeping.py::test_a_changed_learning_rate_survives_a_killed_worker",
        ),
    ),
    Breakage(
        name="pause-loses-the-last-chunk",
        file="playground/jobs/record.py",
        text="        self.saved_events = len(self.events)\n        self.held",
        instead="        del self.events[-1:]\n        self.saved_events = len(self.events)\n        self.held",
        tests=(
            "tests/jobs/test_service.py::test_a_paused_run_leaves_its_worker_to_others_and_ends_as_if_never_paused",
        ),
    ),
    Breakage(
        name="nobody-is-told-that-a-run-began-again",
        file="playground/jobs/dispatcher.py",
        text="        record.restarts += has_died\n",
        instead="        record.restarts += 0\n",
        tests=(
            "tests/jobs/test_processes.py::test_a_run_whose_worker_is_killed_goes_on_from_its_last_pause",
        ),
    ),
    Breakage(
        name="run-begins-again-though-it-was-paused",
        file="playground/jobs/dispatcher.py",
        text="        checkpoint = self._read.pop(record.id, record.checkpoint)\n",
        instead="        checkpoint = self._read.pop(record.id, None)\n",
        tests=("tests/jobs/test_service.py::test_one_step_at_a_time",),
    ),
    Breakage(
        name="one-person-may-have-any-number-of-runs",
        file="playground/jobs/refusals.py",
        text="        if len(there) >= bounds.runs:\n",
        instead="        if len(there) >= bounds.runs and bounds is ALL:\n",
        tests=("tests/jobs/test_refusals.py::test_a_person_may_have_so_many_runs",),
    ),
    Breakage(
        name="what-a-full-disk-refused-is-never-written",
        file="playground/jobs/journal.py",
        text="            except StoreError as error:\n                self._remember(runs)\n",
        instead="            except StoreError as error:\n",
        tests=(
            "tests/jobs/test_surroundings.py::test_what_a_full_disk_does_not_take_is_bounded_in_memory_and_said",
        ),
    ),
    Breakage(
        name="long-run-gives-way-to-nobody",
        file="playground/jobs/slices.py",
        text="    return is_free and record.seconds_in_segment >= SLICE and seconds_left > SLICE\n",
        instead="    return is_free and record.seconds_in_segment >= 1e9 * SLICE and seconds_left > SLICE\n",
        tests=("tests/jobs/test_slices.py::test_who_has_had_a_slice_and_who_is_left_alone",),
    ),
    Breakage(
        name="last-of-many-changes-wakes-nobody",
        file="playground/jobs/notifier.py",
        text="                self._pending.setdefault(loop, set()).update(runs)\n                if is_first:\n",
        instead="                if is_first:\n                    self._pending[loop] = set(runs)\n",
        tests=("tests/jobs/test_notifier.py::test_changes_that_come_at_once_are_all_told",),
    ),
)

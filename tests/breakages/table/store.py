"""What keeps runs, broken on purpose."""

from typing import Final

from tests.breakages.breakage import Breakage

BREAKAGES: Final = (
    Breakage(
        name="half-of-what-is-written-is-kept",
        file="playground/store/runs.py",
        text="        with self._connected(self._writing) as connection:\n"
        "            for change in changes:\n",
        instead="        for change in changes:\n"
        "            with self._connected(self._writing) as connection:\n",
        tests=("tests/store/test_runs.py::test_all_changes_are_stored_or_none",),
    ),
    Breakage(
        name="points-of-before-a-run-began-anew-stay",
        file="playground/store/runs.py",
        text="    connection.execute(delete(POINTS).where(POINTS.c.run == run, POINTS.c.seq > change.after))\n",
        instead="    if change.events:\n"
        "        connection.execute(\n"
        "            delete(POINTS).where(POINTS.c.run == run, POINTS.c.seq >= change.events[0].seq)\n"
        "        )\n",
        tests=("tests/store/test_runs.py::test_a_run_that_starts_anew_loses_what_it_told",),
    ),
    Breakage(
        name="checksum-is-not-looked-at",
        file="playground/store/runs.py",
        text="            if row.checksum not in (None, checksum(run, name, row.data)):\n",
        instead="            if row.checksum is False:\n",
        tests=("tests/jobs/test_damage.py::test_a_damaged_artefact_costs_what_it_is_for",),
    ),
    Breakage(
        name="missing-point-is-not-noticed",
        file="playground/store/rows.py",
        text="    if numbers != list(range(1, len(events) + 1)):\n",
        instead="    if numbers != sorted(numbers):\n",
        tests=("tests/jobs/test_damage.py::test_a_point_that_is_missing_costs_its_run",),
    ),
    Breakage(
        name="migrated-runs-are-not-found-again",
        file="playground/store/migrations/versions/0007_experiments.py",
        text='"key": key and _key(experiment)}',
        instead='"key": key}',
        tests=(
            "tests/store/test_migrate.py::test_runs_of_an_older_database_are_found_by_what_they_train",
        ),
    ),
    Breakage(
        name="migration-loses-what-an-experiment-differs-in",
        file="playground/store/migrations/versions/0007_experiments.py",
        text="if value != _DEFAULTS[name]}",
        instead='if value != _DEFAULTS[name] and name != "normalize"}',
        tests=("tests/store/test_migrate.py::test_the_migration_writes_what_is_written_today",),
    ),
    Breakage(
        name="database-of-a-newer-playground-is-written-to",
        file="playground/store/migrate.py",
        text="    if newer:\n",
        instead="    if newer:\n        return\n    if newer:\n",
        tests=("tests/store/test_migrate.py::test_a_newer_database_is_refused",),
    ),
    Breakage(
        name="others-may-read-the-database",
        file="playground/store/files.py",
        text="os.O_WRONLY, stat.S_IRUSR | stat.S_IWUSR))",
        instead="os.O_WRONLY, 0o644))",
        tests=("tests/store/test_files.py::test_a_new_folder_and_its_files_are_their_owners",),
    ),
    Breakage(
        name="latest-run-goes-first-when-room-is-short",
        file="playground/store/room.py",
        text="    return one.stage or 0, one.place, one.run, one.artefact\n",
        instead="    return one.stage or 0, -one.place, one.run, one.artefact\n",
        tests=(
            "tests/store/test_room.py::test_what_goes_first_is_large_and_old_and_curves_stay_longest",
        ),
    ),
    Breakage(
        name="curves-go-before-checkpoints",
        file="playground/store/room.py",
        text="            return 3 if not self.artefact else 0 if self.artefact == CHECKPOINT else 1\n",
        instead="            return 0 if not self.artefact else 3 if self.artefact == CHECKPOINT else 1\n",
        tests=(
            "tests/store/test_room.py::test_what_goes_first_is_large_and_old_and_curves_stay_longest",
        ),
    ),
)

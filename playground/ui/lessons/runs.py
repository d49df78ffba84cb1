"""The networks that a lesson trains: asked for together, found again after a reload."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from playground.core.errors import PlaygroundError
from playground.core.experiment import Experiment
from playground.core.run import RunState, RunView
from playground.jobs import NotYoursError, UnknownRunError
from playground.lessons import Lesson, LessonRun
from playground.ui.address import address
from playground.ui.training import is_own, training_service
from playground.ui.visitor import visitor

_RUNS: Final = "_lesson_runs"


@dataclass(frozen=True, slots=True)
class Trained:
    """One network of a lesson and what is there of its runs, seed by seed."""

    run: LessonRun
    views: tuple[RunView | None, ...]

    @property
    def there(self) -> tuple[RunView, ...]:
        """The runs that show the network, or will: one that was stopped or failed can be trained anew."""
        without = (RunState.STOPPED, RunState.FAILED)
        return tuple(view for view in self.views if view is not None and view.state not in without)

    @property
    def first(self) -> RunView | None:
        """The run with the first seed, if it is there."""
        return self.there[0] if self.there else None

    @property
    def shown(self) -> RunView | None:
        """The run to look at now: one that trains, else one that waits, else the first."""
        waiting = [view for view in self.there if view.state.is_active]
        trains = [view for view in waiting if view.state is RunState.RUNNING]
        return next(iter((*trains, *waiting, *self.there)), None)

    @property
    def failed(self) -> tuple[RunView, ...]:
        """The runs that something went wrong with."""
        return tuple(v for v in self.views if v is not None and v.state is RunState.FAILED)

    @property
    def over(self) -> tuple[RunView, ...]:
        """Those of them that are over."""
        return tuple(view for view in self.there if view.state.is_over)

    @property
    def is_complete(self) -> bool:
        """Whether every seed has been trained."""
        return len(self.over) == len(self.run.seeds)


def lesson_networks(lesson: Lesson) -> tuple[LessonRun, ...]:
    """Return the lesson's networks, and after them those that the learner added."""
    return (*lesson.runs, *st.session_state.get(_added(lesson), ()))


def add_network(lesson: Lesson, name: str, **changes: Any) -> None:
    """Add a network that differs from the baseline in `changes`, and train it.

    Raises:
        TooManyRunsError: there are too many runs.
    """
    if name in (run.name for run in lesson_networks(lesson)):
        return
    base = lesson.compared[0]
    added = LessonRun(name=name, experiment=base.experiment.with_(**changes), seeds=base.seeds)
    st.session_state[_added(lesson)] = (*st.session_state.get(_added(lesson), ()), added)
    train_lesson(lesson)


def _added(lesson: Lesson) -> str:
    return f"{lesson.slug}_added"


def train_lesson(lesson: Lesson) -> None:
    """Ask for every run of the lesson that is not there; those that the prediction compares come first.

    Raises:
        TooManyRunsError: there are too many; those asked for by then are trained.
    """
    runs = [(place, run) for run in lesson_networks(lesson) for place in range(len(run.seeds))]
    for place, run in sorted(runs, key=lambda it: (it[1] not in lesson.compared, it[0])):
        asked = training_service().obtain_run(run.repetitions[place], visitor(), address=address())
        _known()[lesson.slug, run.name, run.seeds[place]] = asked.run


def stop_lesson(lesson: Lesson) -> None:
    """Stop what this visitor has waiting or training for the lesson; others' runs go on."""
    for one in lesson_runs(lesson, search=False):
        for view in one.there:
            if view.state.is_active and is_own(view):
                with suppress(NotYoursError):  # another tab has just left it to others
                    training_service().stop(view.id, visitor())


def train_one(experiment: Experiment) -> None:
    """Ask for one more run.

    Raises:
        TooManyRunsError: there are too many runs.
    """
    _known()["", experiment.key, experiment.seed] = (
        training_service().obtain_run(experiment, visitor(), address=address()).run
    )


def run_of(experiment: Experiment) -> RunView | None:
    """Return the run that `train_one` asked for."""
    return _find(("", experiment.key, experiment.seed), None)


def lesson_runs(lesson: Lesson, *, search: bool) -> tuple[Trained, ...]:
    """Return the lesson's networks and their runs as they are now.

    Args:
        lesson: the lesson.
        search: look for runs that somebody else has trained, too.
    """
    return tuple(
        Trained(
            run,
            tuple(_view(lesson, run, place, search=search) for place in range(len(run.seeds))),
        )
        for run in lesson_networks(lesson)
    )


def _view(lesson: Lesson, run: LessonRun, place: int, *, search: bool) -> RunView | None:
    name = (lesson.slug, run.name, run.seeds[place])
    return _find(name, run.repetitions[place] if search else None)


def _find(name: tuple[str, str, int], experiment: Experiment | None) -> RunView | None:
    """Return the run known by `name`, else one that shows `experiment`, if there is one."""
    service, known = training_service(), _known()
    try:
        if name not in known and experiment is not None:
            found = service.find(experiment)
            if found is not None:
                known[name] = found
        return service.view(known[name]) if name in known else None
    except UnknownRunError:
        del known[name]
        return None
    except PlaygroundError:  # the store is away: the page says so
        return None


def forget_runs(slug: str | None = None) -> None:
    """Show the runs of a lesson, or of all, no more until they are asked for again."""
    known = _known()
    for name in [name for name in known if slug in (None, name[0])]:
        del known[name]


def _known() -> dict[tuple[str, str, int], str]:
    """Return the runs that this visitor's lessons show."""
    known: dict[tuple[str, str, int], str] = st.session_state.setdefault(_RUNS, {})
    return known

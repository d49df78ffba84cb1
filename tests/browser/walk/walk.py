"""A walk: a start and a list of actions, drawn from a seed or given, each followed by every invariant."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final, Self, TypeAlias

from playwright.sync_api import Browser

from tests.browser.app_server import AppServer
from tests.browser.walk.actions import Action, draw_action
from tests.browser.walk.invariants import check
from tests.browser.walk.own_server import OwnServer
from tests.browser.walk.page_state import PageState
from tests.browser.walk.sight import look
from tests.browser.walk.walker import REST_LIMIT, Start, Walker

Tell: TypeAlias = Callable[[int, Action], None]

AGAIN: Final = 100
"""Milliseconds between two looks at something that does not hold, but may in a moment."""

LOOKS: Final = 80
"""How often it is looked at before it counts as a finding: a run's news is on its way meanwhile."""

STARTS: Final = (
    Start("/?train_size=500&epochs=2"),
    Start("/?train_size=200&epochs=1&dataset=mnist", locale="zh-CN"),
    Start("/?train_size=1000&epochs=3&hidden=64-32&lang=zh"),
    Start("/?train_size=300&epochs=3&stop_metric=accuracy&stop_value=0.5", width=390, height=844),
    Start("/lessons"),
    Start("/lessons", locale="zh-CN", width=390, height=844),
)


@dataclass(frozen=True, slots=True)
class Walk:
    """What was done from the start on."""

    start: Start
    actions: tuple[Action, ...] = ()

    def to_json(self, **more: Any) -> str:
        """Return the walk as JSON for a file, behind `more` that is to be said of it."""
        actions = ",\n    ".join(
            json.dumps(it.to_dict(), ensure_ascii=False) for it in self.actions
        )
        head = json.dumps({**more, "start": asdict(self.start)}, ensure_ascii=False, indent=2)
        return f'{head[:-2]},\n  "actions": [\n    {actions}\n  ]\n}}\n'

    @classmethod
    def from_file(cls, file: Path) -> Self:
        """Return the walk that a file holds."""
        values = json.loads(file.read_text(encoding="utf-8"))
        actions = tuple(map(Action.from_dict, values["actions"]))
        return cls(Start(**values["start"]), actions)


@dataclass
class Steps:
    """A walker's steps: after each the page has rested and every invariant has been looked at."""

    walker: Walker
    done: list[Action] = field(default_factory=list)
    impossible: list[Action] = field(default_factory=list)
    _pending: list[Action] = field(default_factory=list)
    _before: PageState | None = None
    _tab: int = 0

    def step(self, action: Action) -> dict[str, str]:
        """Do one thing; return what does not hold after it, by the invariants' names."""
        possible = self.walker.do(action)
        (self.done if possible else self.impossible).append(action)
        if possible:
            self._pending.append(action)
        if action.hurried and possible:
            return {}
        return self.check()

    def check(self, looks: int = LOOKS, rest_limit: int = REST_LIMIT) -> dict[str, str]:
        """Wait for rest and return what does not hold, also when looked at again and again.

        Args:
            looks: how often at most.
            rest_limit: milliseconds in which the page has to come to rest.
        """
        walker = self.walker
        rests = walker.rest(rest_limit)
        stays = self._tab == walker.tab
        before, done = self._before if stays else None, tuple(self._pending)
        sight = look(walker, before=before, done=done, rests=rests)
        while (found := check(sight)) and (looks := looks - 1) > 0:
            walker.page.wait_for_timeout(AGAIN)
            sight = look(walker, before=before, done=done, rests=rests)
        self._before, self._tab = sight.state, walker.tab
        self._pending.clear()
        return found

    @property
    def state(self) -> PageState:
        """The page as it was when it was last looked at."""
        return self._before if self._before is not None else self.walker.read()


@dataclass(frozen=True, slots=True)
class Walked:
    """What came of a walk.

    Args:
        walk: what was done, up to the finding if there is one.
        found: what did not hold, by the invariants' names; empty if all did.
        impossible: what was to be done and could not be.
    """

    walk: Walk
    found: Mapping[str, str]
    impossible: tuple[Action, ...] = ()

    def __str__(self) -> str:
        """Return it as people read it, with the walk as JSON."""
        lines = [f"{name}: {text}" for name, text in self.found.items()]
        return "\n".join([*lines, "", self.walk.to_json()])


def draw_walk(browser: Browser, seed: int | str, steps: int, tell: Tell | None = None) -> Walked:
    """Walk at random on a server of its own, to the first finding or to the end.

    Args:
        browser: where.
        seed: of chance. What trains meanwhile changes what a page offers, so that the same seed need
            not go the same way; what was done is in the answer.
        steps: how many.
        tell: called before each step with its number and what is to be done.
    """
    random = Random(seed)
    start = random.choice(STARTS)

    def actions(steps_taken: Steps) -> Iterator[Action]:
        for number in range(1, steps + 1):
            walker = steps_taken.walker
            action = draw_action(random, steps_taken.state, len(walker.tabs), walker.tab)
            if tell is not None:
                tell(number, action)
            yield action

    return _walk(browser, start, actions)


def repeat_walk(browser: Browser, walk: Walk, server: AppServer | None = None) -> Walked:
    """Do what a walk did, on a server of its own unless one is given; what cannot be done is left out."""
    return _walk(browser, walk.start, lambda _: iter(walk.actions), server)


def _walk(
    browser: Browser,
    start: Start,
    actions: Callable[[Steps], Iterator[Action]],
    server: AppServer | None = None,
) -> Walked:
    with ExitStack() as ending:
        place = server or OwnServer(Path(ending.enter_context(tempfile.TemporaryDirectory())))
        if isinstance(place, OwnServer):
            ending.callback(place.end)
        walker = Walker(browser, place, start)
        ending.callback(walker.end)
        steps = Steps(walker)
        found = steps.check()
        for action in () if found else actions(steps):
            found = steps.step(action)
            if found:
                break
        found = found or steps.check()
        walker.end()
        if isinstance(place, OwnServer):
            found = {**found, **place.end()}
    return Walked(Walk(start, tuple(steps.done)), found, tuple(steps.impossible))

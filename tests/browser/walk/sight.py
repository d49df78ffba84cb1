"""What is known after a step: the page before and after it, what was done, and what the service says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tests.browser.walk.actions import Action
from tests.browser.walk.page_state import PageState
from tests.browser.walk.service_answer import RunAnswer, ask_run, ask_shares, recorded_answer
from tests.browser.walk.walker import Walker

Shares: TypeAlias = list[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """All that the invariants look at.

    Args:
        state: the page now.
        before: the same tab before `done`; None where another tab or server is looked at.
        done: what was done since then.
        pasted: the parameters of the link that was opened just now, if one was.
        run: what the service, or the project's own recording, says of the run that is shown.
        beside: the same of the runs that are drawn beside it, by their ids.
        shares: what the service says of the picture that is shown, likewise.
        rests: whether the page came to rest.
        errors: what the browsers' consoles said.
        outside: addresses on other computers that were asked for.
        trouble: controls that did not take a press.
        log: what the server printed.
    """

    state: PageState
    before: PageState | None = None
    done: tuple[Action, ...] = ()
    pasted: Mapping[str, str] | None = None
    run: RunAnswer | None = None
    beside: Mapping[str, RunAnswer] = field(default_factory=dict)
    shares: Shares | None = None
    rests: bool = True
    errors: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    trouble: tuple[str, ...] = ()
    log: str = ""


def look(
    walker: Walker, *, before: PageState | None, done: tuple[Action, ...], rests: bool
) -> Sight:
    """Read the page, and ask the service what it says of the same."""
    state = walker.read()
    url, cookies = walker.server.url, walker.cookies()
    run, shares = _ask(url, state, cookies)
    return Sight(
        state=state,
        before=before,
        done=done,
        pasted=walker.pasted,
        run=run,
        beside={other: _answer(url, other, cookies) for other in state.beside},
        shares=shares,
        rests=rests,
        errors=tuple(walker.visits.errors),
        outside=tuple(walker.visits.outside),
        trouble=tuple(walker.trouble),
        log=walker.server.log,
    )


def _answer(server: str, run: str, cookies: list[Any]) -> RunAnswer:
    """Return what is known, away from the page, of a run."""
    recorded = recorded_answer(run)
    return ask_run(server, run, cookies) if recorded is None else recorded[0]


def _ask(
    server: str, state: PageState, cookies: list[Any]
) -> tuple[RunAnswer | None, Shares | None]:
    """Return what is known, away from the page, of the run and the picture that it shows."""
    curves, picture = state.curves, state.picture
    if curves is None:
        return None, None
    if curves["state"] == "recorded":
        recorded = recorded_answer(curves["run"])
        if recorded is None:
            return RunAnswer(), None
        run, probabilities = recorded
        return run, None if picture is None else probabilities[picture["index"]].tolist()
    run = ask_run(server, curves["run"], cookies)
    if picture is None:
        return run, None
    return run, ask_shares(server, curves["run"], picture["index"], cookies)

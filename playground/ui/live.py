"""The stream of a run: what it tells, as server-sent events, to every browser that watches."""

from __future__ import annotations

import asyncio
import json
import logging
import math
import re
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from playground.core.errors import PlaygroundError, RecordingError
from playground.core.events import Event, RateChange, to_wire
from playground.core.run import RunView
from playground.jobs import UnknownRunError
from playground.ui.assets import base_path
from playground.ui.components.picture import answer_of
from playground.ui.training import training_service
from playground.ui.visitor import visitor_of

SILENCE: Final = 15.0
"""Seconds without news after which a comment is sent, so that a lost listener is noticed."""

WAIT_STEP: Final = 5
"""Seconds to which a wait in the queue is told."""

REDRAW_EVERY: Final = 0.1
"""Seconds between the pages of those who only follow a run, when it changes: drawn all at once, a
class's pages would hold up each other and everybody's clicks."""


_log: Final = logging.getLogger(__name__)
_STATUSES: Final = {UnknownRunError: 404, RecordingError: 410}
_LATER: Final = 503
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
"""A number that may be read; Python would refuse one of five thousand digits with an error."""


def stream_path(run: str) -> str:
    """Return where a run's stream is, relative to the app's base path."""
    return f"live/{run}"


def answers_path(run: str) -> str:
    """Return where a run's newest answers are, a test picture's below it by its number."""
    return f"{stream_path(run)}/answers"


def live_routes() -> list[Route]:
    """Return the routes that serve the streams, and what the networks say while they learn."""
    stream, answer = stream_path("{run}"), f"{answers_path('{run}')}/{{index}}"
    return [
        Route(f"{base_path()}/{stream}", _serve_stream, methods=["GET"]),
        Route(f"{base_path()}/{answer}", _serve_answer, methods=["GET"]),
    ]


async def _serve_stream(request: Request) -> Response:
    run = request.path_params["run"]
    try:
        training_service().view(run)
    except PlaygroundError as error:
        return _failure(error)
    after = request.headers.get("last-event-id") or request.query_params.get("after", "0")
    if not _NUMBER.fullmatch(after):
        said = f"received the event {after[:20]!r}, expected the number of one"
        return JSONResponse({"error": said}, status_code=400)
    return StreamingResponse(
        _tell(run, int(after), visitor_of(request.cookies)),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _serve_answer(request: Request) -> Response:
    run, number = request.path_params["run"], request.path_params["index"]
    try:
        view, probabilities = training_service().view(run), training_service().probabilities(run)
    except PlaygroundError as error:
        return _failure(error)
    count = view.experiment.data.test_images
    index = int(number) if _NUMBER.fullmatch(number) else count
    if index >= count:
        said = f"received picture {number[:20]!r}, expected 0 to {count - 1}"
        return JSONResponse({"error": said}, status_code=404)
    shares = None if probabilities is None else probabilities[index]
    return JSONResponse(answer_of(shares, view.looked_at), headers={"Cache-Control": "no-store"})


def _failure(error: PlaygroundError) -> JSONResponse:
    """Return what is answered where a run cannot be shown: there is none, it is damaged, or not now."""
    found = (status for kind, status in _STATUSES.items() if isinstance(error, kind))
    return JSONResponse({"error": str(error.message)}, status_code=next(found, _LATER))


async def _tell(run: str, after: int, listener: str) -> AsyncIterator[str]:
    """Yield the run's events after number `after`, its changes of state, and comments in between.

    When the run begins anew (its worker died), all its events come again. "look" says that the network
    has looked at the test pictures. When the page has to be drawn anew, "changed" says so: at once to
    the run's owner, to the others one after the other.
    """
    standing: tuple[object, ...] | None = None
    place, restarts, looks, rates = None, None, 0, 0
    async for view in _views(run):
        parts = []
        if restarts is not None and view.restarts > restarts:
            after = rates = 0
            parts.append(_message("restart", {"generation": view.restarts}))
        restarts = view.restarts
        for event in view.events[after:]:  # the first event's number is 1
            after = event.seq
            rates += isinstance(event, RateChange)
            parts.append(_event_message(event))
        if looks != (looks := view.looks):
            parts.append(_message("look", {"epochs": view.looked_at}))
        wait = WAIT_STEP * math.ceil(view.wait / WAIT_STEP)
        if place != (place := (view.state, view.ahead, wait, view.gave_way)):
            told = {"state": str(view.state), "ahead": view.ahead, "wait": wait}
            parts.append(_message("state", {**told, "gave_way": view.gave_way}))
        yield "".join(parts) or ": still here\n\n"
        # What the page says of a run beside its points: when it changes, the page is drawn anew.
        before, standing = standing, (view.state, view.owner, rates, training_service().trouble)
        if before not in (None, standing):
            if listener != view.owner:
                await _turn()
            yield _message("changed", {})


async def _views(run: str) -> AsyncIterator[RunView]:
    """Yield the run at every change; a stream whose run cannot be read any more ends without a fuss."""
    try:
        async for view in training_service().follow(run, SILENCE):
            yield view
    except PlaygroundError as error:
        _log.warning("The stream of run %s ends: %s", run, error)


async def _turn() -> None:
    """Wait for the next moment at which a follower's page may be drawn anew."""
    global _next_turn  # noqa: PLW0603 - one event loop serves all streams
    now = asyncio.get_running_loop().time()
    mine = max(now, _next_turn)
    _next_turn = mine + REDRAW_EVERY
    await asyncio.sleep(mine - now)


_next_turn = 0.0


@lru_cache(maxsize=1024)
def _event_message(event: Event) -> str:
    """Return what is sent of an event, written once for all who listen."""
    return f"id: {event.seq}\n{_message(event.kind, to_wire(event))}"


def _message(kind: str, values: dict[str, object]) -> str:
    return f"event: {kind}\ndata: {json.dumps(values, allow_nan=False)}\n\n"

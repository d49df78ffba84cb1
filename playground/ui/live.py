"""The stream of a run: what it tells, as server-sent events, to every browser that watches."""

from __future__ import annotations

import json
import math
from collections.abc import AsyncIterator
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from playground.core.events import to_wire
from playground.jobs import UnknownRunError
from playground.ui.assets import base_path
from playground.ui.training import training_service

SILENCE: Final = 15.0
"""Seconds without news after which a comment is sent, so that a lost listener is noticed."""


WAIT_STEP: Final = 5
"""Seconds to which a wait in the queue is told."""


def stream_path(run: str) -> str:
    """Return where a run's stream is, relative to the app's base path."""
    return f"live/{run}"


def live_routes() -> list[Route]:
    """Return the route that serves the streams."""
    return [Route(f"{base_path()}/{stream_path('{run}')}", _serve_stream, methods=["GET"])]


async def _serve_stream(request: Request) -> Response:
    run = request.path_params["run"]
    try:
        training_service().view(run)
    except UnknownRunError as error:
        return JSONResponse({"error": str(error)}, status_code=404)
    after = request.headers.get("last-event-id") or request.query_params.get("after", "0")
    return StreamingResponse(
        _tell(run, int(after) if after.isascii() and after.isdigit() else 0),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _tell(run: str, after: int) -> AsyncIterator[str]:
    """Yield the run's events after number `after`, its changes of state, and comments in between.

    When the run begins anew (its worker died), all its events come again.
    """
    standing, place, restarts = None, None, None
    async for view in training_service().follow(run, SILENCE):
        parts = []
        if restarts is not None and view.restarts > restarts:
            after = 0
            parts.append(_message("restart", {"generation": view.restarts}))
        restarts = view.restarts
        for event in view.events:
            if event.seq > after:
                after = event.seq
                parts.append(f"id: {event.seq}\n{_message(event.kind, to_wire(event))}")
        now = (view.state, view.owner, training_service().trouble)
        wait = WAIT_STEP * math.ceil(view.wait / WAIT_STEP)
        if (now, (view.ahead, wait)) != (standing, place):
            is_news = standing is not None and now != standing
            standing, place = now, (view.ahead, wait)
            told = {"state": str(view.state), "ahead": view.ahead, "wait": wait, "news": is_news}
            parts.append(_message("state", told))
        yield "".join(parts) or ": still here\n\n"


def _message(kind: str, values: dict[str, object]) -> str:
    return f"event: {kind}\ndata: {json.dumps(values, allow_nan=False)}\n\n"

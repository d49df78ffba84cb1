"""The routes by which browsers and scripts hear of runs: a websocket, server-sent events, single answers.

A page has one websocket for all runs that it shows: of those a browser opens hundreds, of other connections
six to one host. Scripts read the same as server-sent events, of one run or of several.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from playground.core.errors import PlaygroundError, RecordingError
from playground.core.run import RunView
from playground.jobs import UnknownRunError
from playground.ui.assets import base_path
from playground.ui.components.picture import answer_of
from playground.ui.guard.answers import MESSAGE_TOO_BIG, POLICY_VIOLATION
from playground.ui.guard.rates import Bucket, Rate
from playground.ui.live.feed import NOTHING, Feed, Known, Message
from playground.ui.training import training_service
from playground.ui.visitor import visitor_of

MOST_RUNS: Final = 16
"""Runs that one listener may follow: eight on a chart, and those of a lesson."""

MOST_MESSAGE: Final = 4_000
"""Bytes of what a page may say which runs it shows."""

MESSAGES: Final = Rate(each_second=5, at_once=60)
"""How often it may."""

_PATH: Final = "live"
_RUN: Final = re.compile(r"[0-9a-z-]{1,40}")
_STATUSES: Final = {UnknownRunError: 404, RecordingError: 410}
_LATER: Final = 503
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
"""A number that may be read; Python would refuse one of five thousand digits with an error."""


def stream_path() -> str:
    """Return where a page hears of its runs, relative to the app's base path."""
    return _PATH


def answers_path(run: str) -> str:
    """Return where a run's newest answers are, a test picture's below it by its number."""
    return f"{_PATH}/{run}/answers"


def live_routes() -> list[BaseRoute]:
    """Return the routes that tell of runs, and what the networks say while they learn."""
    path = f"{base_path()}/{_PATH}"
    return [
        WebSocketRoute(path, _serve_page),
        Route(path, _serve_several, methods=["GET"]),
        Route(f"{path}/{{run}}", _serve_one, methods=["GET"]),
        Route(f"{base_path()}/{answers_path('{run}')}/{{index}}", _serve_answer, methods=["GET"]),
    ]


# --- a page ----------------------------------------------------------------------------------------


async def _serve_page(socket: WebSocket) -> None:
    """Tell a page of the runs that it says it shows, until it leaves."""
    await socket.accept()
    feed = Feed(training_service(), visitor_of(socket.cookies))
    listening = asyncio.create_task(_listen(socket, feed))
    try:
        listening.add_done_callback(lambda _: feed.end())
        async for batch in feed.batches():
            told = ",".join(f'["{message.run}",{message.data}]' for message in batch)
            await socket.send_text(f"[{told}]")
    except (OSError, RuntimeError, WebSocketDisconnect):
        pass  # it has left
    finally:
        listening.cancel()
        feed.close()
        with suppress(OSError, RuntimeError, WebSocketDisconnect):
            await socket.close()


async def _listen(socket: WebSocket, feed: Feed) -> None:
    """Follow the runs that a page says it shows, as often as it says so."""
    bucket = Bucket(MESSAGES)
    with suppress(OSError, RuntimeError, WebSocketDisconnect):
        while True:
            text = await socket.receive_text()
            if len(text) > MOST_MESSAGE:
                await socket.close(MESSAGE_TOO_BIG)
                return
            known = _known(text)
            if known is None:
                await socket.close(POLICY_VIOLATION)
                return
            if wait := bucket.take():
                await asyncio.sleep(wait)
            feed.follow(known)


def _known(text: str) -> dict[str, Known] | None:
    """Return which runs a page shows and what it knows of each; None for what no page of ours says.

    It says `{"follow": {"<run>": [events, restarts, asked], …}}`, with null for events that it does not
    want; see `Known`.
    """
    try:
        said = json.loads(text)["follow"]
        known = {
            run: Known(NOTHING if after is None else int(after), int(restarts), int(asked))
            for run, (after, restarts, asked) in said.items()
        }
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    are_ours = all(_RUN.fullmatch(run) and it.after >= 0 for run, it in known.items())
    return known if are_ours and len(known) <= MOST_RUNS else None


# --- a script --------------------------------------------------------------------------------------


async def _serve_one(request: Request) -> Response:
    run = request.path_params["run"]
    after = request.headers.get("last-event-id") or request.query_params.get("after", "0")
    return await _stream(request, {run: after}, one=True)


async def _serve_several(request: Request) -> Response:
    """Tell of the runs in `runs`, from the events on that `after` or the header says are known."""
    runs = [run for run in request.query_params.get("runs", "").split(",") if run][: MOST_RUNS + 1]
    if not 1 <= len(runs) <= MOST_RUNS:
        said = f"received {len(runs)} runs, expected 1 to {MOST_RUNS}, as in runs=a,b"
        return JSONResponse({"error": said}, status_code=400)
    known = dict.fromkeys(runs, "0")
    known.update(zip(runs, request.query_params.get("after", "").split(","), strict=False))
    for part in request.headers.get("last-event-id", "").split(","):
        run, _, after = part.partition(":")
        if run in known:
            known[run] = after
    return await _stream(request, {run: after or "0" for run, after in known.items()}, one=False)


async def _stream(request: Request, known: Mapping[str, str], *, one: bool) -> Response:
    service = training_service()
    for run, after in known.items():
        try:
            await service.beside(run, service.view)
        except PlaygroundError as error:
            return _failure(error)
        if not _NUMBER.fullmatch(after):
            said = f"received the event {after[:20]!r}, expected the number of one"
            return JSONResponse({"error": said}, status_code=400)
    numbers = {run: int(after) for run, after in known.items()}
    return StreamingResponse(
        _tell(numbers, visitor_of(request.cookies), one=one),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _tell(known: dict[str, int], listener: str, *, one: bool) -> AsyncIterator[str]:
    """Yield the runs' messages as server-sent events, until all of them are over."""
    service = training_service()
    feed = Feed(service, listener)
    feed.follow({run: Known(after) for run, after in known.items()})
    over: set[str] = set()
    try:
        async for batch in feed.batches():
            parts = []
            for message in batch:
                if message.number is not None:
                    known[message.run] = message.number
                parts.append(_sent(message, known, one=one))
                if message.kind == "gone" or (message.kind == "state" and _is_over(message)):
                    over.add(message.run)
            yield "".join(parts) or ": still here\n\n"
            if over == set(known):
                return
    finally:
        feed.close()


def _sent(message: Message, known: Mapping[str, int], *, one: bool) -> str:
    number = "" if message.number is None else f"id: {_id(message, known, one=one)}\n"
    data = message.data if one else f'{{"run": "{message.run}", {message.data[1:]}'
    return f"{number}event: {message.kind}\ndata: {data}\n\n"


def _id(message: Message, known: Mapping[str, int], *, one: bool) -> str:
    """Return what a script says when it comes again: what it knows by this event."""
    return (
        str(message.number) if one else ",".join(f"{run}:{after}" for run, after in known.items())
    )


def _is_over(message: Message) -> bool:
    values: dict[str, Any] = json.loads(message.data)
    return values["state"] in ("finished", "stopped", "diverged", "failed")


# --- an answer -------------------------------------------------------------------------------------


async def _serve_answer(request: Request) -> Response:
    run, number = request.path_params["run"], request.path_params["index"]
    service = training_service()
    try:
        view = await service.beside(run, service.view)
        probabilities = await service.beside(run, service.probabilities)
    except PlaygroundError as error:
        return _failure(error)
    index = _index(number, view)
    if index is None:
        said = f"received picture {number[:20]!r}, expected 0 to {view.experiment.data.test_images - 1}"
        return JSONResponse({"error": said}, status_code=404)
    shares = None if probabilities is None else probabilities[index]
    return JSONResponse(answer_of(shares, view.snapshot_at), headers={"Cache-Control": "no-store"})


def _index(number: str, view: RunView) -> int | None:
    """Return a test picture's number, None if there is no such picture."""
    if not _NUMBER.fullmatch(number) or int(number) >= view.experiment.data.test_images:
        return None
    return int(number)


def _failure(error: PlaygroundError) -> JSONResponse:
    """Return what is answered where a run cannot be shown: there is none, it is damaged, or not now."""
    found = (status for kind, status in _STATUSES.items() if isinstance(error, kind))
    return JSONResponse({"error": str(error.message)}, status_code=next(found, _LATER))

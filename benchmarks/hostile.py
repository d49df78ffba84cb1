"""Twenty hostile clients and an honest visitor: how long the page makes him wait, and when his run starts.

All traffic stays on this machine; every client is bounded in what it sends and for how long. None of
them keeps a cookie, so that each tab is somebody new, at the address that the honest visitor has too.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import secrets
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from benchmarks.connection import get, open_websocket
from benchmarks.progress import Progress
from benchmarks.served import Served, serve_app
from benchmarks.table import Part, Target, format_table, spread
from benchmarks.visitor import Visitor

RERUNS: Final = Target(
    label="an honest visitor's rerun among hostile clients, p95", limit=1_000, unit="ms", digits=0
)
OVERTAKEN: Final = Target(
    label="runs asked for after his first that started before it", limit=0, unit="", digits=0
)
STARTED: Final = Target(label="share of his runs that started", limit=1, unit="", is_floor=True)

SECONDS: Final = 60.0
"""For which the hostile clients go on."""

MOST_ACTS: Final = 200
"""Of one client."""

REFERENCE: Final = 20
"""Reruns that are measured before anybody hostile has come."""

LIMIT: Final = 300
"""Seconds after which the honest visitor's run is not waited for."""

PAUSE: Final = 0.2
"""Seconds between two acts of a client."""

NO_COOKIE: Final = "nothing=0"

TOUCH_EVERY: Final = 0.5
"""Seconds from one rerun of the honest visitor to the next."""

LONG: Final = "hidden=1024-1024-1024-1024&batch=16&epochs=100&seed={seed}"
SHORT: Final = "epochs=3&seed={seed}"
HONEST: Final = "epochs=3&seed=9999"

_FRAME: Final = bytes(20_000_000)
_random: Final = random.Random(0)
_seeds: Final = itertools.count(1)

Act = Callable[[str], Awaitable[object]]


def run(clients: int) -> Part:
    """Let so many hostile clients loose, and one honest visitor among them.

    Args:
        clients: how many, from 1; they take the kinds of acts in turn.
    """
    progress = Progress("hostile", 3)
    progress.step("the server starts")
    with serve_app() as app:
        app.wait_until_idle()
        progress.step(f"{clients} hostile clients for {SECONDS:.0f} s")
        measured = asyncio.run(_measure(app, clients))
        progress.step("the honest visitor's run comes to its turn")
        rows = _wait_for_start(app, measured["honest"])
    progress.end()
    return report({**measured, "clients": clients, "runs": len(rows)}, rows)


async def _measure(app: Served, clients: int) -> dict[str, Any]:
    alone: list[float] = []
    async with Visitor(app.url, HONEST) as tab:
        for _ in range(REFERENCE):
            alone.append(await tab.rerun())
            await asyncio.sleep(TOUCH_EVERY)
    begin = time.monotonic()
    # A process of their own: what they do must not hold up the clock.
    hostile = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.hostile", app.url, str(clients)),
        stdout=asyncio.subprocess.PIPE,
    )
    await asyncio.sleep(SECONDS / 6)  # they are at it when he comes
    reruns: list[float] = []
    async with Visitor(app.url, HONEST) as tab:
        reruns += [await tab.rerun(), await tab.rerun("train")]
        honest = tab.run
        while time.monotonic() - begin < SECONDS:
            reruns.append(await tab.rerun())
            await asyncio.sleep(TOUCH_EVERY)
    told, _ = await hostile.communicate()
    return {"alone": alone, "reruns": reruns, "honest": honest, "acts": json.loads(told)}


async def be_hostile(url: str, clients: int) -> dict[str, int]:
    """Be so many hostile clients of the server at `url`, and return what was tried how often."""
    end = time.monotonic() + SECONDS
    acts: dict[str, int] = {}
    await asyncio.gather(
        *(
            _keep_acting(url, name, act, end, acts)
            for name, act in itertools.islice(itertools.cycle(ACTS.items()), clients)
        )
    )
    return acts


def _wait_for_start(app: Served, run: str) -> list[dict[str, Any]]:
    """Return the runs once `run` has started; what there is when the limit is over."""
    rows = app.rows()
    for _ in range(LIMIT):
        if overtaken(rows, run) is not None:
            break
        time.sleep(1.0)  # the database does not tell when something was written
        rows = app.rows()
    return rows


async def _keep_acting(url: str, name: str, act: Act, end: float, acts: dict[str, int]) -> None:
    for _ in range(MOST_ACTS):
        left = end - time.monotonic()
        if left <= 0:
            return
        acts[name] = acts.get(name, 0) + 1
        # To be refused, cut off or left waiting is what they came for.
        with suppress(OSError, WebSocketException, TimeoutError, KeyError, ValueError):
            async with asyncio.timeout(left):
                await act(url)
        await asyncio.sleep(PAUSE)


async def _ask_for_runs(url: str) -> None:
    link = _random.choice((LONG, SHORT)).format(seed=next(_seeds))
    async with Visitor(url, link, NO_COOKIE) as tab:
        await tab.rerun()
        await tab.rerun("train")


async def _step_again_and_again(url: str) -> None:
    async with Visitor(url, SHORT.format(seed=next(_seeds)), NO_COOKIE) as tab:
        await tab.rerun()
        for _ in range(30):
            await tab.rerun("step")
            await tab.rerun("stop")


async def _ask_questions(url: str) -> None:
    async with Visitor(url, "", NO_COOKIE, page="lessons") as tab:
        await tab.rerun()
        tab.link = "lesson=five-outputs"
        await tab.rerun()
        for _ in range(20):
            await tab.rerun("attempt" if "attempt" in tab.buttons else "")


async def _spoil_anothers(url: str) -> None:
    link = SHORT.format(seed=next(_seeds))
    async with (
        Visitor(url, link, NO_COOKIE) as owner,
        Visitor(url, link, NO_COOKIE) as other,
    ):
        await owner.rerun()
        await owner.rerun("train")
        other.link = f"{link}&run={owner.run}"
        await other.rerun()
        for name in ("pause", "step", "stop"):
            await other.rerun(name)


async def _ask_for_unknown_runs(url: str) -> None:
    async with await open_websocket(url, "live", NO_COOKIE) as socket:
        for _ in range(50):
            unknown = {secrets.token_hex(4): [0, 0, 1] for _ in range(16)}
            await socket.send(json.dumps({"follow": unknown}))
        await _get(url, f"live/{secrets.token_hex(4)}?after=0")
        await socket.recv()


async def _ask_badly(url: str) -> None:
    for path in (
        f"live/{'x' * 3_000}",
        f"live/0/answers/{'9' * 5_000}",
        f"live/0?after={'9' * 5_000}",
        "live/%00/../..",
    ):
        await _get(url, path)
    for said in ("{", '{"follow": {"0": ["x", 0, 0]}}', "x" * 100_000, "[" * 4_000):
        async with await open_websocket(url, "live", NO_COOKIE) as socket:
            await socket.send(said)
            with suppress(WebSocketException):
                await socket.recv()
    odd = f"hidden={'9' * 2_000}&lr=nan&epochs=-1&dataset=https://example.invalid&run={'f' * 500}"
    async with Visitor(url, odd, NO_COOKIE) as tab:
        await tab.rerun()


async def _come_from_elsewhere(url: str) -> None:
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(address, origin="https://example.invalid", open_timeout=5):  # type: ignore[arg-type]
        pass


async def _send_big_frames(url: str) -> None:
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(address, open_timeout=5, max_size=None) as socket:
        await socket.send(_FRAME)
        await socket.recv()


ACTS: Final[Mapping[str, Act]] = {
    "asks for runs under a new name each": _ask_for_runs,
    "presses Step again and again": _step_again_and_again,
    "lets Keras try": _ask_questions,
    "acts on another's run": _spoil_anothers,
    "asks for unknown runs": _ask_for_unknown_runs,
    "asks badly": _ask_badly,
    "comes from a foreign page": _come_from_elsewhere,
    "sends frames of 20 MB": _send_big_frames,
}


async def _get(url: str, path: str) -> None:
    """Ask for a path and read the beginning of the answer."""
    async with get(url, path) as reader:
        await reader.read(1_000)


def overtaken(rows: Sequence[Mapping[str, Any]], run: str) -> int | None:
    """Return how many runs were asked for after `run` and started before it; None if it never did.

    Args:
        rows: `id`, `created` and `started` (None if it never did), times that can be compared.
        run: its id.
    """
    own = next((row for row in rows if row["id"] == run), None)
    if own is None or own["started"] is None:
        return None
    later = [row["started"] for row in rows if row["created"] > own["created"]]
    return len([started for started in later if started and started < own["started"]])


def report(measured: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Part:
    """Return the tables of the reruns and of what was tried, and the targets."""
    times = spread([1_000 * seconds for seconds in measured["reruns"]])
    own = overtaken(rows, measured["honest"])
    title = f"An honest visitor among {measured['clients']} hostile clients"
    alone = spread([1_000 * seconds for seconds in measured["alone"]])
    columns = ("median", "p95", "most", "count")
    lines = [
        [name, *(f"{it[key]:.0f}" for key in columns)]
        for name, it in (
            ("a rerun of the page, ms", times),
            ("before they came", alone),
        )
    ]
    table = format_table(title, (*columns[:-1], "reruns"), lines)
    tried = format_table(
        "A client", ("times",), [[name, str(count)] for name, count in measured["acts"].items()]
    )
    verdicts = (RERUNS.check(times["p95"]), OVERTAKEN.check(own), STARTED.check(own is not None))
    sentences = [verdict.sentence for verdict in verdicts]
    text = f"{table}\n\n{tried}\n" + "\n".join(sentences)
    figures = {**measured, "reruns": times, "alone": alone, "overtaken": own}
    return Part(text, figures, verdicts)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(be_hostile(sys.argv[1], int(sys.argv[2])))))

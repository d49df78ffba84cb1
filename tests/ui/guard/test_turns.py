"""Whose turn it is when more ask than can be drawn at once."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from playground.ui.guard.turns import Turns


async def settle() -> None:
    """Let everything go on that can."""
    for _ in range(10):
        await asyncio.sleep(0)


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, 60))


def test_they_come_in_order_and_who_has_asked_a_lot_comes_later() -> None:
    asked = {"first": 9e9, "greedy": 5e9, "one": 0, "other": 0, "some": 1e9}
    order: list[str] = []

    async def scenario() -> None:
        turns = Turns(at_once=1, longest=1e6)

        async def ask(page: str) -> None:
            await turns.take(page, asked[page])
            order.append(page)

        async with asyncio.TaskGroup() as group:
            for page in asked:
                group.create_task(ask(page))
            for number in range(len(asked)):
                await settle()
                assert len(order) == number + 1
                turns.end(order[-1])

    run(scenario())
    assert order == ["first", "one", "other", "some", "greedy"]


def test_a_page_that_asks_again_keeps_its_turn_while_nobody_waits() -> None:
    async def scenario() -> None:
        turns = Turns(at_once=2, longest=1e6)
        for page in ("a", "b", "a", "a", "b"):
            await turns.take(page)
        waiting = asyncio.create_task(turns.take("c"))
        again = asyncio.create_task(turns.take("a"))
        await settle()
        assert not waiting.done()
        turns.end("b")
        await waiting
        await settle()
        assert not again.done()
        turns.end("a")
        await again

    run(scenario())


def test_a_turn_that_nobody_ends_is_over_after_a_while() -> None:
    async def scenario() -> None:
        turns = Turns(at_once=1, longest=0.01)
        await turns.take("a")
        await turns.take("b")
        turns.end("a")  # it has none any more
        assert list(turns._given) == ["b"]

    run(scenario())


def test_who_gives_up_waiting_holds_nobody_up() -> None:
    async def scenario() -> None:
        turns = Turns(at_once=1, longest=1e6)
        await turns.take("a")
        gone = asyncio.create_task(turns.take("b"))
        after = asyncio.create_task(turns.take("c"))
        await settle()
        gone.cancel()
        await settle()
        turns.end("a")
        await after

    run(scenario())

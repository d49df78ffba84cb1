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


def test_people_take_turns_however_many_pages_they_have() -> None:
    asked = ["crowd 1", "crowd 2", "crowd 3", "crowd 4", "one 1", "other 1", "one 2"]
    order: list[str] = []

    async def scenario() -> None:
        turns = Turns(at_once=1, each=1, longest=1e6)

        async def ask(page: str) -> None:
            await turns.take(page, page.split(maxsplit=1)[0])
            order.append(page)

        async with asyncio.TaskGroup() as group:
            for page in asked:
                group.create_task(ask(page))
            for number in range(len(asked)):
                await settle()
                assert len(order) == number + 1
                turns.end(order[-1])
        assert not turns._rounds, "nobody is remembered"
        assert not turns._busy

    run(scenario())
    assert order == ["crowd 1", "crowd 2", "one 1", "other 1", "crowd 3", "one 2", "crowd 4"]


def test_one_person_never_has_all_turns() -> None:
    async def scenario() -> None:
        turns = Turns(at_once=3, each=2, longest=1e6)
        crowd = [asyncio.create_task(turns.take(f"crowd {it}", "crowd")) for it in range(9)]
        await settle()
        assert sum(task.done() for task in crowd) == 2
        await turns.take("one 1", "one")
        turns.end("crowd 0")
        await settle()
        assert sum(task.done() for task in crowd) == 3
        for task in crowd:
            task.cancel()

    run(scenario())


def test_a_page_that_asks_again_keeps_its_turn_while_nobody_waits() -> None:
    async def scenario() -> None:
        turns = Turns(at_once=2, each=2, longest=1e6)
        for page in ("a", "b", "a", "a", "b"):
            await turns.take(page, page)
        waiting = asyncio.create_task(turns.take("c", "c"))
        again = asyncio.create_task(turns.take("a", "a"))
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
        turns = Turns(at_once=1, each=1, longest=0.01)
        await turns.take("a", "a")
        await turns.take("b", "b")
        turns.end("a")  # it has none any more
        assert list(turns._given) == ["b"]

    run(scenario())


def test_who_gives_up_waiting_holds_nobody_up() -> None:
    async def scenario() -> None:
        turns = Turns(at_once=1, each=1, longest=1e6)
        await turns.take("a", "a")
        gone = asyncio.create_task(turns.take("b", "b"))
        after = asyncio.create_task(turns.take("c", "c"))
        await settle()
        gone.cancel()
        await settle()
        turns.end("a")
        await after
        assert list(turns._given) == ["c"]

    run(scenario())

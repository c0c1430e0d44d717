"""What is cut short only once it has come to its end, or had the time for it."""

import asyncio

import pytest

from shared.patience import do_whole


async def test_what_it_gives_is_given() -> None:
    assert await do_whole(asyncio.sleep(0, "done"), seconds=20) == "done"


async def test_who_is_cancelled_lets_it_come_to_its_end() -> None:
    begun, gate, ended = asyncio.Event(), asyncio.Event(), list[str]()

    async def begin() -> None:
        begun.set()
        await gate.wait()
        ended.append("whole")

    doing = asyncio.create_task(do_whole(begin(), seconds=20))
    await begun.wait()
    doing.cancel()
    await asyncio.sleep(0)
    gate.set()

    with pytest.raises(asyncio.CancelledError):
        await doing
    assert ended == ["whole"]


async def test_it_is_not_waited_for_without_end() -> None:
    begun, cut = asyncio.Event(), asyncio.Event()

    async def begin() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cut.set()

    doing = asyncio.create_task(do_whole(begin(), seconds=0.05))
    await begun.wait()
    doing.cancel()

    with pytest.raises(asyncio.CancelledError):
        await doing
    async with asyncio.timeout(60):
        await cut.wait()

"""How a process ends: what is late is cut short by name, and what dies ends the process."""

import asyncio

import pytest

from shared.ending import Ending


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch) -> Ending:
    monkeypatch.setattr("shared.ending.DRAIN_SECONDS", 0.05)
    monkeypatch.setattr("shared.ending.DEAF_SECONDS", 0.05)
    return Ending()


async def wait_for_ever() -> None:
    await asyncio.Event().wait()


async def hear_no_cancel() -> None:
    while True:
        try:
            await wait_for_ever()
        except asyncio.CancelledError:
            continue


async def fail() -> None:
    raise ValueError("cannot go on")


async def test_what_ends_in_time_is_not_cut_short(ending: Ending) -> None:
    await ending.finish("work", asyncio.sleep(0))

    assert ending.cut_short == []


async def test_what_is_late_is_cancelled_and_named(ending: Ending) -> None:
    late = asyncio.create_task(wait_for_ever())

    await ending.finish("work", late, asyncio.sleep(0))

    assert late.cancelled()
    assert ending.cut_short == ["work"]


async def test_what_hears_no_cancel_holds_nobody_up(ending: Ending) -> None:
    async with asyncio.timeout(60):
        await ending.finish("work", hear_no_cancel())

    assert ending.cut_short == ["work"]


async def test_all_share_one_clock(ending: Ending, monkeypatch: pytest.MonkeyPatch) -> None:
    await ending.finish("hear", wait_for_ever())
    monkeypatch.setattr("shared.ending.DRAIN_SECONDS", 60)

    await ending.finish("work", asyncio.sleep(0.01))

    assert ending.cut_short == ["hear", "work"]


async def test_a_part_that_dies_ends_the_process() -> None:
    begun = asyncio.Event()
    ending = Ending(begun.set)

    ending.keep(fail(), "ingest: publish")

    await begun.wait()
    assert ending.died == ["ingest: publish"]


async def test_a_part_that_is_over_too_soon_ends_the_process() -> None:
    begun = asyncio.Event()
    ending = Ending(begun.set)

    ending.keep(asyncio.sleep(0), "approval: hear")

    await begun.wait()
    assert ending.died == ["approval: hear"]


async def test_a_part_that_was_told_to_end_has_not_died(ending: Ending) -> None:
    told = asyncio.Event()

    async def work() -> None:
        await told.wait()

    kept = ending.keep(work(), "work")
    told.set()
    await ending.finish("work", kept)

    assert (ending.died, ending.cut_short) == ([], [])


async def test_what_ends_badly_keeps_the_rest_from_nothing(ending: Ending) -> None:
    await ending.finish("close", fail())
    await ending.finish("close", asyncio.sleep(0))

    assert ending.cut_short == []

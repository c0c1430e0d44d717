"""How a person has set-aside events applied again: one order's at a time, oldest first."""

import asyncio

import pytest
from asyncpg.exceptions import DeadlockDetectedError

from shared import dead_letters
from shared.database_errors import PASSING
from shared.dead_letters import Letter
from shared.events import Event, EventSetAside
from shared.patience import insist
from tests.support.events import order_cancelled, order_id, order_received
from tests.support.probe import Probe, ProbeDriver, heard
from tests.support.service import record


def ids(*events: Event) -> list[str]:
    return [event.event_id for event in events]


async def test_after_a_repair_the_whole_order_is_applied_in_order(
    service: ProbeDriver, probe: Probe
) -> None:
    bad, second, third = order_received(), order_cancelled(), order_received()
    probe.poison = {bad.event_id}
    await service.hears(bad, second, third)
    probe.poison.clear()

    await service.asks_to_replay(order_id())

    assert await service.replays()
    assert heard(await service.says()) == ids(bad, second, third)
    assert await service.sets_aside() == []


async def test_without_being_asked_nothing_is_applied_again(
    service: ProbeDriver, probe: Probe
) -> None:
    bad = order_received()
    probe.poison = {bad.event_id}
    await service.hears(bad)

    assert not await service.replays()


async def test_another_orders_letters_stay(service: ProbeDriver, probe: Probe) -> None:
    one, other = order_received("1"), order_received("2")
    probe.poison = set(ids(one, other))
    await service.hears(one, other)
    probe.poison.clear()

    await service.asks_to_replay(order_id("1"))
    while await service.replays():
        continue

    assert heard(await service.says()) == ids(one)
    assert [letter.event_id for letter in await service.sets_aside()] == ids(other)


async def test_a_letter_that_fails_again_stays_with_all_behind_it(
    service: ProbeDriver, probe: Probe
) -> None:
    bad, second = order_received(), order_cancelled()
    probe.poison = {bad.event_id}
    await service.hears(bad, second)

    await service.asks_to_replay(order_id())
    assert await service.replays()

    assert await service.says() == []
    assert [(each.event_id, each.attempts) for each in await service.sets_aside()] == [
        (bad.event_id, 2),
        (second.event_id, 1),
    ]
    assert not await service.replays()


async def test_a_repair_that_comes_half_way_keeps_what_was_applied(
    service: ProbeDriver, probe: Probe
) -> None:
    bad, worse = order_received(), order_cancelled()
    probe.poison = {bad.event_id, worse.event_id}
    await service.hears(bad, worse)
    probe.poison = {worse.event_id}

    await service.asks_to_replay(order_id())
    await service.replays()

    assert heard(await service.says()) == ids(bad)
    assert [letter.event_id for letter in await service.sets_aside()] == ids(worse)


async def test_after_the_replay_the_order_flows_again(service: ProbeDriver, probe: Probe) -> None:
    bad = order_received()
    probe.poison = {bad.event_id}
    await service.hears(bad)
    probe.poison.clear()
    await service.asks_to_replay(order_id())
    await service.replays()
    await service.says()

    later = order_cancelled()
    await service.hears(later)

    assert heard(await service.says()) == ids(later)


async def test_what_arrives_during_a_replay_is_applied_after_it(
    service: ProbeDriver, probe: Probe
) -> None:
    bad, *later = order_received(), *(order_cancelled() for _ in range(10))
    probe.poison = {bad.event_id}
    await service.hears(bad)
    probe.poison.clear()
    await service.asks_to_replay(order_id())

    async def hear_later() -> None:
        for event in later:
            await service.hears(event)

    async def replay_all() -> None:
        while await service.sets_aside():
            await service.replays()
            await service.asks_to_replay(order_id())

    async def replay_insistently() -> None:
        # Both sides lock the letters, so the database may have to refuse one of them.
        await insist(replay_all, on=PASSING, what="replay")

    await asyncio.gather(hear_later(), replay_insistently())
    await replay_insistently()

    assert heard(await service.says()) == ids(bad, *later)


async def test_an_event_set_aside_twice_is_applied_once(service: ProbeDriver, probe: Probe) -> None:
    bad = order_received()
    probe.poison = {bad.event_id}
    await service.hears(bad)
    await service.hears(bad)
    probe.poison.clear()

    await service.asks_to_replay(order_id())
    await service.replays()

    assert heard(await service.says()) == ids(bad)
    assert await service.sets_aside() == []


async def test_a_replay_that_the_database_cut_short_can_be_done_again(
    service: ProbeDriver, probe: Probe
) -> None:
    bad, second = order_received(), order_cancelled()
    probe.poison = {bad.event_id}
    await service.hears(bad, second)
    probe.poison.clear()
    probe.deadlocks = {probe.calls.total() + 2}
    await service.asks_to_replay(order_id())

    with pytest.raises(DeadlockDetectedError):
        await service.replays()
    said_before = await service.says()
    await service.replays()

    assert said_before == []
    assert heard(await service.says()) == ids(bad, second)


async def test_what_is_set_aside_during_a_replay_is_not_said_to_be_replayed(
    service: ProbeDriver, probe: Probe
) -> None:
    bad = order_received()
    probe.poison = {bad.event_id}
    await service.hears(bad)
    probe.poison.clear()
    await service.asks_to_replay(order_id())
    await service.tells()

    async with service.service.database.transaction() as transaction:
        broken = record(b"{", order_id(), [("ce_type", b"OrderReceived")])
        letter = Letter(broken, "", "OrderReceived", order_id(), "no JSON")
        await dead_letters.set_aside(transaction, letter, attempts=1)
        await service.replays()
    await service.replays()

    assert len(await service.sets_aside()) == 1
    assert isinstance((await service.tells())[-1], EventSetAside)

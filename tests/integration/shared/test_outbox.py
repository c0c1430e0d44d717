"""What a transaction promises to say: with what it does or not at all, in its order."""

import asyncio
from functools import partial

import pytest

from shared import outbox, promised
from shared.database import Database
from shared.gathering import GATHER_SECONDS
from shared.patience import until
from tests.support.events import order_received, product_published
from tests.support.probe import ProbeDriver


async def test_promises_are_said_in_the_order_of_their_making(service: ProbeDriver) -> None:
    events = [order_received(str(number)) for number in range(100)]

    async with service.service.database.transaction() as transaction:
        await outbox.add(transaction, events[:50])
        await outbox.add(transaction, events[50])
        await outbox.add(transaction, events[51:])

    assert await service.says() == events


class Failed(Exception):
    """What goes wrong inside a transaction."""


async def promise_and_fail(database: Database) -> None:
    async with database.transaction() as transaction:
        await outbox.add(transaction, order_received())
        transaction.wake("work")
        raise Failed


async def test_a_transaction_that_fails_promises_nothing(service: ProbeDriver) -> None:
    with pytest.raises(Failed):
        await promise_and_fail(service.service.database)

    assert await service.says() == []


async def test_an_event_too_large_for_the_stream_is_refused(service: ProbeDriver) -> None:
    async with service.service.database.transaction() as transaction:
        huge = product_published(template={"note": "x" * outbox.MESSAGE_BYTES_MAX})
        with pytest.raises(outbox.TooLarge, match="ProductPublished of 10"):
            await outbox.add(transaction, huge)


async def test_the_relay_is_woken_by_the_commit_and_not_before(service: ProbeDriver) -> None:
    signal, unsubscribe = service.service.database.subscribe(outbox.SIGNAL)

    async with service.service.database.transaction() as transaction:
        await outbox.add(transaction, order_received())
        woken_before = signal.is_set()

    assert (woken_before, signal.is_set()) == (False, True)
    unsubscribe()


async def test_a_transaction_that_fails_wakes_nobody(service: ProbeDriver) -> None:
    signal, unsubscribe = service.service.database.subscribe("work")

    with pytest.raises(Failed):
        await promise_and_fail(service.service.database)

    assert not signal.is_set()
    unsubscribe()


async def test_every_listener_to_a_signal_is_woken(service: ProbeDriver) -> None:
    database = service.service.database
    listeners = [database.subscribe("work") for _ in range(3)]

    async with database.transaction() as transaction:
        transaction.wake("work")

    async with asyncio.timeout(60):
        for signal, unsubscribe in listeners:
            await signal.wait()
            unsubscribe()


async def test_only_one_connection_leads_the_relay(service: ProbeDriver) -> None:
    database = service.service.database
    first, second = await database.connect(), await database.connect()

    led = [await promised.lead_or_tell(connection) for connection in (first, second)]
    first.terminate()
    async with asyncio.timeout(60):
        while not await promised.lead_or_tell(second):
            continue

    assert led == [True, False]
    await second.close()


async def test_who_does_not_lead_tells_who_does(service: ProbeDriver) -> None:
    database, told = service.service.database, asyncio.Event()
    first, second = await database.connect(), await database.connect()
    assert await promised.lead_or_tell(first, tell=True)
    await promised.listen(first, told.set)
    await first.fetchval("SELECT 1")
    told_before = told.is_set()

    assert not await promised.lead_or_tell(second, tell=True)
    async with asyncio.timeout(60):
        await told.wait()

    assert not told_before
    first.terminate()
    second.terminate()


async def test_what_can_wait_wakes_the_relay_later(service: ProbeDriver) -> None:
    database = service.service.database
    signal, unsubscribe = database.subscribe(outbox.SIGNAL)
    async with database.transaction() as transaction:
        transaction.wake_later(outbox.SIGNAL)
    woken_at_once = signal.is_set()

    async with asyncio.timeout(60):
        await signal.wait()

    assert not woken_at_once
    unsubscribe()


async def test_who_is_woken_before_is_not_woken_again(service: ProbeDriver) -> None:
    database = service.service.database
    async with database.transaction() as transaction:
        transaction.wake_later(outbox.SIGNAL)
    database.fire(outbox.SIGNAL)
    signal, unsubscribe = database.subscribe(outbox.SIGNAL)

    await asyncio.sleep(2 * GATHER_SECONDS)

    assert not signal.is_set()
    unsubscribe()


async def test_a_leader_that_stands_still_leads_no_longer(
    service: ProbeDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.relay.STILL_SECONDS_MAX", 1.0)
    other = await service.service.database.connect()

    async with service.service.relay._leadership(), asyncio.timeout(60):
        await until(partial(promised.lead_or_tell, other))

    other.terminate()

"""What a transaction promises to say: with what it does or not at all, in its order."""

import asyncio

import pytest

from shared import outbox
from shared.database import Database
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

    async with asyncio.timeout(5):
        for signal, unsubscribe in listeners:
            await signal.wait()
            unsubscribe()


async def test_only_one_connection_leads_the_relay(service: ProbeDriver) -> None:
    database = service.service.database
    first, second = await database.connect(), await database.connect()

    led = [await outbox.try_to_lead(connection) for connection in (first, second)]
    first.terminate()
    async with asyncio.timeout(5):
        while not await outbox.try_to_lead(second):
            continue

    assert led == [True, False]
    await second.close()

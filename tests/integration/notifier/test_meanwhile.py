"""What happens in notifier while something else happens."""

import asyncio
from datetime import timedelta

from services.notifier import store
from services.notifier.domain.telling import Package
from shared import dead_letters
from shared.database import Database
from shared.dead_letters import Letter
from shared.effect import OneStatement
from shared.events import StorefrontUpdated, StorefrontUpdateRequested
from shared.patience import until
from tests.integration.notifier.storefront import TEE, Storefront, fulfillments
from tests.support.events import order_id, reprint_ordered
from tests.support.service import Driver, as_record
from tests.support.taken import readable

LEASE = timedelta(seconds=60)


async def somebody_waits(database: Database) -> bool:
    """Tell whether a connection waits for what another has locked."""
    async with database.transaction() as watching:
        waiting = await watching.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return bool(waiting)


async def record(database: Database, package: Package) -> None:
    async with database.transaction() as transaction:
        await store.mark_told(transaction, [(package, "gid://shopify/Fulfillment/1")], [])


async def test_a_package_queued_while_another_is_recorded_is_told_too(
    notifier: Driver, storefront: Storefront
) -> None:
    database = notifier.service.database
    bought = await storefront.sells((TEE, 2))
    first, second = bought.ships((0, 1), shipment_id="1"), bought.ships((0, 1), shipment_id="2")
    await notifier.hears(first)
    async with database.transaction() as transaction:
        [package] = readable(await store.lease_due(transaction, 1, LEASE))

    async with database.transaction() as queueing:
        queue = OneStatement(lambda events: store.queue_packages(events, None, LEASE))
        await queue(queueing, [second])
        recording = asyncio.create_task(record(database, package))
        await until(lambda: somebody_waits(database))
    await recording

    async with database.transaction() as transaction:
        [left] = readable(await store.lease_due(transaction, 1, LEASE))
    assert left.shipment_id == "2"


async def test_a_package_told_again_while_it_is_told_leaves_nothing_due(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells((TEE, 1))
    shipped = bought.ships((0, 1))
    await notifier.hears(shipped)
    async with notifier.service.database.transaction() as transaction:
        [package] = readable(await store.lease_due(transaction, 1, LEASE))
    again = StorefrontUpdateRequested(
        order_id=shipped.order_id, shipment_id=shipped.shipment_id, requested_by="person:a"
    )

    await notifier.hears(again)
    await record(notifier.service.database, package)

    [known] = (await notifier.http.get(f"/v1/packages/{shipped.order_id}")).json()
    assert (known["status"], known["due_at"]) == ("told", None)


async def test_packages_of_many_orders_are_queued_by_one_batch(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = {number: await storefront.sells((TEE, 2)) for number in ("1001", "1002")}
    events = [
        each.ships((0, 1), order_id=order_id(number), shipment_id=name, tracking_number=name)
        for number, each in bought.items()
        for name in ("1", "2")
    ]

    await notifier.hears(*events, *events)
    told = await notifier.does_all("update_store")

    said = [event for event in await notifier.says() if isinstance(event, StorefrontUpdated)]
    assert told == len(said) == len({(each.order_id, each.shipment_id) for each in said}) == 4


async def test_the_package_of_a_reprint_that_is_just_replayed_is_told_as_a_reprints(
    notifier: Driver, storefront: Storefront
) -> None:
    database = notifier.service.database
    bought = await storefront.sells()
    reprint = reprint_ordered("1001-R1")
    again = bought.ships(order_id=reprint.order_id, shipment_id="again", tracking_number="222")
    async with notifier.at_work("update_store"):
        await notifier.hears(bought.ships(tracking_number="111"))
    async with database.transaction() as transaction:
        letter = Letter(as_record(reprint), reprint.event_id, "ReprintOrdered", reprint.key, "")
        await dead_letters.set_aside(transaction, letter, attempts=1)
        await dead_letters.request_replay(transaction, reprint.key)

    async with notifier.at_work("update_store"):
        async with database.transaction() as replaying:
            letters = await dead_letters.lock_next_requested(replaying)
            hearing = asyncio.create_task(notifier.hears(again))
            await until(lambda: somebody_waits(database))
            await store.keep_reprints(replaying, [reprint])
            await dead_letters.drop(replaying, [each.id for each in letters])
        await hearing
    await notifier.does_all("update_store")

    [told] = await fulfillments(storefront, bought)
    assert [track["number"] for track in told["tracking"]] == ["111", "222"]

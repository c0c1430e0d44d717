"""What happens in notifier while something else happens."""

import asyncio
from datetime import timedelta

from services.notifier import store
from services.notifier.domain.telling import Package
from shared.database import Database
from shared.effect import OneStatement
from shared.events import StorefrontUpdated, StorefrontUpdateRequested
from shared.patience import until
from tests.integration.notifier.storefront import TEE, Storefront
from tests.support.events import order_id
from tests.support.service import Driver

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
        [package] = await store.lease_due(transaction, 1, LEASE)

    async with database.transaction() as queueing:
        queue = OneStatement(lambda events: store.queue_packages(events, None, LEASE))
        await queue(queueing, [second])
        recording = asyncio.create_task(record(database, package))
        await until(lambda: somebody_waits(database))
    await recording

    async with database.transaction() as transaction:
        [left] = await store.lease_due(transaction, 1, LEASE)
    assert left.shipment_id == "2"


async def test_a_package_told_again_while_it_is_told_leaves_nothing_due(
    notifier: Driver, storefront: Storefront
) -> None:
    bought = await storefront.sells((TEE, 1))
    shipped = bought.ships((0, 1))
    await notifier.hears(shipped)
    async with notifier.service.database.transaction() as transaction:
        [package] = await store.lease_due(transaction, 1, LEASE)
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

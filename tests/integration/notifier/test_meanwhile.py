"""What happens in notifier while something else happens."""

import asyncio
from datetime import timedelta

from services.notifier import store
from services.notifier.domain.telling import Package
from shared.database import Database
from shared.patience import until
from tests.integration.notifier.storefront import TEE, Storefront
from tests.support.service import Driver

LEASE = timedelta(seconds=60)


async def somebody_waits(database: Database) -> bool:
    """Tell whether a connection waits for what another has locked."""
    async with database.transaction() as watching:
        waiting = await watching.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return bool(waiting)


async def record(database: Database, package: Package) -> None:
    async with database.transaction() as transaction:
        await store.mark_told(transaction, [(package, "gid://shopify/Fulfillment/1")])


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
        await store.queue_packages(queueing, [second])
        recording = asyncio.create_task(record(database, package))
        await until(lambda: somebody_waits(database))
    await recording

    async with database.transaction() as transaction:
        [left] = await store.lease_due(transaction, 1, LEASE)
    assert left.shipment_id == "2"

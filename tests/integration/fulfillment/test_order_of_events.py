"""What fulfillment says of one order comes in the order in which it became true."""

import asyncio

from services.fulfillment.completeful import PROVIDER
from shared import outbox
from shared.events import FulfillmentStarted
from shared.patience import until
from tests.integration.fulfillment.quoting import ready, received
from tests.support.events import order_approved
from tests.support.service import Driver

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"


async def test_a_quote_waits_for_the_placement_that_is_being_recorded(fulfillment: Driver) -> None:
    await fulfillment.hears(received(), ready())
    approved = order_approved()
    await fulfillment.hears(approved)
    database = fulfillment.service.database

    async def waits() -> bool:
        async with database.statement() as transaction:
            return bool(await transaction.fetchval(WAITING))

    async with database.transaction() as placing:
        await placing.execute("SELECT FROM placement FOR UPDATE")
        quoting = asyncio.create_task(fulfillment.does_all("quote"))
        async with asyncio.timeout(60):
            await until(waits)
        await outbox.add(
            placing,
            FulfillmentStarted(
                order_id=approved.order_id, provider=PROVIDER, provider_order_id="po-1"
            ),
        )
    await quoting

    assert [type(event).__name__ for event in await fulfillment.says()] == [
        "FulfillmentStarted",
        "OrderQuoted",
    ]

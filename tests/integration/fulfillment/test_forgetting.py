"""What fulfillment still knows of shoppers whose orders are over."""

import pytest

from shared.events import PrintFilesDeleted
from shared.patience import until
from tests.integration.fulfillment.completeful import Completeful, follow, place, state
from tests.support.events import (
    ADDRESS,
    MOMENT,
    SHOPPER,
    order_approved,
    order_cancelled,
    order_changed,
    order_received,
    print_file_ready,
    print_files_deleted,
)
from tests.support.service import Driver

SECRETS = (ADDRESS.name, ADDRESS.line1, ADDRESS.city, ADDRESS.postal_code, SHOPPER.email)


@pytest.mark.parametrize("why", ["kept_long_enough", "asked_for"])
async def test_nothing_of_the_shopper_is_left_when_files_are_deleted(
    fulfillment: Driver, completeful: Completeful, why: str
) -> None:
    await fulfillment.hears(order_received(), print_file_ready())
    await fulfillment.does_all("quote")
    await place(fulfillment)
    await until(completeful.has_shipped)
    await follow(fulfillment)
    before = await known(fulfillment)

    await fulfillment.hears(deleted(why))
    await follow(fulfillment)

    assert (before, await known(fulfillment)) == (["placement", "quote"], [])
    assert (await state(fulfillment))["stage"] == "shipped"


async def test_an_order_that_waits_to_be_placed_keeps_its_address(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await fulfillment.hears(order_approved())

    await fulfillment.hears(deleted("asked_for"))

    await fulfillment.does_all("place")
    assert len(await completeful.orders()) == 1


async def test_a_change_of_an_order_that_is_over_is_not_kept(fulfillment: Driver) -> None:
    await fulfillment.hears(order_received(), print_file_ready(), order_cancelled())

    await fulfillment.hears(order_changed())

    assert await known(fulfillment) == []
    assert await fulfillment.does_all("quote") == 0


async def test_a_quote_is_asked_for_without_saying_for_whom(fulfillment: Driver) -> None:
    await fulfillment.hears(order_received(occurred_at=MOMENT))

    async with fulfillment.service.database.transaction() as transaction:
        kept = await transaction.fetchval("SELECT address FROM quote")

    assert (kept["name"], kept["phone"], kept["city"]) == ("", "", ADDRESS.city)


def deleted(why: str) -> PrintFilesDeleted:
    """Say that the order's files are gone."""
    return print_files_deleted(why=why)


async def known(fulfillment: Driver) -> list[str]:
    """Name the tables that still tell something of the shopper."""
    found = []
    async with fulfillment.service.database.transaction() as transaction:
        tables = await transaction.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
        )
        for (table,) in tables:
            text = str([dict(row) for row in await transaction.fetch(f"TABLE {table}")])
            if any(secret in text for secret in SECRETS):
                found.append(table)
    return found

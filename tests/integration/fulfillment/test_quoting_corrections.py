"""What an order costs that a person sends elsewhere than the store says."""

from shared.events import ChargeRecorded
from shared.patience import until
from tests.integration.fulfillment.completeful import Completeful, follow, place
from tests.integration.fulfillment.quoting import quoted, quotes, ready, received
from tests.support.events import ADDRESS, address_corrected, order_changed, order_id
from tests.support.service import Driver

ABROAD = ADDRESS.model_copy(update={"country": "DE", "region": "", "postal_code": "10115"})
HOME = 1370


async def test_a_corrected_address_is_quoted_anew(fulfillment: Driver) -> None:
    await fulfillment.hears(received(), ready())
    before = quotes(await quoted(fulfillment))

    await fulfillment.hears(address_corrected(shipping_address=ABROAD))
    after = quotes(await quoted(fulfillment))

    assert before == [HOME]
    assert len(after) == 1
    assert after != before


async def test_a_correction_of_what_costs_nothing_is_not_asked_about(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await fulfillment.hears(received(), ready())
    await quoted(fulfillment)
    await completeful.goes_wrong("error", match="quote")

    other_name = ADDRESS.model_copy(update={"name": "Charles Babbage"})
    await fulfillment.hears(address_corrected(shipping_address=other_name))

    assert await quoted(fulfillment) == []
    assert not await completeful.is_well()


async def test_a_correction_outlives_changes_that_leave_the_address(fulfillment: Driver) -> None:
    await fulfillment.hears(received(), ready())
    await fulfillment.hears(address_corrected(shipping_address=ABROAD))
    away = quotes(await quoted(fulfillment))

    await fulfillment.hears(order_changed(is_paid=True))

    assert await quoted(fulfillment) == []
    assert away != [HOME]


async def test_the_stores_own_new_address_ends_the_correction(fulfillment: Driver) -> None:
    await fulfillment.hears(received(), ready())
    await fulfillment.hears(address_corrected(shipping_address=ABROAD))
    await quoted(fulfillment)

    moved = ADDRESS.model_copy(update={"line1": "1 Difference Lane"})
    await fulfillment.hears(order_changed(shipping_address=moved))

    assert quotes(await quoted(fulfillment)) == [HOME]


async def test_an_order_from_before_fingerprints_is_corrected_too(fulfillment: Driver) -> None:
    await fulfillment.hears(received(), ready())
    await quoted(fulfillment)
    async with fulfillment.service.database.transaction() as transaction:
        await transaction.execute("UPDATE quote SET address_fingerprint = NULL")

    await fulfillment.hears(address_corrected(shipping_address=ABROAD))

    assert len(quotes(await quoted(fulfillment))) == 1


async def test_what_was_charged_stays_charged_after_a_correction(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await place(fulfillment)
    await until(completeful.has_shipped)
    charges = [each for each in await follow(fulfillment) if isinstance(each, ChargeRecorded)]

    await fulfillment.hears(address_corrected(shipping_address=ABROAD))

    assert await quoted(fulfillment) == []
    ledger = (await fulfillment.http.get(f"/v1/placements/{order_id()}")).json()["charges"]
    assert [line["charge_id"] for line in ledger] == [each.charge_id for each in charges]

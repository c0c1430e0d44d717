"""What fulfillment asks and says of an order's cost before anybody approves it."""

from datetime import timedelta
from typing import Any

import pytest

from services.fulfillment.app import build_app
from services.fulfillment.settings import Settings
from shared.events import OrderQuoted
from tests.integration.fulfillment.completeful import Completeful, completeful_product
from tests.integration.fulfillment.quoting import MADE, quoted, quotes, ready, received
from tests.support.events import (
    ADDRESS,
    MOMENT,
    line_item,
    order_cancelled,
    order_changed,
    reprint_ordered,
)
from tests.support.service import Driver, driving

ABROAD = ADDRESS.model_copy(update={"country": "DE", "region": "", "postal_code": "10115"})


async def test_an_order_is_quoted_when_its_files_are_ready(fulfillment: Driver) -> None:
    await fulfillment.hears(received())
    early = await quoted(fulfillment)
    await fulfillment.hears(ready())

    [said] = await quoted(fulfillment)

    assert early == []
    assert isinstance(said, OrderQuoted)
    assert [(cost.kind, cost.amount.minor) for cost in said.costs] == [
        ("product", 895),
        ("shipping", 475),
    ]
    assert (said.total.minor, said.total.currency) == (1370, "USD")


async def test_files_may_be_heard_of_before_their_order(fulfillment: Driver) -> None:
    await fulfillment.hears(ready())
    await fulfillment.hears(received())

    assert quotes(await quoted(fulfillment)) == [1370]


async def test_nothing_is_ordered_by_asking(fulfillment: Driver, completeful: Completeful) -> None:
    await fulfillment.hears(received(), ready())
    await quoted(fulfillment)

    assert await completeful.orders() == []


async def test_a_change_that_costs_nothing_is_not_quoted_again(
    fulfillment: Driver, completeful: Completeful
) -> None:
    await fulfillment.hears(received(is_paid=False), ready())
    await quoted(fulfillment)
    await completeful.goes_wrong("error", match="quote")
    renamed = ADDRESS.model_copy(update={"name": "Lord Byron", "phone": "1"})
    await fulfillment.hears(order_changed(shipping_address=renamed))

    assert await quoted(fulfillment) == []
    assert not await completeful.is_well()


@pytest.mark.parametrize(
    ("changes", "cents"),
    [
        ({"shipping_address": ABROAD}, 895 + 1250),
        ({"items": (line_item(quantity=2),)}, 2 * 895 + 475 + 220),
    ],
)
async def test_another_address_or_quantity_is_quoted_anew(
    fulfillment: Driver, changes: dict[str, Any], cents: int
) -> None:
    await fulfillment.hears(received(), ready())
    await quoted(fulfillment)

    await fulfillment.hears(order_changed(**changes))

    assert quotes(await quoted(fulfillment)) == [cents]


async def test_an_older_version_changes_no_quote(fulfillment: Driver) -> None:
    await fulfillment.hears(order_changed(shipping_address=ABROAD), ready())
    await quoted(fulfillment)

    await fulfillment.hears(received())

    assert await quoted(fulfillment) == []


@pytest.mark.parametrize("together", [True, False])
async def test_a_refund_wins_over_its_payment_in_the_same_second(
    fulfillment: Driver, *, together: bool
) -> None:
    refunded = order_changed(
        changed_at=MOMENT, is_paid=False, is_refunded=True, shipping_address=ABROAD
    )
    versions = [refunded, received(occurred_at=refunded.occurred_at + timedelta(seconds=1))]
    for heard in [versions] if together else [[version] for version in versions]:
        await fulfillment.hears(*heard)
    await fulfillment.hears(ready())

    assert quotes(await quoted(fulfillment)) == [895 + 1250]


async def test_files_of_another_version_of_the_line_are_waited_for(fulfillment: Driver) -> None:
    line = line_item(storefront_variant_id="9002")
    await fulfillment.hears(received(), ready(item_fingerprint=line_item().fingerprint))
    await quoted(fulfillment)
    changed = order_changed(items=(line,), occurred_at=MADE + timedelta(seconds=1))

    await fulfillment.hears(changed)
    early = await quoted(fulfillment)
    await fulfillment.hears(ready(item_fingerprint=line.fingerprint, variant_id="black-m"))

    assert early == []
    assert await quoted(fulfillment) == []


async def test_corrected_answers_do_not_keep_an_order_from_being_quoted(
    fulfillment: Driver,
) -> None:
    await fulfillment.hears(received(), ready(item_fingerprint="of a person's version"))

    assert quotes(await quoted(fulfillment)) == [1370]


async def test_several_lines_are_quoted_together(fulfillment: Driver) -> None:
    lines = (line_item(), line_item(line_item_id="7002"))
    gift = line_item(line_item_id="7003", requires_shipping=False)
    await fulfillment.hears(received(items=(*lines, gift)), ready())
    early = await quoted(fulfillment)

    await fulfillment.hears(ready(line_item_id="7002"))

    assert early == []
    assert quotes(await quoted(fulfillment)) == [2 * 895 + 475 + 220]


async def test_a_reprint_is_quoted_like_any_order(fulfillment: Driver) -> None:
    await fulfillment.hears(reprint_ordered(), ready(number="1001-R1"))

    assert quotes(await quoted(fulfillment)) == [1370]


async def test_an_order_without_an_address_is_quoted_once_it_has_one(fulfillment: Driver) -> None:
    await fulfillment.hears(received(shipping_address=None), ready())
    early = await quoted(fulfillment)

    await fulfillment.hears(order_changed())

    assert early == []
    assert quotes(await quoted(fulfillment)) == [1370]


async def test_a_product_that_is_not_known_yet_is_waited_for(settings: Settings) -> None:
    async with driving(build_app(settings)) as fulfillment:
        await fulfillment.hears(received(), ready())
        await fulfillment.does("quote")
        early = await fulfillment.says()
        await fulfillment.hears(completeful_product())

        assert early == []
        assert quotes(await quoted(fulfillment)) == [1370]


async def test_what_is_cancelled_is_not_quoted(fulfillment: Driver) -> None:
    await fulfillment.hears(received(), ready())
    await fulfillment.hears(order_cancelled())

    assert await quoted(fulfillment) == []


async def test_nothing_is_asked_where_quoting_is_off(settings: Settings) -> None:
    service = build_app(settings.model_copy(update={"quotes": False}))

    assert "quote" not in service.workers
    assert {"OrderReceived", "PrintFileReady"}.isdisjoint(service.handlers)

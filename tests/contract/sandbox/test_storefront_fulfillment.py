"""Fulfillments in the sandbox storefront: Shopify's rules, really applied."""

import asyncio

import httpx
import pytest

from tests.contract.sandbox.asking import CORRECT, FULFILL, TRACKING, ask, fulfill, look, place


async def test_a_fulfillment_carries_its_tracking_number(storefront: httpx.AsyncClient) -> None:
    order = await place(storefront)

    payload = await fulfill(storefront, order)

    assert payload["userErrors"] == []
    shown = await look(storefront, order)
    assert shown["displayFulfillmentStatus"] == "FULFILLED"
    assert shown["fulfillments"][0]["trackingInfo"] == [TRACKING]
    assert shown["fulfillmentOrders"]["nodes"][0]["status"] == "CLOSED"
    assert shown["fulfillmentOrders"]["nodes"][0]["supportedActions"] == []


async def test_the_control_shows_what_became_of_an_order(storefront: httpx.AsyncClient) -> None:
    await fulfill(storefront, await place(storefront))

    [shown] = (await storefront.get("/sandbox/orders")).json()["orders"]

    assert (shown["number"], shown["fulfillment_status"]) == (1001, "FULFILLED")
    [fulfillment] = shown["fulfillments"]
    assert fulfillment["tracking"] == [TRACKING]
    assert fulfillment["notify_customer"] is False
    assert {each["topic"] for each in shown["webhooks"]} > {"orders/create", "orders/updated"}


async def test_two_packages_make_two_fulfillments(storefront: httpx.AsyncClient) -> None:
    order = await place(storefront)

    await fulfill(storefront, order, 1)
    between = await look(storefront, order)
    await fulfill(storefront, order, 2)

    assert between["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
    [line] = between["fulfillmentOrders"]["nodes"][0]["lineItems"]["nodes"]
    assert (line["remainingQuantity"], line["totalQuantity"]) == (2, 3)
    shown = await look(storefront, order)
    assert shown["displayFulfillmentStatus"] == "FULFILLED"
    assert len(shown["fulfillments"]) == 2


async def test_what_was_sent_off_cannot_be_sent_again(storefront: httpx.AsyncClient) -> None:
    order = await place(storefront)
    await fulfill(storefront, order)

    payload = await fulfill(storefront, order)

    assert payload["fulfillment"] is None
    [error] = payload["userErrors"]
    assert "unfulfillable status= closed" in error["message"]
    assert len((await look(storefront, order))["fulfillments"]) == 1


@pytest.mark.parametrize("quantity", [0, 4])
async def test_more_than_remains_is_refused(storefront: httpx.AsyncClient, quantity: int) -> None:
    order = await place(storefront)

    payload = await fulfill(storefront, order, quantity)

    [error] = payload["userErrors"]
    assert error["message"] == "Invalid fulfillment order line item quantity requested."
    assert (await look(storefront, order))["displayFulfillmentStatus"] == "UNFULFILLED"


async def test_an_unknown_fulfillment_order_is_refused(storefront: httpx.AsyncClient) -> None:
    unknown = {"fulfillmentOrderId": "gid://shopify/FulfillmentOrder/1"}

    body = await ask(storefront, FULFILL, fulfillment={"lineItemsByFulfillmentOrder": [unknown]})

    [error] = body["data"]["fulfillmentCreate"]["userErrors"]
    assert error == {"field": ["fulfillment"], "message": "Fulfillment order does not exist."}


async def test_lines_of_another_service_are_not_ours(storefront: httpx.AsyncClient) -> None:
    order = await place(storefront, {"variant_id": 9201})

    payload = await fulfill(storefront, order)

    assert "does not have access" in payload["userErrors"][0]["message"]
    [opened] = (await look(storefront, order))["fulfillmentOrders"]["nodes"]
    assert opened["supportedActions"] == []


async def test_a_mixed_cart_has_a_fulfillment_order_per_location(
    storefront: httpx.AsyncClient,
) -> None:
    order = await place(storefront, {"variant_id": 9101}, {"variant_id": 9201})

    await fulfill(storefront, order)

    assert (await look(storefront, order))["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"


async def test_tracking_can_be_corrected(storefront: httpx.AsyncClient) -> None:
    order = await place(storefront)
    made = await fulfill(storefront, order)

    body = await ask(storefront, CORRECT, id=made["fulfillment"]["id"], tracking={"number": "9500"})

    assert body["data"]["fulfillmentTrackingInfoUpdate"]["userErrors"] == []
    [fulfillment] = (await look(storefront, order))["fulfillments"]
    assert fulfillment["trackingInfo"][0]["number"] == "9500"


async def test_a_cancelled_order_can_no_longer_be_fulfilled(storefront: httpx.AsyncClient) -> None:
    order = await place(storefront)
    await storefront.post(f"/sandbox/orders/{order.rpartition('/')[2]}/cancel")

    payload = await fulfill(storefront, order)

    assert "unfulfillable status= cancelled" in payload["userErrors"][0]["message"]


async def test_fulfillments_at_the_same_instant_send_each_piece_once(
    storefront: httpx.AsyncClient,
) -> None:
    order = await place(storefront)

    payloads = await asyncio.gather(*(fulfill(storefront, order, 2) for _ in range(3)))

    assert sum(not each["userErrors"] for each in payloads) == 1

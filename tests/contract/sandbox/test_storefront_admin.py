"""The Admin API of the sandbox storefront: Shopify's rules, errors and throttling."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.contract.sandbox.world import Json

PATH = "/admin/api/2026-10/graphql.json"
ORDER = """
query ($id: ID!) {
  order(id: $id) {
    id name displayFulfillmentStatus
    fulfillmentOrders(first: 5) {
      nodes {
        id status supportedActions { action } assignedLocation { name }
        lineItems(first: 10) { nodes { id remainingQuantity totalQuantity lineItem { id } } }
      }
    }
    fulfillments(first: 10) {
      id status trackingInfo(first: 5) { company number url }
      fulfillmentLineItems(first: 10) { nodes { quantity lineItem { id } } }
    }
  }
}
"""
FULFILL = """
mutation ($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) {
    fulfillment { id status trackingInfo(first: 1) { number } }
    userErrors { field message }
  }
}
"""
CORRECT = """
mutation ($id: ID!, $tracking: FulfillmentTrackingInput!) {
  fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: $tracking) {
    fulfillment { trackingInfo(first: 1) { number } } userErrors { message }
  }
}
"""
CHANGED = """
query ($since: String, $after: String) {
  orders(first: 2, after: $after, query: $since, sortKey: UPDATED_AT) {
    nodes { id } pageInfo { hasNextPage endCursor }
  }
}
"""
TRACKING = {"company": "USPS", "number": "9400", "url": "https://tools.usps.com/9400"}


async def ask(storefront: httpx.AsyncClient, query: str, **variables: Any) -> Json:
    answer = await storefront.post(PATH, json={"query": query, "variables": variables})
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


async def place(storefront: httpx.AsyncClient, *lines: Json) -> str:
    """Place an order, by default for three shirts, and give its global id."""
    asked = {"line_items": lines or ({"variant_id": 9101, "quantity": 3},)}
    answer = await storefront.post("/sandbox/orders", json=asked)
    return f"gid://shopify/Order/{answer.json()['orders'][0]['id']}"


async def look(storefront: httpx.AsyncClient, order: str) -> Json:
    body = await ask(storefront, ORDER, id=order)
    assert "errors" not in body, body["errors"]
    shown: Json = body["data"]["order"]
    return shown


async def fulfill(storefront: httpx.AsyncClient, order: str, quantity: int | None = None) -> Json:
    """Send an order's first fulfillment order off, or so many of its first line."""
    opened = (await look(storefront, order))["fulfillmentOrders"]["nodes"][0]
    wanted: Json = {"fulfillmentOrderId": opened["id"]}
    if quantity is not None:
        line = {"id": opened["lineItems"]["nodes"][0]["id"], "quantity": quantity}
        wanted["fulfillmentOrderLineItems"] = [line]
    body = await ask(
        storefront,
        FULFILL,
        fulfillment={"lineItemsByFulfillmentOrder": [wanted], "trackingInfo": TRACKING},
    )
    payload: Json = body["data"]["fulfillmentCreate"]
    return payload


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


async def test_the_effect_of_a_lost_answer_is_there(storefront: httpx.AsyncClient) -> None:
    order = await place(storefront)
    lost = {"fault": "lost_answer", "match": "fulfillmentCreate"}
    await storefront.post("/sandbox/faults", json=lost)

    with pytest.raises(httpx.RemoteProtocolError):
        await fulfill(storefront, order)

    assert len((await look(storefront, order))["fulfillments"]) == 1


async def test_a_wrong_token_is_not_let_in(storefront: httpx.AsyncClient) -> None:
    headers = {"X-Shopify-Access-Token": "shpat_other"}

    answer = await storefront.post(PATH, json={"query": "{ x }"}, headers=headers)

    assert answer.status_code == 401


async def test_an_empty_bucket_throttles_with_http_200(storefront: httpx.AsyncClient) -> None:
    order = await place(storefront)

    answers = [await ask(storefront, ORDER, id=order) for _ in range(60)]

    refused = [each for each in answers if "errors" in each]
    assert refused[0]["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert "data" not in refused[0]
    cost = refused[0]["extensions"]["cost"]
    assert cost["requestedQueryCost"] > cost["throttleStatus"]["currentlyAvailable"]


async def test_what_a_query_did_not_use_is_given_back(storefront: httpx.AsyncClient) -> None:
    order = await place(storefront)

    cost = (await ask(storefront, ORDER, id=order))["extensions"]["cost"]

    assert cost["actualQueryCost"] < cost["requestedQueryCost"]
    assert cost["throttleStatus"]["currentlyAvailable"] == 500 - cost["actualQueryCost"]


async def test_changed_orders_are_paged_in_order_of_change(storefront: httpx.AsyncClient) -> None:
    first, second, third = [await place(storefront) for _ in range(3)]
    await fulfill(storefront, first)

    page = (await ask(storefront, CHANGED, since="updated_at:>'2026-01-01T00:00:00Z'"))["data"]
    cursor = page["orders"]["pageInfo"]["endCursor"]
    rest = (await ask(storefront, CHANGED, after=cursor))["data"]

    assert [each["id"] for each in page["orders"]["nodes"]] == [second, third]
    assert page["orders"]["pageInfo"]["hasNextPage"] is True
    assert [each["id"] for each in rest["orders"]["nodes"]] == [first]


async def test_orders_changed_long_ago_are_left_out(storefront: httpx.AsyncClient) -> None:
    await place(storefront)

    body = await ask(storefront, CHANGED, since="updated_at:>2999-01-01T00:00:00Z")

    assert body["data"]["orders"]["nodes"] == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ order(id: 1) { nonsense } }", "Cannot query field"),
        ("{ orders(sortKey: ID) { nodes { id } } }", "you must provide one of first or last"),
        ('{ order(id: "1") { id } }', "Invalid global id"),
        ('{ orders(first: 1, query: "tag:x") { nodes { id } } }', "understands only"),
        ("{", "Syntax Error"),
    ],
)
async def test_a_bad_document_is_answered_with_errors(
    storefront: httpx.AsyncClient, query: str, message: str
) -> None:
    body = await ask(storefront, query)

    assert message in body["errors"][0]["message"]


async def test_a_fault_breaks_the_api_and_not_the_control(storefront: httpx.AsyncClient) -> None:
    await storefront.post("/sandbox/faults", json={"fault": "error"})

    broken, whole = [
        await storefront.post(PATH, json={"query": "{ __typename }"}) for _ in range(2)
    ]

    assert (broken.status_code, whole.status_code) == (500, 200)


async def test_a_fault_gives_no_answer_at_all(storefront: httpx.AsyncClient) -> None:
    await storefront.post("/sandbox/faults", json={"fault": "timeout", "seconds": 20})

    with pytest.raises(httpx.ReadTimeout):
        await storefront.post(PATH, json={"query": "{ __typename }"}, timeout=0.2)


async def test_fulfillments_at_the_same_instant_send_each_piece_once(
    storefront: httpx.AsyncClient,
) -> None:
    order = await place(storefront)

    payloads = await asyncio.gather(*(fulfill(storefront, order, 2) for _ in range(3)))

    assert sum(not each["userErrors"] for each in payloads) == 1

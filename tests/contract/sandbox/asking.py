"""How the tests ask the sandbox storefront's Admin API: its documents, and what is read of them."""

from typing import Any

import httpx

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

"""What we understand of Shopify's answers, and what we send."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import build_schema, parse, validate

from services.notifier.documents import DOCUMENTS
from services.notifier.domain.telling import CREATE, OpenLine, Tell
from services.notifier.shopify import Shopify
from shared.breaker import Breaker
from shared.events import ShippedItem
from shared.metrics import Metrics
from shared.outside import DENIED_SECONDS, Outside, Refused, Unavailable
from tests.support.connections import AnsweringConnections
from tests.support.published import published_schema

Answer = Callable[[httpx.Request], httpx.Response]

SCHEMA = Path(__file__).parents[2] / "deploy/sandbox/storefront/schema.graphql"
TELL = Tell({"gid://shopify/FulfillmentOrder/1": [("gid://shopify/FOLine/2", 1)]}, is_all=True)
TRACKING = {"company": "USPS", "number": "94"}
NO_MORE = {"hasNextPage": False, "endCursor": None}


def fulfillment_orders(**page: Any) -> dict[str, Any]:
    node = {
        "id": "gid://shopify/FulfillmentOrder/1",
        "status": "OPEN",
        "supportedActions": [{"action": "CREATE_FULFILLMENT"}],
        "assignedLocation": {"name": "Factory"},
        "lineItems": {
            "nodes": [
                {
                    "id": "gid://shopify/FulfillmentOrderLineItem/2",
                    "remainingQuantity": 3,
                    "lineItem": {"id": "gid://shopify/LineItem/7001"},
                }
            ],
            "pageInfo": {"hasNextPage": False},
        },
    }
    return {"nodes": [node], "pageInfo": NO_MORE | page}


def order(**changes: Any) -> dict[str, Any]:
    sent = {
        "id": "gid://shopify/Fulfillment/9",
        "status": "SUCCESS",
        "trackingInfo": [{"number": "93"}, {"number": None}],
        "fulfillmentLineItems": {
            "nodes": [{"quantity": 1, "lineItem": {"id": "gid://shopify/LineItem/7001"}}]
        },
    }
    known = {"fulfillmentOrders": fulfillment_orders(), "fulfillments": [sent]}
    return {"data": {"order": known | changes}}


def shopify(answer: Answer) -> Shopify:
    connections = AnsweringConnections("https://store.example", answer)
    outside = Outside("Shopify", connections, Breaker("s", Metrics()))
    return Shopify(outside, "2026-10")


def answering(body: Any, status: int = 200) -> Answer:
    return lambda _: httpx.Response(status, json=body)


def created(*errors: str, fulfillment: Any = None) -> Answer:
    said = [{"field": ["fulfillment"], "message": message} for message in errors]
    payload = {"fulfillment": fulfillment, "userErrors": said}
    return answering({"data": {"fulfillmentCreate": payload}})


async def create(client: Shopify) -> str:
    return await client.create_fulfillment(TELL, TRACKING, notify_customer=False)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_we_say_is_in_the_schema(document: str) -> None:
    assert validate(build_schema(SCHEMA.read_text()), parse(document)) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_we_say_is_in_the_published_schema(document: str) -> None:
    assert validate(published_schema(), parse(document)) == []


async def test_an_order_is_read_in_our_words() -> None:
    read = await shopify(answering(order())).read_order("5550")

    [opened], [sent] = read.fulfillment_orders, read.fulfillments
    assert (opened.actions, opened.location) == (frozenset({CREATE}), "Factory")
    assert opened.lines == (OpenLine("gid://shopify/FulfillmentOrderLineItem/2", "7001", 3),)
    assert [track.number for track in sent.tracks] == ["93"]
    assert sent.items == (ShippedItem(line_item_id="7001", quantity=1),)


async def test_every_page_of_fulfillment_orders_is_read() -> None:
    cursors: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        cursors.append(json.loads(request.content)["variables"]["after"])
        more = {"hasNextPage": len(cursors) < 3, "endCursor": f"c{len(cursors)}"}
        return httpx.Response(200, json=order(fulfillmentOrders=fulfillment_orders(**more)))

    read = await shopify(answer).read_order("5550")

    assert cursors == [None, "c1", "c2"]
    assert len(read.fulfillment_orders) == 3


async def test_an_order_that_is_not_shown_is_refused() -> None:
    with pytest.raises(Refused, match="read_all_orders"):
        await shopify(answering({"data": {"order": None}})).read_order("5550")


async def test_a_package_is_sent_as_shopify_takes_it() -> None:
    heard: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        heard.append(request)
        return created(fulfillment={"id": "gid://shopify/Fulfillment/9"})(request)

    fulfillment_id = await create(shopify(answer))

    [request] = heard
    assert fulfillment_id == "gid://shopify/Fulfillment/9"
    assert str(request.url) == "https://store.example/admin/api/2026-10/graphql.json"
    assert json.loads(request.content)["variables"] == {
        "fulfillment": {
            "lineItemsByFulfillmentOrder": [
                {
                    "fulfillmentOrderId": "gid://shopify/FulfillmentOrder/1",
                    "fulfillmentOrderLineItems": [{"id": "gid://shopify/FOLine/2", "quantity": 1}],
                }
            ],
            "trackingInfo": {"company": "USPS", "number": "94"},
            "notifyCustomer": False,
        }
    }


async def test_a_user_error_is_a_refusal_with_its_words() -> None:
    with pytest.raises(Refused, match="Invalid quantity; Closed"):
        await create(shopify(created("Invalid quantity", "Closed")))


async def test_a_throttled_answer_says_how_long_to_wait() -> None:
    body = {
        "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
        "extensions": {
            "cost": {
                "requestedQueryCost": 300,
                "throttleStatus": {"currentlyAvailable": 100, "restoreRate": 100},
            }
        },
    }
    client = shopify(answering(body))

    with pytest.raises(Unavailable) as caught:
        await create(client)

    assert (caught.value.retry_after, caught.value.is_ambiguous) == (2.0, False)
    assert client.breaker.is_open


async def test_a_budget_nearly_spent_holds_the_next_request_back() -> None:
    cost = {
        "requestedQueryCost": 300,
        "throttleStatus": {"currentlyAvailable": 299, "restoreRate": 1},
    }
    client = shopify(answering(order() | {"extensions": {"cost": cost}}))

    await client.read_order("5550")

    assert client.breaker.is_open


async def test_a_missing_scope_holds_everything_back() -> None:
    body = {"errors": [{"message": "no", "extensions": {"code": "ACCESS_DENIED"}}]}
    client = shopify(answering(body))

    with pytest.raises(Unavailable) as caught:
        await create(client)

    assert caught.value.retry_after == DENIED_SECONDS
    assert client.breaker.is_open


async def test_a_document_that_costs_too_much_is_refused() -> None:
    body = {"errors": [{"message": "dear", "extensions": {"code": "MAX_COST_EXCEEDED"}}]}

    with pytest.raises(Refused):
        await create(shopify(answering(body)))


@pytest.mark.parametrize(
    "body",
    [
        {
            "errors": [
                {"message": "Internal error", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}
            ]
        },
        {"data": {"fulfillmentCreate": None}},
        {"data": None},
        [],
        "x",
    ],
)
async def test_an_unclear_answer_to_a_mutation_is_ambiguous(body: Any) -> None:
    with pytest.raises(Unavailable) as caught:
        await create(shopify(answering(body)))

    assert caught.value.is_ambiguous


async def test_an_unclear_answer_to_a_question_is_not_ambiguous() -> None:
    with pytest.raises(Unavailable) as caught:
        await shopify(answering({"data": {}})).read_order("5550")

    assert not caught.value.is_ambiguous


@pytest.mark.parametrize("status", [401, 402, 403, 404, 423])
async def test_a_closed_door_is_not_the_orders_fault(status: int) -> None:
    with pytest.raises(Unavailable):
        await create(shopify(answering({"errors": "no"}, status)))

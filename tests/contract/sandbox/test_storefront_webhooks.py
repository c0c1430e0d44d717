"""How the sandbox storefront tells of its orders: as Shopify does."""

import base64
import hashlib
import hmac
import json
import re

import httpx
import pytest

from shared.patience import until
from tests.contract.sandbox.world import SECRET, Heard, Json, Listener

ORDER = {"line_items": [{"variant_id": 9101, "properties": [{"name": "Name", "value": "Ada"}]}]}


def is_signed(heard: Heard) -> bool:
    digest = hmac.new(SECRET.encode(), heard.body, hashlib.sha256).digest()
    return heard.headers["X-Shopify-Hmac-Sha256"] == base64.b64encode(digest).decode()


async def place(storefront: httpx.AsyncClient, order: Json = ORDER) -> str:
    answer = await storefront.post("/sandbox/orders", json=order)
    return str(answer.raise_for_status().json()["orders"][0]["id"])


async def fault(client: httpx.AsyncClient, name: str, **more: object) -> None:
    (await client.post("/sandbox/faults", json={"fault": name, **more})).raise_for_status()


async def test_an_order_is_told_as_created_then_paid(
    storefront: httpx.AsyncClient, listener: Listener
) -> None:
    await place(storefront)

    created, paid = await listener.hears(2)
    topics = [each.headers["X-Shopify-Topic"] for each in (created, paid)]
    assert topics == ["orders/create", "orders/paid"]
    assert created.headers["X-Shopify-Event-Id"] == paid.headers["X-Shopify-Event-Id"]
    assert created.headers["X-Shopify-Webhook-Id"] != paid.headers["X-Shopify-Webhook-Id"]
    states = [json.loads(each.body)["financial_status"] for each in (created, paid)]
    assert states == ["pending", "paid"]


async def test_a_trial_of_the_shop_is_told_as_a_test(
    storefront: httpx.AsyncClient, listener: Listener
) -> None:
    await place(storefront, ORDER | {"test": True})

    assert [json.loads(each.body)["test"] for each in await listener.hears(2)] == [True, True]


async def test_webhooks_are_signed_over_the_raw_body(
    storefront: httpx.AsyncClient, listener: Listener
) -> None:
    await place(storefront)

    assert all(is_signed(each) for each in await listener.hears(2))


async def test_an_order_is_written_as_shopify_writes_it(
    storefront: httpx.AsyncClient, listener: Listener
) -> None:
    await place(storefront)

    order = json.loads((await listener.hears())[0].body)
    [line] = order["line_items"]
    assert min(order["id"], line["id"]) > 2**53
    assert order["name"] == "#1001"
    assert (order["total_price"], line["price"]) == ("31.58", "24.00")
    assert re.search(r"[+-]\d\d:\d\d$", order["created_at"])
    assert line["properties"] == [{"name": "Name", "value": "Ada"}]
    assert (line["variant_id"], line["sku"]) == (9101, "TEE-M")


async def test_a_webhook_that_was_not_heard_is_sent_again(
    storefront: httpx.AsyncClient, listener: Listener
) -> None:
    listener.answers = [500, 503]
    await place(storefront, {**ORDER, "paid": False})

    tries = await listener.hears(3)
    assert len({each.headers["X-Shopify-Webhook-Id"] for each in tries}) == 1
    assert len({each.body for each in tries}) == 1


async def test_a_webhook_is_given_up_after_eight_retries(
    storefront: httpx.AsyncClient, listener: Listener
) -> None:
    listener.answers = [500] * 9
    await place(storefront, {**ORDER, "paid": False})

    await listener.hears(9)
    await place(storefront, {**ORDER, "paid": False})
    await listener.hears(1)

    async def first_webhook() -> Json:
        [first, _] = (await storefront.get("/sandbox/orders")).json()["orders"]
        sent: Json = first["webhooks"][0]
        return sent

    async def is_given_up() -> bool:
        return bool((await first_webhook())["status"] == "failed")

    await until(is_given_up)
    assert (await first_webhook())["attempts"] == 9


async def test_a_fault_sends_the_same_webhook_twice_at_once(
    storefront: httpx.AsyncClient, listener: Listener
) -> None:
    await fault(storefront, "duplicate_webhook")
    await place(storefront, {**ORDER, "paid": False})

    first, second = await listener.hears(2)
    assert first.headers["X-Shopify-Webhook-Id"] == second.headers["X-Shopify-Webhook-Id"]


async def test_a_fault_tells_paid_before_created(
    storefront: httpx.AsyncClient, listener: Listener
) -> None:
    await fault(storefront, "reorder")
    await place(storefront)

    topics = [each.headers["X-Shopify-Topic"] for each in await listener.hears(2)]
    assert topics == ["orders/paid", "orders/create"]


async def test_a_fault_spoils_one_signature_only(
    storefront: httpx.AsyncClient, listener: Listener
) -> None:
    listener.answers = [401]
    await fault(storefront, "bad_signature")
    await place(storefront, {**ORDER, "paid": False})

    assert [is_signed(each) for each in await listener.hears(2)] == [False, True]


async def test_a_fault_never_sends_a_webhook(
    storefront: httpx.AsyncClient, listener: Listener
) -> None:
    await fault(storefront, "drop_webhook", match="orders/create")
    await place(storefront)

    [heard] = await listener.hears()
    assert heard.headers["X-Shopify-Topic"] == "orders/paid"


async def test_a_cancelled_order_is_told_as_cancelled(
    storefront: httpx.AsyncClient, listener: Listener
) -> None:
    order = await place(storefront, {**ORDER, "paid": False})
    await listener.hears()
    await storefront.post(f"/sandbox/orders/{order}/cancel")

    heard = {each.headers["X-Shopify-Topic"]: each for each in await listener.hears(2)}
    assert set(heard) == {"orders/cancelled", "orders/updated"}
    assert json.loads(heard["orders/cancelled"].body)["cancelled_at"]


async def test_the_same_seed_makes_the_same_orders(
    storefront: httpx.AsyncClient, listener: Listener
) -> None:
    answers = [
        await storefront.post("/sandbox/orders", json={"count": 3, "seed": 5}) for _ in range(2)
    ]

    placed = [[each["id"] for each in answer.json()["orders"]] for answer in answers]
    lines = [
        [
            (line["properties"], line["quantity"])
            for order in half
            for line in (await storefront.get(f"/sandbox/orders/{order}")).json()["order"][
                "line_items"
            ]
        ]
        for half in placed
    ]
    assert lines[0] == lines[1]
    assert all(
        each["value"].startswith("http://store.test/photos/")
        for properties, _ in lines[0]
        for each in properties
        if each["name"] == "Photo"
    )


@pytest.mark.parametrize("body", [{"count": 0}, {"line_items": []}, {"lines": [1]}])
async def test_a_command_that_makes_no_sense_is_refused(
    storefront: httpx.AsyncClient, body: Json
) -> None:
    answer = await storefront.post("/sandbox/orders", json=body)

    assert answer.status_code == 422

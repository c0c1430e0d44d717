"""What the sandbox Completeful does wrong when it is told to, and its smaller doors."""

import asyncio

import httpx
import pytest

from shared.patience import until
from tests.contract.sandbox.world import (
    ORDERS,
    SHOP,
    WRAP,
    FileServer,
    Listener,
    mug_order,
    png,
)


async def fault(completeful: httpx.AsyncClient, name: str, **more: object) -> None:
    asked = {"fault": name, "match": f"POST {ORDERS}", **more}
    (await completeful.post("/sandbox/faults", json=asked)).raise_for_status()


async def test_an_order_whose_answer_was_lost_can_be_looked_up(
    completeful: httpx.AsyncClient, files: FileServer
) -> None:
    await fault(completeful, "lost_answer")

    with pytest.raises(httpx.RemoteProtocolError):
        await completeful.post(ORDERS, json=mug_order("A-1", files.put("a.png", png())))

    assert (await completeful.get(f"{ORDERS}/lookup/A-1")).status_code == 200


async def test_too_many_requests_say_when_to_come_back(completeful: httpx.AsyncClient) -> None:
    await fault(completeful, "rate_limit", seconds=7)

    answer = await completeful.post(ORDERS, json={})

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


async def test_a_broken_request_leaves_nothing_behind(
    completeful: httpx.AsyncClient, files: FileServer
) -> None:
    await fault(completeful, "error")

    answer = await completeful.post(ORDERS, json=mug_order("A-1", files.put("a.png", png())))

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert (await completeful.get(f"{ORDERS}/lookup/A-1")).status_code == 404


async def test_an_order_is_refused_by_command(
    completeful: httpx.AsyncClient, files: FileServer
) -> None:
    await fault(completeful, "refuse", match="A-1")

    answer = await completeful.post(ORDERS, json=mug_order("A-1", files.put("a.png", png())))

    assert (answer.status_code, answer.json()["code"]) == (422, "order_refused")


async def test_an_unknown_fault_is_refused_with_the_known(completeful: httpx.AsyncClient) -> None:
    answer = await completeful.post("/sandbox/faults", json={"fault": "earthquake"})

    assert answer.status_code == 400
    assert "rate_limit" in answer.json()["error"]


async def test_faults_are_called_off(completeful: httpx.AsyncClient) -> None:
    await fault(completeful, "error", count=5)

    await completeful.delete("/sandbox/faults")

    assert (await completeful.get("/sandbox/faults")).json() == {"faults": []}


async def test_what_is_slow_goes_on_once_it_is_called_off(completeful: httpx.AsyncClient) -> None:
    await fault(completeful, "slow", match="GET", seconds=3600)
    async with asyncio.TaskGroup() as asking:
        answer = asking.create_task(completeful.get(ORDERS))
        await until(lambda: has_struck(completeful))
        was_answered = answer.done()

        await completeful.delete("/sandbox/faults")

    assert (was_answered, answer.result().status_code) == (False, 200)


async def has_struck(completeful: httpx.AsyncClient) -> bool:
    """Tell whether every fault that was ordered has begun."""
    return bool((await completeful.get("/sandbox/faults")).json() == {"faults": []})


async def test_a_topic_is_subscribed_with_its_own_secret(
    completeful: httpx.AsyncClient, listener: Listener
) -> None:
    asked = {"url": listener.url, "topic": "ping"}
    added = (await completeful.post(f"{SHOP}/webhooks", json=asked)).json()["webhook"]

    await completeful.post(f"{SHOP}/webhooks/{added['id']}/test")

    [heard] = await listener.hears()
    assert heard.headers["X-Capp-Topic"] == "ping"
    shown = (await completeful.get(f"{SHOP}/webhooks/{added['id']}")).json()["webhook"]
    assert (added["secret"][-4:], shown["secret"]) == (shown["secret_last4"], None)


async def test_a_delivery_can_be_sent_once_more(
    completeful: httpx.AsyncClient, listener: Listener
) -> None:
    asked = {"url": listener.url, "topic": "ping"}
    key = (await completeful.post(f"{SHOP}/webhooks", json=asked)).json()["webhook"]["id"]
    await completeful.post(f"{SHOP}/webhooks/{key}/test")
    [first] = await listener.hears()
    [delivery] = (await completeful.get(f"{SHOP}/webhooks/{key}/deliveries")).json()["deliveries"]

    path = f"{SHOP}/webhooks/{key}/deliveries/{delivery['id']}/redeliver"
    answer = await completeful.post(path)

    assert answer.status_code == 202
    assert answer.json()["delivery"]["redelivered_from"] == delivery["id"]
    assert (await listener.hears())[0].body == first.body


async def test_a_paused_and_a_deleted_subscription_hear_nothing(
    completeful: httpx.AsyncClient, files: FileServer, listener: Listener
) -> None:
    kept = (await completeful.get(f"{SHOP}/webhooks")).json()["webhooks"]
    await completeful.patch(f"{SHOP}/webhooks/{kept[0]['id']}", json={"status": "paused"})
    for each in kept[1:-1]:
        await completeful.delete(f"{SHOP}/webhooks/{each['id']}")

    await completeful.post(ORDERS, json=mug_order("A-1", files.put("a.png", png())))

    assert (await listener.hears())[0].headers["X-Capp-Topic"] == "order:shipment:created"


async def test_an_address_is_validated_and_normalized(completeful: httpx.AsyncClient) -> None:
    address = {"line1": "1" * 40, "city": "Nashville", "postal_code": "37203", "country": "us"}

    answer = (await completeful.post("/v1/addresses/validate", json={"address": address})).json()

    assert (answer["valid"], answer["address"]["country"]) == (False, "US")
    assert [each["field"] for each in answer["errors"] + answer["warnings"]] == ["region", "line1"]


async def test_a_print_file_is_validated_without_an_order(
    completeful: httpx.AsyncClient, files: FileServer
) -> None:
    urls = [files.put(f"{height}.png", png(2700, height)) for height in (1125, 1124)]

    answers = [
        await completeful.post(
            "/v1/print-files/validate", json={"art_url": url, "print_location_id": WRAP}
        )
        for url in urls
    ]

    assert [answer.json()["valid"] for answer in answers] == [True, False]

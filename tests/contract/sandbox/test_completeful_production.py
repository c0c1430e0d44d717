"""What becomes of an order at the sandbox Completeful by itself, and how it tells of it."""

import hashlib
import hmac
import json
import re
import time

import httpx
import pytest

from tests.contract.sandbox.world import (
    ORDERS,
    SECRET,
    FileServer,
    Heard,
    Json,
    Listener,
    create,
    mug_order,
    png,
    records,
)


async def hear_until(listener: Listener, topic: str) -> list[Json]:
    """Give the webhooks up to the first of a topic."""
    heard: list[Json] = []
    while not heard or heard[-1]["type"] != topic:
        [next_one] = await listener.hears()
        heard.append(json.loads(next_one.body))
    return heard


async def test_an_order_moves_on_until_it_is_shipped(
    completeful: httpx.AsyncClient, files: FileServer, listener: Listener
) -> None:
    await create(completeful, mug_order("A-1", files.put("a.png", png())))

    heard = await hear_until(listener, "order:shipment:created")

    assert {"order:created", "order:sent-to-production"} <= {each["type"] for each in heard}
    shown = (await completeful.get(f"{ORDERS}/lookup/A-1")).json()["order"]
    assert (shown["status"], shown["billing_status"]) == ("Shipped", "charged")
    assert heard[-1]["data"]["shipment"] == shown["tracking"][0]
    assert re.match(r"https://.*\d$", shown["tracking"][0]["url"])
    [record] = await records(completeful)
    assert [each["kind"] for each in record["charges"]] == ["product", "shipping"]


async def test_several_lines_may_go_out_in_two_packages(
    completeful: httpx.AsyncClient, files: FileServer, listener: Listener
) -> None:
    url = files.put("a.png", png())
    await create(completeful, mug_order("A-1", url, url))

    await hear_until(listener, "order:shipment:created")
    last = (await hear_until(listener, "order:shipment:created"))[-1]["data"]

    lines = [each["line_items"][0]["id"] for each in last["order"]["tracking"]]
    assert lines == [each["id"] for each in last["order"]["line_items"]]
    assert len({each["number"] for each in last["order"]["tracking"]}) == 2


async def test_webhooks_are_signed_with_their_time(
    completeful: httpx.AsyncClient, files: FileServer, listener: Listener
) -> None:
    await create(completeful, mug_order("A-1", files.put("a.png", png())))

    heard: Heard = (await listener.hears())[0]

    found = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", heard.headers["X-Capp-Signature"])
    assert found
    signed = f"{found[1]}.".encode() + heard.body
    assert hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest() == found[2]
    assert abs(time.time() - int(found[1])) < 300
    assert set(json.loads(heard.body)) == {"id", "type", "created", "data"}


@pytest.mark.parametrize("step_seconds", [600])
async def test_a_pending_order_can_be_cancelled(
    completeful: httpx.AsyncClient, files: FileServer
) -> None:
    order = (await create(completeful, mug_order("A-1", files.put("a.png", png())))).json()

    answer = await completeful.post(f"{ORDERS}/{order['order']['id']}/cancel")

    assert answer.json()["order"]["status"] == "Cancelled"
    [record] = await records(completeful)
    assert (record["status"], record["charges"]) == ("Cancelled", [])


async def test_a_shipped_order_can_no_longer_be_cancelled(
    completeful: httpx.AsyncClient, files: FileServer, listener: Listener
) -> None:
    order = (await create(completeful, mug_order("A-1", files.put("a.png", png())))).json()
    await hear_until(listener, "order:shipment:created")

    answer = await completeful.post(f"{ORDERS}/{order['order']['id']}/cancel")

    assert (answer.status_code, answer.json()["code"]) == (409, "order_not_cancellable")

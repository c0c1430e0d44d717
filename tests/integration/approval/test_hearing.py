"""What approval shows of an order after what it has heard."""

import asyncio
import random

from pydantic_core import to_json

from shared.events import Event
from tests.integration.approval.conftest import FILES
from tests.support.events import (
    MOMENT,
    fulfillment_started,
    line_item,
    order_cancelled,
    order_changed,
    order_id,
    order_received,
    print_file_failed,
    print_file_ready,
    shipped,
    storefront_refused,
    storefront_updated,
)
from tests.support.service import Driver


async def shown(approval: Driver, number: str = "1001") -> dict[str, object]:
    answer = await approval.http.get(f"/v1/orders/{order_id(number)}")
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


async def test_an_order_is_there_the_moment_it_is_heard_of(approval: Driver) -> None:
    await approval.hears(order_received())

    order = await shown(approval)

    assert (order["order_number"], order["status"]) == ("#1001", "receiving_files")
    assert order["shopper"] == {"name": "Ada Lovelace", "email": "ada@example.com", "phone": ""}


async def test_a_finished_file_comes_with_its_url_and_preview(approval: Driver) -> None:
    await approval.hears(order_received(), print_file_ready())

    answer = await approval.http.get(f"/v1/orders/{order_id()}")

    [item] = answer.json()["items"]
    assert item["preview_url"].startswith(f"{FILES}/files/previews/bbbb")
    assert item["files"][0]["url"].startswith(f"{FILES}/files/prints/aaaa")
    assert answer.headers["ETag"] == f'"{answer.json()["snapshot_hash"]}"'


async def test_a_cancellation_before_the_order_is_not_forgotten(approval: Driver) -> None:
    await approval.hears(order_cancelled())
    assert (await shown(approval))["status"] == "cancelled"

    await approval.hears(order_received(), print_file_ready())

    order = await shown(approval)
    assert (order["status"], order["order_number"]) == ("cancelled", "#1001")


async def test_every_package_is_kept_and_shown(approval: Driver) -> None:
    two = order_received(items=(line_item(quantity=2),))
    await approval.hears(two, shipped(), shipped(shipment_id="cf-1001-2", tracking_number="222"))
    await approval.hears(storefront_updated())

    order = await shown(approval)

    packages = order["packages"]
    assert isinstance(packages, list)
    assert [package["is_in_store"] for package in packages] == [True, False]
    assert order["status"] == "fulfilled"


async def test_the_timeline_tells_everything_in_order(approval: Driver) -> None:
    await approval.hears(order_received(), print_file_failed())
    await approval.hears(order_changed(is_paid=False))
    await approval.hears(order_changed(changed_at=MOMENT.replace(year=2020)))

    timeline = (await shown(approval))["timeline"]

    assert isinstance(timeline, list)
    assert sorted(entry["text"] for entry in timeline) == [
        "Changed in the store: payment",
        "Order #1001 received",
        "Print file failed: the photo is cut off in the middle: ask the shopper for the whole file",
    ]


async def test_one_batch_holds_many_orders(approval: Driver) -> None:
    numbers = [str(number) for number in range(2000, 2050)]
    await approval.hears(*map(order_received, numbers), *map(print_file_ready, numbers))

    answer = await approval.http.get("/v1/orders?status=needs_approval&limit=200")

    assert len(answer.json()["orders"]) == 50


async def test_two_consumers_hear_of_a_new_order_at_once(approval: Driver) -> None:
    await asyncio.gather(
        approval.hears(order_received()),
        approval.hears(print_file_ready()),
        approval.hears(fulfillment_started()),
    )

    assert (await shown(approval))["status"] == "in_production"


async def test_any_order_of_arrival_shows_the_same_order(approval: Driver) -> None:
    chance = random.Random(7)  # noqa: S311 - the same shuffles at every run
    outcomes = set()
    for number in map(str, range(3000, 3020)):
        events = history_of(number)
        chance.shuffle(events)
        half = chance.randrange(len(events))
        await approval.hears(*events[:half])
        await approval.hears(*events[half:])
        order = await shown(approval, number)
        kept = [order[name] for name in ("status", "reasons", "concerns", "is_paid", "can_retry")]
        outcomes.add(to_json(kept).replace(number.encode(), b"N"))

    assert len(outcomes) == 1


def history_of(number: str) -> list[Event]:
    return [
        order_received(number, is_paid=False),
        order_changed(number),
        print_file_failed(number),
        print_file_ready(number),
        fulfillment_started(number),
        shipped(number),
        shipped(number, shipment_id=f"cf-{number}-2"),
        storefront_refused(number),
        storefront_updated(number),
        order_cancelled(number),
    ]

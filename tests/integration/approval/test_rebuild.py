"""The picture of every order, built anew from the stream."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from services.approval.rebuild import Rebuilt, rebuild
from shared.events import Event
from tests.support.events import (
    MOMENT,
    charge_recorded,
    fulfillment_started,
    order_changed,
    order_id,
    order_quoted,
    order_received,
    print_file_ready,
    shipped,
)
from tests.support.service import Driver


async def rebuilt(approval: Driver, stream: Sequence[Event]) -> Rebuilt:
    async def read() -> AsyncIterator[Event]:
        for event in stream:
            yield event

    return await rebuild(approval.service.database, read, frozenset(approval.service.handlers))


async def shown(approval: Driver) -> dict[str, Any]:
    order: dict[str, Any] = (await approval.http.get(f"/v1/orders/{order_id()}")).json()
    order.pop("revision")
    order["timeline"].sort(key=str)
    return order


async def test_a_rebuild_brings_back_what_was_lost(approval: Driver) -> None:
    stream = [order_received(), print_file_ready(), order_quoted(), fulfillment_started()]
    stream += [charge_recorded(), shipped()]
    await approval.hears(*stream[:3])
    await approval.http.post(f"/v1/orders/{order_id()}/approve")
    await approval.hears(*stream[3:])
    before = await shown(approval)
    async with approval.service.database.transaction() as transaction:
        await transaction.execute(
            """
            UPDATE review_facts
            SET facts = (facts::jsonb - 'packages' - 'started' - 'quoted' - 'charges')::text
            """
        )

    done = await rebuilt(approval, stream)

    assert (done.orders, done.events) == (1, 6)
    assert await shown(approval) == before
    counts = await approval.http.get("/v1/orders?status=fulfilled")
    assert len(counts.json()["orders"]) == 1


async def test_what_people_decided_outlives_a_rebuild(approval: Driver) -> None:
    later = order_changed(shipping_address=None, changed_at=MOMENT.replace(year=2027))
    stream = [order_received(), print_file_ready(), later]
    await approval.hears(*stream[:2])
    await approval.http.post(f"/v1/orders/{order_id()}/hold", json={"reason": "wait"})
    held = await shown(approval)
    await rebuilt(approval, stream[:2])
    assert await shown(approval) == held

    await approval.http.post(f"/v1/orders/{order_id()}/release")
    await approval.http.post(f"/v1/orders/{order_id()}/approve")
    await approval.hears(later)
    approved = await shown(approval)
    await rebuilt(approval, stream)

    assert await shown(approval) == approved
    assert approved["status"] == "approved"


async def test_an_order_that_began_before_the_stream_is_not_forgotten(approval: Driver) -> None:
    stream = [order_received(), print_file_ready(), fulfillment_started()]
    await approval.hears(*stream)
    before = await shown(approval)

    done = await rebuilt(approval, stream[1:])

    assert done.orders == 0
    assert await shown(approval) == before

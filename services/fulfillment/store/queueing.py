"""Orders that are approved: queued to be placed, or taken at once where lanes are free."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from services.fulfillment.domain.placing import Placement, Product, product_ids
from services.fulfillment.store.placements import SIGNAL
from shared.effect import Effect, Leases
from shared.events import OrderApproved
from shared.lanes import Lanes

Prepare = Callable[[Sequence[Placement], Mapping[str, Product]], Sequence[Any]]

QUEUE = """
    queued AS (
        INSERT INTO placement
            (order_id, status, approved, attempts, due_at, is_unsure, taken_at, signed_at)
        SELECT order_id, 'waiting', approved::jsonb, $6::boolean::integer,
            CASE WHEN $6 THEN now() + $7::interval ELSE now() END, $6,
            CASE WHEN $6 THEN now() END, CASE WHEN $6 THEN now() END
        FROM unnest($3::uuid[], $4::text[], $5::text[]) AS said (event_id, order_id, approved)
        JOIN claimed USING (event_id)
        ORDER BY order_id
        ON CONFLICT (order_id) DO UPDATE
        SET status = 'waiting', approved = excluded.approved,
            approval = placement.approval + 1, failures = 0, unexpected = 0, due_at = now(),
            queued_at = now(), code = '', reason = '',
            signed_at = CASE WHEN placement.is_unsure THEN placement.signed_at END
        WHERE placement.status = 'refused'
        RETURNING order_id, approval, signed_at
    ), product_named AS (
        SELECT product_id, revision, provider, provider_product_id, variants, print_locations
        FROM product
        WHERE product_id = ANY($8::text[])
    )
"""
LEASED = """
    jsonb_build_object(
        'signed', (
            SELECT jsonb_object_agg(order_id, signed_at)
            FROM queued
            WHERE signed_at IS NOT NULL AND approval = 1
        ),
        'products', (SELECT jsonb_agg(to_jsonb(product_named)) FROM product_named)
    )
"""


def queue_placements(
    approved: Sequence[OrderApproved], lanes: Lanes[Any] | None, lease: timedelta, prepare: Prepare
) -> Effect:
    """Queue orders to be placed; new ones are taken by the same statement if lanes are free.

    One that was refused is queued anew, as another approval, and stays as unsure as it was; any
    other one stays as it is. To take an order is the intent to send it, as in
    `placements.lease_due`.
    """
    free = lanes if lanes and lanes.are_free_for(len(approved)) else None
    read = partial(read_leased, approved, prepare)
    return Effect(
        QUEUE,
        (
            [event.event_id for event in approved],
            [event.order_id for event in approved],
            [event.model_dump_json() for event in approved],
            free is not None,
            lease,
            product_ids([item for event in approved for item in event.items]) if free else [],
        ),
        signals=frozenset({SIGNAL}),
        leases=Leases(LEASED, read, len(approved), free) if free else None,
    )


def read_leased(
    approved: Sequence[OrderApproved], prepare: Prepare, given: Mapping[str, Any]
) -> Sequence[Any]:
    """Prepare the orders that were taken; nobody has tried any of them before."""
    signed = given["signed"] or {}
    taken = [
        Placement(
            order_id=event.order_id,
            attempts=1,
            failures=0,
            approval=1,
            approved=event,
            is_unsure=False,
            is_cancelled=False,
            waited=timedelta(0),
            rested=timedelta(0),
            signed_at=datetime.fromisoformat(signed[event.order_id]),
        )
        for event in approved
        if event.order_id in signed
    ]
    return prepare(taken, {each["product_id"]: Product(**each) for each in given["products"] or ()})

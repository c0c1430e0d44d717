"""Lines that are heard of: each is ready at once, or leased to be made, or waits for that."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from services.printfile.domain.jobs import Item, Pin
from services.printfile.domain.making import Done
from services.printfile.store.items import SIGNAL
from services.printfile.store.made import SAID, found, found_values
from shared.cloudevents import encode
from shared.effect import Effect, Leases
from shared.lanes import Lanes

PACE_SECONDS = 0.05
"""How far apart the turns of one order's lines are: about the time that drawing one takes."""


QUEUED = """
    queued AS (
        INSERT INTO item (order_id, line_item_id, shop, line, fingerprint, turn_at, attempts,
            due_at, product_id, variant_id, template_version, status)
        SELECT ordered.order_id, ordered.line_item_id, ordered.shop, line, fingerprint,
            now() + make_interval(secs => place * $10::float),
            ($11::interval IS NOT NULL OR {is_ready})::integer,
            now() + coalesce($11, interval '0'), sold.*,
            CASE WHEN {is_ready} THEN 'ready' ELSE 'waiting' END
        FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::text[],
            $9::integer[])
            AS ordered (event_id, order_id, line_item_id, shop, line, fingerprint, place)
        JOIN claimed USING (event_id)
        LEFT JOIN LATERAL sold_as(
            ordered.shop, line ->> 'storefront_variant_id', line ->> 'sku'
        ) AS sold ON true
        {guesses}
        WHERE NOT EXISTS (
            SELECT FROM cancelled_order WHERE cancelled_order.order_id = ordered.order_id
        )
        ON CONFLICT (order_id, line_item_id) DO UPDATE
        SET line = excluded.line, fingerprint = excluded.fingerprint, status = 'waiting',
            attempts = item.attempts + 1, failures = 0, unexpected = 0, due_at = now(),
            queued_at = now(), turn_at = excluded.turn_at, code = '', reason = '', corrects = '',
            product_id = excluded.product_id, variant_id = excluded.variant_id,
            template_version = CASE
                WHEN excluded.product_id = item.product_id THEN item.template_version
                ELSE excluded.template_version
            END
        WHERE excluded.fingerprint NOT IN (item.fingerprint, item.corrects)
            AND item.status <> 'cancelled'
        RETURNING order_id, line_item_id, status, due_at, product_id, variant_id, template_version
    )
"""
QUEUE = QUEUED.format(is_ready="false", guesses="")
RECORD = f"""
    {found(12)}, guessed AS (
        SELECT done.order_id, done.line_item_id, product_id, variant_id
        FROM unnest($22::text[], $23::text[], $24::integer[]) WITH ORDINALITY
            AS guessed (product_id, variant_id, template_version, place)
        JOIN done USING (place)
        JOIN product USING (product_id, template_version)
        WHERE NOT is_personalized
    ), {
    QUEUED.format(
        is_ready="guessed.order_id IS NOT NULL",
        guesses='''
        LEFT JOIN guessed ON guessed.order_id = ordered.order_id
            AND guessed.line_item_id = ordered.line_item_id
            AND guessed.product_id = sold.product_id AND guessed.variant_id = sold.variant_id
        ''',
    )
}, ready AS (
        SELECT place FROM done JOIN queued USING (order_id, line_item_id) WHERE status = 'ready'
    ), {SAID}
"""  # noqa: S608 - values are parameters
"""As `QUEUE`, but new lines that are what was guessed, and whose files are kept, are ready."""

LEASED = """
    (
        SELECT jsonb_agg(
            jsonb_build_array(
                status = 'ready', order_id, line_item_id, queued.product_id, variant_id,
                queued.template_version, coalesce(is_personalized, false)
            )
        )
        FROM queued
        LEFT JOIN product USING (product_id)
        WHERE due_at > now()
    )
"""


def queue_items(
    ordered: Sequence[tuple[str, Item]],
    lanes: Lanes[Item] | None,
    lease: timedelta,
    recalled: Sequence[tuple[Item, Done]] = (),
) -> Effect:
    """Queue lines that are new or different; one whose answers are as before stays as it is.

    Each line comes with the id of the event that told of it. A new line is pinned to its product's
    template as it is now, and leased if lanes are free. A different one stays with that version,
    unless it has become another product. A new one that is still what was recalled is ready.
    """
    items = [item for _, item in ordered]
    free = lanes if lanes and lanes.are_free_for(len(items)) else None
    read = partial(read_leased, items)
    said = [encode(each.ready, "printfile") for _, each in recalled]
    guessed = (*found_values(recalled, said), *pins_of(recalled)) if recalled else ()
    return Effect(
        RECORD if recalled else QUEUE,
        (
            [event_id for event_id, _ in ordered],
            [item.order_id for item in items],
            [item.line.line_item_id for item in items],
            [item.shop for item in items],
            [item.line.model_dump(mode="json") for item in items],
            [item.line.fingerprint for item in items],
            [item.place for item in items],
            PACE_SECONDS,
            lease if free else None,
            *guessed,
        ),
        signals=frozenset({SIGNAL}),
        leases=Leases(LEASED, read, len(items), free) if free else None,
        said=said or None,
    )


def pins_of(recalled: Sequence[tuple[Item, Done]]) -> tuple[Sequence[object], ...]:
    """Give what lines are guessed to be, as columns."""
    return (
        [each.ready.product_id for _, each in recalled],
        [each.ready.variant_id for _, each in recalled],
        [each.ready.template_version for _, each in recalled],
    )


def read_leased(items: Sequence[Item], given: Sequence[Sequence[Any]] | None) -> list[Item | None]:
    """Give the lines that were leased, as what they are sold as; None for each that is ready."""
    said = {(item.order_id, item.line.line_item_id): item for item in items}
    return [
        None
        if is_ready
        else replace(
            said[order_id, line_item_id],
            attempts=1,
            pin=None if pinned[0] is None else Pin(*pinned),
            is_personalized=is_personalized,
        )
        for is_ready, order_id, line_item_id, *pinned, is_personalized in given or ()
    ]

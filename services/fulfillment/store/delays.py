"""Approved orders that wait for longer than a person would expect."""

from datetime import timedelta

import asyncpg

from shared.database import Transaction

LIMIT = 500


TAKE_DELAYED = """
    WITH others AS MATERIALIZED (
        (
            SELECT 1 AS place, reason, is_away
            FROM placement
            WHERE status = 'waiting' AND reason <> '' AND unexpected = 0
            ORDER BY taken_at DESC NULLS LAST
            LIMIT 1
        )
        UNION ALL
        (
            SELECT 2, reason, is_away
            FROM provider_order
            WHERE NOT is_over AND reason <> '' AND unexpected = 0
            ORDER BY due_at DESC
            LIMIT 1
        )
        UNION ALL
        SELECT 3, '', false
        ORDER BY place
        LIMIT 1
    ), delayed AS (
        SELECT order_id, why.reason, why.is_away
        FROM placement
        CROSS JOIN others
        CROSS JOIN LATERAL (
            SELECT placement.reason, placement.is_away
            WHERE placement.reason <> ''
            UNION ALL
            SELECT others.reason, others.is_away
            WHERE placement.reason = ''
        ) AS why
        WHERE status = 'waiting' AND NOT is_cancelled AND queued_at <= now() - $1::interval
            AND (
                delay_said_at IS NULL OR delay_said_at < queued_at
                OR (
                    delay_said_at <= now() - $2::interval
                    AND (delay_reason, delay_is_away) <> (why.reason, why.is_away)
                )
            )
        ORDER BY queued_at
        LIMIT $3
        FOR UPDATE OF placement SKIP LOCKED
    )
    UPDATE placement
    SET delay_said_at = now(), delay_reason = delayed.reason, delay_is_away = delayed.is_away
    FROM delayed
    WHERE placement.order_id = delayed.order_id
    RETURNING placement.order_id, queued_at, delay_reason AS reason, delay_is_away AS is_away
"""


async def take_delayed(
    transaction: Transaction, after: timedelta, again_after: timedelta
) -> list[asyncpg.Record]:
    """Give orders that wait, since when and why, each once and again when the reason is another.

    One that was never tried, because the provider is left alone, waits for what kept the others.
    """
    return await transaction.fetch(
        TAKE_DELAYED,
        after,
        again_after,
        LIMIT,
    )

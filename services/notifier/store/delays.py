"""Packages that wait for the store for longer than a person would expect."""

from datetime import timedelta

import asyncpg

from shared.database import Transaction

LIMIT = 500


TAKE_DELAYED = """
    WITH why AS MATERIALIZED (
        SELECT coalesce(
            (
                SELECT reason FROM package
                WHERE status = 'waiting' AND reason <> ''
                ORDER BY id DESC
                LIMIT 1
            ),
            ''
        ) AS reason
    ), delayed AS (
        SELECT id
        FROM package
        WHERE status = 'waiting' AND NOT delay_said AND waiting_since <= now() - $1::interval
        ORDER BY id
        LIMIT $2
        FOR UPDATE SKIP LOCKED
    )
    UPDATE package
    SET delay_said = true
    FROM delayed, why
    WHERE package.id = delayed.id
    RETURNING order_id, shipment_id, tracking_version,
        coalesce(nullif(package.reason, ''), why.reason) AS reason
"""


async def take_delayed(transaction: Transaction, after: timedelta) -> list[asyncpg.Record]:
    """Give packages that wait, and why, each once.

    One that was never tried, because the store is left alone, waits for what kept the others.
    """
    return await transaction.fetch(TAKE_DELAYED, after, LIMIT)

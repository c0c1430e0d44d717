"""The provider while it cannot be asked."""

from datetime import timedelta

import asyncpg

from shared.database import Transaction


async def note(transaction: Transaction, provider: str, reason: str) -> None:
    """Note that it did not answer, and why; since when it is away stays."""
    await transaction.execute(
        """
        INSERT INTO absence (provider, reason)
        VALUES ($1, $2)
        ON CONFLICT (provider) DO UPDATE
        SET reason = excluded.reason
        """,
        provider,
        reason,
    )


async def end(transaction: Transaction, provider: str, *, is_back: bool) -> bool:
    """Forget that it was away, if it answers or no order needs it; False if that was not told."""
    told: str | None = await transaction.fetchval(
        """
        DELETE FROM absence
        WHERE provider = $1
            AND (
                $2 OR NOT (
                    EXISTS (SELECT FROM placement WHERE status = 'waiting')
                    OR EXISTS (SELECT FROM provider_order WHERE NOT is_over)
                )
            )
        RETURNING told
        """,
        provider,
        is_back,
    )
    return bool(told)


async def take_untold(
    transaction: Transaction, provider: str, after: timedelta
) -> asyncpg.Record | None:
    """Give since when it is away, and why, once that is worth telling and for each reason once."""
    return await transaction.fetchrow(
        """
        UPDATE absence
        SET told = reason
        WHERE provider = $1 AND since <= now() - $2::interval AND told <> reason
        RETURNING since, reason
        """,
        provider,
        after,
    )

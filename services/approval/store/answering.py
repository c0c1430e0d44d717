"""The SQL of idempotency keys: a request that comes twice is answered twice and done once."""

from dataclasses import dataclass
from datetime import timedelta

from shared.database import Transaction

KEPT = timedelta(days=30)
FORGOTTEN_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Answered:
    """What was asked under a key and what was answered; status 0 while it is being done."""

    asked: str
    status: int
    body: str


async def claim_key(
    transaction: Transaction, actor: str, key: str, asked: str, forget_seconds: float
) -> Answered | None:
    """Take the key for this request; gives what it was used for when it is taken.

    A claim without an answer is from a process that died in the middle, once it is old enough.
    """
    await transaction.execute(
        """
        DELETE FROM answered
        WHERE actor = $1 AND key = $2 AND status = 0
            AND answered_at < now() - make_interval(secs => $3)
        """,
        actor,
        key,
        forget_seconds,
    )
    claimed = await transaction.execute(
        """
        INSERT INTO answered (actor, key, asked, status, body)
        VALUES ($1, $2, $3, 0, '')
        ON CONFLICT DO NOTHING
        """,
        actor,
        key,
        asked,
    )
    if claimed:
        return None
    row = await transaction.fetchrow(
        "SELECT asked, status, body FROM answered WHERE actor = $1 AND key = $2", actor, key
    )
    return Answered(**row) if row else Answered(asked, 0, "")


async def keep_answer(
    transaction: Transaction, actor: str, key: str, status: int, body: str
) -> None:
    """Keep what was answered."""
    await transaction.execute(
        """
        UPDATE answered
        SET status = $3, body = $4, answered_at = now()
        WHERE actor = $1 AND key = $2
        """,
        actor,
        key,
        status,
        body,
    )


async def free_key(transaction: Transaction, actor: str, key: str) -> None:
    """Give the key back: nothing was done under it."""
    await transaction.execute("DELETE FROM answered WHERE actor = $1 AND key = $2", actor, key)


async def forget_answers(transaction: Transaction) -> int:
    """Forget some answers whose time is over; give how many."""
    return await transaction.execute(
        """
        DELETE FROM answered
        WHERE (actor, key) IN (
            SELECT actor, key
            FROM answered
            WHERE answered_at < now() - $1::interval
            ORDER BY answered_at
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        )
        """,
        KEPT,
        FORGOTTEN_AT_ONCE,
    )

"""The SQL of approval's own dead letters, which it cannot hear of: such news wait behind them."""

from dataclasses import dataclass
from datetime import datetime

from shared.database import Transaction
from shared.dead_letters import is_order

LISTED_MAX = 20


@dataclass(frozen=True, slots=True)
class OwnLetter:
    """The first event of an order or product that approval could not apply."""

    key: str
    type: str
    reason: str
    set_aside_at: datetime

    @property
    def is_of_order(self) -> bool:
        """Tell whether it is of an order, and not of a product or of what nobody can read."""
        return is_order(self.key)


async def find_letters(transaction: Transaction) -> list[OwnLetter]:
    """Give the first letter of each key that nobody has retried, the oldest keys first."""
    rows = await transaction.fetch(
        """
        SELECT key, type, reason, set_aside_at
        FROM (
            SELECT DISTINCT ON (key) id, key, type, reason, set_aside_at
            FROM dead_letter
            WHERE replay_requested_at IS NULL
            ORDER BY key, id
        ) AS firsts
        ORDER BY id
        LIMIT $1
        """,
        LISTED_MAX,
    )
    return [OwnLetter(**row) for row in rows]


async def count_letters(transaction: Transaction) -> int:
    """Count the orders and products that approval has lost touch with."""
    count: int = await transaction.fetchval(
        "SELECT count(DISTINCT key) FROM dead_letter WHERE replay_requested_at IS NULL"
    )
    return count

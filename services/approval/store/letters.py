"""The SQL of approval's own dead letters, which it cannot hear of: such news wait behind them."""

from dataclasses import dataclass
from datetime import datetime

from services.approval.store.listing import find_reviews
from shared.database import Transaction
from shared.letter_news import is_order

LISTED_MAX = 20


@dataclass(frozen=True, slots=True)
class OwnLetter:
    """The first event of an order or product that approval could not apply."""

    key: str
    type: str
    reason: str
    set_aside_at: datetime
    title: str
    """The order's number or the product's title; empty where neither is known here."""

    @property
    def is_of_order(self) -> bool:
        """Tell whether it is of an order, and not of a product or of what nobody can read."""
        return is_order(self.key)

    @property
    def of(self) -> str:
        """Name what it is of, as people know it."""
        if self.title:
            return self.title
        return "an order that is not known here yet" if self.is_of_order else self.key or "nobody"


async def find_letters(transaction: Transaction, key: str = "") -> list[OwnLetter]:
    """Give the first letter of each key, or of one, that nobody has retried, oldest keys first."""
    rows = await transaction.fetch(
        """
        SELECT key, type, reason, set_aside_at, coalesce(title, '') AS title
        FROM (
            SELECT DISTINCT ON (key) id, key, type, reason, set_aside_at
            FROM dead_letter
            WHERE replay_requested_at IS NULL AND $2 IN ('', key)
            ORDER BY key, id
        ) AS firsts
        LEFT JOIN product ON product_id = key
        ORDER BY id
        LIMIT $1
        """,
        LISTED_MAX,
        key,
    )
    orders = [row["key"] for row in rows if is_order(row["key"])]
    numbers = await find_numbers(transaction, orders)
    return [
        OwnLetter(**dict(row) | {"title": numbers.get(row["key"]) or row["title"]}) for row in rows
    ]


async def find_numbers(transaction: Transaction, order_ids: list[str]) -> dict[str, str]:
    """Give the numbers by which people know these orders, as far as they are known here."""
    reviews = await find_reviews(transaction, order_ids)
    return {
        order_id: review.facts.order.order_number
        for order_id, review in reviews.items()
        if review.facts.order
    }

"""Forgetting whom orders went to."""

from collections.abc import Sequence

from shared.database import Transaction
from shared.events import Address, Shopper

NOBODY = {
    "shopper": Shopper().model_dump(),
    "shipping_address": Address(name="", line1="", city="", country="ZZ").model_dump(),
}


async def forget_shoppers(transaction: Transaction, order_ids: Sequence[str]) -> None:
    """Forget shopper and address of orders; one that still waits to be placed needs them."""
    await transaction.execute(
        """
        UPDATE placement
        SET approved = approved || $2
        WHERE order_id = ANY($1::text[]) AND status <> 'waiting'
        """,
        order_ids,
        NOBODY,
    )
